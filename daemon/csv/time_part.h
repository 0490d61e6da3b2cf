// The parts of a time that is written in several columns, how they are joined to one text, and names of columns that
// are times. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/csv/column_facts.h"

namespace fitd {

// What one of several time columns holds, and what is written for it behind the others. Stores keep the numbers of
// these: new ones stand at the end.
enum class TimePart : std::uint8_t {
  kPlain,         // as it is, behind a blank
  kQuarter,       // 1 to 4, or a word for it: I, Jan-Mar, 1st
  kHalf,          // 1, 2, or H1, 1st half
  kMonth,         // a name in any language, M01, P01
  kWeek,          // of ISO 8601, 1 to 53
  kDayOfYear,     // 1 to 366
  kClock,         // 930 is 09:30
  kClockSeconds,  // 93000 is 09:30:00
  kHalfHours,     // 1 is 00:00, 2 is 00:30
  kQuarterHours,  // 1 is 00:00, 2 is 00:15
  kHourEnding,    // HE01 is 1
  kClockRange,    // 09:30-10:00 is 09:30
  kHourRange,     // "09 - 10" is 09:00
  kTenMinutes,    // 1 is 00:00, 2 is 00:10
  kFiveMinutes,
  kHalfHoursFrom0,  // 0 is 00:00, 1 is 00:30
  kQuarterHoursFrom0,
  kTenMinutesFrom0,
  kFiveMinutesFrom0,
  kMinuteOfDay,  // 90 is 01:30
  kSecondOfDay,
  kHour,            // 5 is 05:00
  kMinute,          // behind the 05:00 of an hour: 3 makes it 05:03
  kSecond,          // behind the minutes
  kOffset,          // of a zone: 2 is +02:00
  kDayAtMidnight,   // 2024-01-31 00:00:00 is 2024-01-31, before a time of day
  kClockOfDayZero,  // 1899-12-30 00:15:00 is 00:15:00
  kDecimalHour,     // 9.5 is 09:30:00
  kFirstYear,       // of 2023-24 and FY2023-24 the 2023; FY2023 is 2023
  kSecondYear,      // of 2023-24 and FY2023-24 the 2024
  kDayFraction,     // 0.041667 is 01:00:00, as spreadsheets keep times of day
};
inline constexpr int kTimeParts = static_cast<int>(TimePart::kDayFraction) + 1;

// How a column beside a day gives the time of day, when its name and its cells leave no other meaning. kPlain: as a
// plain hour or time of day, or not at all.
TimePart ClockPartOf(std::string_view name, const ColumnFacts& facts);
// That of whole numbers by how large they are, in a column that may be called a clock or slots of a day.
TimePart NumberedClockOf(const ColumnFacts& facts, bool called_clock, bool called_slot);
// Reads an offset from UTC, in minutes: +02:00, +0200, 2, -5. False: it is none.
bool ReadOffset(std::string_view cell, int* minutes);
// True for AM or PM, in any of their forms.
bool IsMeridiem(std::string_view cell);

// True for HE01 to HE24, as markets of electricity call their hours.
bool IsHourEnding(std::string_view cell);

// Appends a cell to the text of a time, as `part` says. A cell that cannot be read so is appended as it is, so that the
// message about its row shows it.
void AppendTimePart(TimePart part, std::string_view cell, std::string& text);

// How to join a day and its month to a date: the day behind 2019-01, 201901 and 2019 Jan, in front of Jan 2019 and
// 01/2019.
struct DayBeside {
  bool first = false;  // the day goes in front
  std::string joint;   // text between the two
};
// nullopt: `month` is no month of a year.
std::optional<DayBeside> DayBesideMonth(std::string_view month);
// One way for all of these months, each of which has a mark between month and year; nullopt: there is none.
std::optional<DayBeside> DayBesideMonths(std::span<const std::string> months);
// True for a month that no day can be joined to: 2019-01-01, 2019M01.
bool IsClosedMonth(std::string_view text);

// True for the name of a column that is a time: 1960, 1/22/20, 2024-01.
bool IsTimeName(std::string_view name);
// The time in the name of a column, without its mark: 2023 of 2023*, 2023p and 2023 (e). Other names unchanged.
std::string TimeOfName(const std::string& name);
// The time in a cell, without its mark. Left as they are: a cell with a clock, whose mark could be AM or PM, and 2024E,
// which analysts write for forecasts.
std::string_view UnmarkedTime(std::string_view cell);
// The number in a cell, without its mark: 46.5 of 46.5*, 46.5 p and 46.5 (r). Single letters other than p, r and,
// behind a blank, e may be units or exponents and are no marks.
std::string_view UnmarkedNumber(std::string_view cell);
// The length of the period that the name of a time means.
enum class Stretch : std::uint8_t { kShorter, kQuarter, kHalf, kYear };
Stretch StretchOf(std::string_view name);
// The last two digits of the year in the name of a year, a half or a quarter; empty: none.
std::string_view YearIn(std::string_view name);

}  // namespace fitd
