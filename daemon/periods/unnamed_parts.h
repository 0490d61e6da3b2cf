// The parts of a time in columns without names: years, months, days, as their numbers show. Daemon, ingest threads;
// pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fitd {

// What columns that follow each other hold, the first of which is a year.
enum class UnnamedParts : std::uint8_t {
  kNone,
  kYearMonth,
  kYearMonthDay,
  kYearMonthDayHour,
  kYearMonthDayHourMinute,
  kYearQuarter,
  kYearDay
};

// `columns`: the numbers of each column in the order of the rows; a cell that is none is -1. Years stand in several
// rows each. Days need one above the twelfth, and where all are of one year they go up; hours go up. Where minutes run
// through hours the others are what stands before these.
UnnamedParts PartsByPlace(std::span<const std::vector<int>> columns);
// Number of columns of the parts.
std::size_t ColumnsOf(UnnamedParts parts);

// True for the minutes of `hours`, or seconds of minutes: they are every n-th of sixty from some first one on, all of
// these occur, and in nine of ten rows they go on by n from the row above, or back by n everywhere, within an hour, and
// begin again where the hour changes. Rows with the same hour and minute, of other ids, do not count.
bool RunThrough(const std::vector<int>& hours, const std::vector<int>& minutes);

}  // namespace fitd
