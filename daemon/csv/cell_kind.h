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

// A bare number that a time can be: a year, YYYYMM, a year and its week or day, YYYYMMDD, YYYYMMDDHH..., a decimal
// year, an epoch.
bool IsNumericTime(std::string_view text);

}  // namespace fitd
