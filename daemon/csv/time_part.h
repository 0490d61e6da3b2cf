// The parts of a time that is written in several columns, and how they are put together; and the times that columns are
// called. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/csv/column_facts.h"

namespace fitd {

// What one of several columns of a time says, and how it is written behind the others.
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
  kSecondYear,      // the one behind
  kDayFraction,     // 0.041667 is 01:00:00, as spreadsheets keep times of day
};

// What a column beside a day says of its clock when its name and its cells leave no other meaning; kPlain: an hour, a
// time of day, or nothing.
TimePart ClockPartOf(std::string_view name, const ColumnFacts& facts);
// +02:00, +0200, 2, -5: how far a clock is from UTC, in minutes; false: it is nothing of the kind.
bool ReadOffset(std::string_view cell, int* minutes);
// AM or PM, as written.
bool IsMeridiem(std::string_view cell);

// HE01 to HE24, as markets of electricity call their hours.
bool IsHourEnding(std::string_view cell);

// Writes a cell behind what the columns before it have said; one that is no number as it is, so that the row says what
// is wrong.
void AppendTimePart(TimePart part, std::string_view cell, std::string& text);

// How a day is written beside its month, so that both are a date: behind 2019-01, 201901 and 2019 Jan, in front of
// Jan 2019 and 01/2019.
struct DayBeside {
  bool first = false;
  std::string joint;
};
// nullopt: no month of a year.
std::optional<DayBeside> DayBesideMonth(std::string_view month);
// Likewise beside all of these, with something between them.
std::optional<DayBeside> DayBesideMonths(std::span<const std::string> months);
// A month as no day can be written beside it: 2019-01-01, 2019M01.
bool IsClosedMonth(std::string_view text);

// A column is called like a time: 1960, 1/22/20, 2024-01.
bool IsTimeName(std::string_view name);
// The time in the name of a column, without what marks it: 2023 of 2023*, 2023p and 2023 (e); the name where it is
// none.
std::string TimeOfName(const std::string& name);
// Likewise of a cell, where no clock stands in front of the mark, which would be its AM or PM.
std::string_view UnmarkedTime(std::string_view cell);
// Likewise of a number: 46.5*, 46.5 p, 46.5 (r). Single letters but p, r and, behind a blank, e may be units or
// exponents, and are no marks.
std::string_view UnmarkedNumber(std::string_view cell);
// How long the stretch is that the name of a time means.
enum class Stretch : std::uint8_t { kShorter, kQuarter, kHalf, kYear };
Stretch StretchOf(std::string_view name);
// The last two digits of the year of a year's, a half's or a quarter's name.
std::string_view YearIn(std::string_view name);

}  // namespace fitd
