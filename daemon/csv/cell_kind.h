// What a cell looks like, before anybody knows what its column means. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

enum class CellKind : std::uint8_t {
  kMissing,  // empty or a marker of a missing value
  kNumber,   // also with unit, groups or decimal comma
  kDate,     // a date, a month, a quarter, a week; with or without a time of day; never a bare number
  kClock,    // a time of day alone
  kText,
};

CellKind KindOfCell(std::string_view text);

// "set-10", text that is a month and its year among others in words that have one meaning: gen-10, lug-10.
bool MayBeMonth(std::string_view cell);

// The time of day of a cell that a database wrote with its day zero: 00:15:00 of 1899-12-30 00:15:00 (Access, Excel)
// and of 1900-01-01 00:15:00 (SQL Server); the cell where it is none.
std::string_view ClockOfDayZero(std::string_view cell);
// The date of "2024-01-31 00:00:00.000" or "1/31/2024 12:00:00 AM", as databases write days; all of any other cell.
std::string_view DayAtMidnight(std::string_view cell);

// " -   ", " $-   ", " -   € ": a dash and blanks in the place of digits, as spreadsheets show a zero in accounts.
// Where numbers are not written so (" 34,995 "), a dash stands for a missing value.
bool IsAccountingZero(std::string_view cell);

// A bare number that a time can be: a year, YYYYMM, MMYYYY, a year and its week or day, YYYYMMDD, YYYYMMDDHH..., a
// decimal year, a month and its year with a point between them, an epoch.
bool IsNumericTime(std::string_view text);

}  // namespace fitd
