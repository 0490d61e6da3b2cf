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

// True for text such as "set-10", whose word is a month in some language (Italian settembre) and an ordinary word too.
// KindOfCell() says kText; beside surer months (gen-10, lug-10) it is a month and its year.
bool MayBeMonth(std::string_view cell);

// Returns the time of day of a cell that a database wrote with its day zero: 00:15:00 of 1899-12-30 00:15:00 (Access,
// Excel) and of 1900-01-01 00:15:00 (SQL Server). Returns other cells unchanged.
std::string_view ClockOfDayZero(std::string_view cell);
// Returns the date of "2024-01-31 00:00:00.000" or "1/31/2024 12:00:00 AM", as databases write days, else the cell.
std::string_view DayAtMidnight(std::string_view cell);

// True for " -   ", " $-   " and " -   € ": spreadsheets in accounting format show a zero as a dash padded with blanks.
// In files whose numbers are not padded so (" 34,995 ", see HasAccounts()) a dash is a missing value.
bool IsAccountingZero(std::string_view cell);

// True for a bare number that may be a time: a year, YYYYMM, MMYYYY, a year and its week (202453) or day (2024366),
// YYYYMMDD, a decimal year (2019.083), a month or week and its year (01.2023), or any number from 1e8 on.
bool IsNumericTime(std::string_view text);

}  // namespace fitd
