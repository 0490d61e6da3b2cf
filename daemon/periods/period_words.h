// What a word says of the part of a year that it stands for: months, quarters and halves in several languages. Daemon,
// ingest threads; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "common/calendar_name.h"

namespace fitd {

inline constexpr int kMonthsOfYear = 12;

// The part of its year, from 1; 0: the word is none. One that is not sure has other meanings too: T1 may be a terminal,
// I a class, H1 a host.
struct PeriodWord {
  int number = 0;
  bool sure = true;

  explicit operator bool() const { return number > 0; }
};

// January, Jan., Januar, janvier, ene, dez.
PeriodWord MonthOfName(std::string_view text);
// M1, m_01, Month 1, Mes 1, and of fiscal calendars P01 and Period 1, which are not sure.
PeriodWord NumberedMonth(std::string_view text);
// A month's name, or its number with the word behind it: 1월.
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
// Interval 1, Slot_1, Period 1, SP1: slots of a day that the word does not say the length of; never sure.
PeriodWord SlotOfWord(std::string_view text);
// 0时 to 23时 and 1시 to 24시, hours of China, Japan and Korea: their number and one.
PeriodWord EastAsianHour(std::string_view text);
// 2022/52, 52/2022, 2022_05: a year and a week, which may be months or a year and the next one as well.
bool IsYearAndWeek(std::string_view text);
// Winter, Spring, DJF, and of a moving three months JFM to DJF.
bool IsSeasonWord(std::string_view text);
// The place of a word of any of these that are sure among the others of its year, from 1; DJF is the first of the
// twelve times three months. 0: none.
int PartOfYear(std::string_view text);
// Monday, Mon, Montag.
bool IsWeekdayName(std::string_view text);
// 01/31, 31.01, 31-01: a day and a month in digits, of no year.
bool IsDayWithoutYear(std::string_view text);

// A number alone, which may be the name of a series as well: never sure. The place of 0 is 1, or there is none.
PeriodWord NumberFrom0(std::string_view text);
PeriodWord NumberFrom1(std::string_view text);
// 1 to 12, or the name of a month; 0: neither.
int MonthInYear(std::string_view text);
// A number alone, of at most `digits` digits; -1: something else.
int BareNumber(std::string_view text, std::size_t digits);

}  // namespace fitd
