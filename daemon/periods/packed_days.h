// Days in digits beside their times of day in a column of their own: 240101 and 0930, 124001 and 93000, 45292 and
// 0.395833. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fitd {

// True for the name of a column of days as serials: MJD, Julian Date.
bool SaysSerial(std::string_view name);

// The remedy where all of `days` (at least one) are days in digits that are not read beside a time of day: a
// --time-format for the two columns (without "--time-column"), or how to write them. Empty: they are no such days, or
// YYYYMMDD, which is read. `clocks`: the times of day of the same rows.
std::string FormatOfPackedDays(std::span<const std::string> days, std::span<const std::string> clocks);

// True for "Time Local" beside "Date Local", TranTime beside TranDate.
bool ReplacesDate(std::string_view day, std::string_view clock);

// The pattern of days of a year that are probably periods of a ledger: %Y0%m for 2023001 to 2023012 of several years,
// 0%m.%Y for 001.2023. Empty: they are not.
std::string FormatOfLedgerPeriods(std::span<const std::string> days);

}  // namespace fitd
