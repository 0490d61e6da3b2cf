// The parts of a time in columns without names: years, months, days, as their numbers show. Daemon, ingest threads;
// pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fitd {

// What columns that follow each other hold, the first of which is a year.
enum class UnnamedParts : std::uint8_t { kNone, kYearMonth, kYearMonthDay, kYearMonthDayHour, kYearQuarter, kYearDay };

// `columns`: the numbers of each column in the order of the rows; a cell that is none is -1. Years stand in several
// rows each. Days need one above the twelfth, and where all are of one year they go up; hours go up.
UnnamedParts PartsByPlace(std::span<const std::vector<int>> columns);
// Number of columns of the parts.
std::size_t ColumnsOf(UnnamedParts parts);

}  // namespace fitd
