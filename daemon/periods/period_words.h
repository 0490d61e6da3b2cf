// Words for parts of a year: months, quarters, halves and weeks in several languages. Daemon, ingest threads; pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/calendar_name.h"
#include "common/time_units.h"

namespace fitd {

// The number of the part, from 1; 0: the word is none. Unless `sure`, the word has other meanings too: T1 may be a
// terminal, I a class, H1 a host.
struct PeriodWord {
  int number = 0;
  bool sure = true;

  explicit operator bool() const { return number > 0; }
};

// January, Jan., Januar, janvier, ene, dez.
PeriodWord MonthOfName(std::string_view text);
// M1, m_01, Month 1, Mes 1, and of fiscal calendars P01 and Period 1, which are not sure.
PeriodWord NumberedMonth(std::string_view text);
// True for a month's name, or its number with the word behind it: 1월.
bool IsMonthInWords(std::string_view text);
// I to XII.
PeriodWord RomanMonth(std::string_view text);
// Q1, 1Q, Qtr 1, 1st quarter, first quarter, 1. Quartal, Jan-Mar, JFM; not sure: T1, I to IV, 1st.
PeriodWord QuarterOfWord(std::string_view text);
// 1st half, 1. Halbjahr, Semester 1, Jan-Jun; not sure: H1, 1H, S1.
PeriodWord HalfOfWord(std::string_view text);
// W1, Week 1, KW 1, up to 53.
PeriodWord WeekOfWord(std::string_view text);
// 1, d1, Day 1, VALUE1, up to 31.
PeriodWord DayOfWord(std::string_view text);
// Interval 1, Slot_1, Period 1, SP1: slots of a day, whose length the word does not say; never sure.
PeriodWord SlotOfWord(std::string_view text);
// 0时 to 23时 and 1시 to 24시, hours of China, Japan and Korea. The number is the hour plus 1.
PeriodWord EastAsianHour(std::string_view text);
// True for the years that have a week 53 by ISO 8601: those from Thursday or to Thursday.
bool HasWeek53(int year);
// True for a year and a number that may be a week (2022/52, 52/2022, 2022_05), but also a month or the next year.
bool IsYearAndWeek(std::string_view text);
// True for seasons (Winter, DJF) and any three months that follow each other: JFM to DJF.
bool IsSeasonWord(std::string_view text);
// True when at least three of several names of columns are pairs or fours of months (DJ, Jan-Feb, Jan-Apr) or called
// so (I bimestre).
bool NameSomeMonths(const std::vector<std::string>& names);
// The number of the part of a year that a sure word means: a quarter, a month, a week, or one of the twelve spans of
// three months, of which DJF is the first. 0: none.
int PartOfYear(std::string_view text);
// True for Monday, Mon, Montag.
bool IsWeekdayName(std::string_view text);
// True for a day and a month in digits without a year: 01/31, 31.01, 31-01.
bool IsDayWithoutYear(std::string_view text);

// A number alone, which may name a series as well: never sure. NumberFrom0 counts 0 as the first, NumberFrom1 1.
PeriodWord NumberFrom0(std::string_view text);
PeriodWord NumberFrom1(std::string_view text);
// 1 to 12, or the name of a month; 0: neither.
int MonthInYear(std::string_view text);
// The value of a number alone of at most `digits` digits; -1: the text is something else.
int BareNumber(std::string_view text, std::size_t digits);

// P01, Period 13, WK3, HE 5: a word or nothing, and a number.
bool IsPeriodNumber(std::string_view cell);

}  // namespace fitd
