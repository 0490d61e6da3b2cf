// Which of several readings of two-digit years the order of the rows speaks for. Daemon, ingest threads; pure
// functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/series/time_pattern.h"

namespace fitd {

// A reading of two-digit years, where a time is far in this century, as one of the last century; empty: none is.
std::string LastCentury(const std::string& text, std::span<const std::string> cells);

// Places of the readings that no other one beats: 24/01/02 is a year first where that leaves the rows in order, or in a
// twentieth of the time; 01/01/50 is 1950 likewise. Day and month are not told apart by that.
std::vector<std::size_t> BestOrdered(std::span<const std::string> texts, std::span<const std::string> cells);

// Whether six digits such as 012015 are a month and its year, where that goes through the months and no day is another
// one than the 19th or 20th, and not a month, a day and a year; nullopt: they may be either.
std::optional<bool> AreMonthsBeforeYears(std::span<const std::string> cells);

// A pattern with %EH for its hours where these go from 1 to 24, so that midnight is called as it is in the cells.
std::string HoursTo24(const std::string& pattern, std::span<const std::string> cells);

// Whether a reading of a month and a two-digit year has the years go up by one from row to row within a month, as days
// do: Jan-01, Jan-02, Jan-03.
bool DaysFollow(const std::string& text, std::span<const std::string> cells);

}  // namespace fitd
