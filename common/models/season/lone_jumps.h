// Finds moves of a level that are there once: a counter or meter that was reset, a disk that was cleaned, a stock that
// was filled. One event is no season, nor the want of one. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

struct LoneJump {
  std::size_t at = 0;  // index of the first value behind it
  double size = 0;     // beside the usual change from one value to the next
};

// The jumps of a series, three at most and ascending; empty where it has none. A jump
//
// - is beyond seven deviations of what else the level does from one value to the next, or from the median of four
//   values to that of the next four, and two and a half times as far as anything else that is no jump: what falls
//   every night, or by chance, does so more often;
// - has no like, half as large at least, one of `seasons` (ascending; may be empty) before or behind it: two seasons
//   that hold the same jump at the same place are a season;
// - nor do all that there are start and end at the same levels, or follow each other at the same distance: what is
//   emptied whenever it is full will be emptied again;
// - nor are some up and others down, where there are fewer than 40 values: that is the peak of a season.
//
// The usual change is that at the same place of the longest of `seasons` that is there four times. `y`, finite, else
// none. O(n log n).
std::vector<LoneJump> FindLoneJumps(std::span<const double> y, std::span<const std::size_t> seasons);

// Those of a series that grows or sinks along a line apart from them, as what is counted or filled does, or that has
// fewer than four of the longest of `seasons`: all in one direction, with six values at least behind the last one, or
// half a season where nothing grows, and further beyond the others the fewer values there are. What stands on a level
// and is longer is FindLevelShifts' to judge (fit/level_shift.h); what jumps up and down will do so again.
std::vector<LoneJump> FindJumpsOfGrowth(std::span<const double> y, std::span<const std::size_t> seasons);

// The mean distance of values without such jumps from a line by least squares, in shares of that from their median.
double ShareBesideLine(std::span<const double> y, std::span<const LoneJump> jumps);

// Moves the values before each jump to the level after it.
void LevelJumps(std::span<const LoneJump> jumps, std::span<double> y);

}  // namespace fitd
