// A time that is written as its beginning and its end. Any process, any thread; a pure function.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fitd {

// "2024-01-01/2024-01-07", "01.01.2024 00:00 - 01.01.2024 01:00", "1/31/2024 1:00 AM - 2:00 AM", "01.01.2024 00:00 bis
// 00:15", "Jan 1, 2023 - Jan 7, 2023": the first half, where both halves are written alike, are times of day, or dates
// with the names of months; all of `text` otherwise.
std::string_view FirstOfRange(std::string_view text);

// "01.01.2024 00:00-00:15": what is before the last dash, where times of day are on both sides of it; all of `text`
// otherwise. The second may as well be how far the clock is from UTC, which only other times of the column tell.
std::string_view FirstOfClocks(std::string_view text);

// Of the cells of a column: each has times of day on both sides of a dash, which are as far apart everywhere, and those
// behind it are not all the same, as offsets of a zone are, or no zone has them.
bool ClocksEndRanges(std::span<const std::string> cells);

}  // namespace fitd
