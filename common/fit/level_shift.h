// Finds levels that moved once and stayed: a new price list, data centre or meter. Values before such a shift tell how
// a target varies but not where it is, so the combination's members are fitted to values that are moved to the new
// level. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/series/step.h"

namespace fitd {

struct LevelShift {
  std::size_t at = 0;           // index of the first value on the new level
  double before = 0;            // median before the shift, without seasons
  double after = 0;             // median after it; never equal to `before`
  bool multiplicative = false;  // the earlier values vary in proportion to the level, so they are scaled, not moved
};

// The shifts of a series, two at most and the latest first; empty where it has none. A shift
//
// - is beyond three deviations of the values around the medians of both sides, which explain a window of the last 16,
// 32,
//   ... values better than any exponential smoothing and a line by 12 of Laplace's log-likelihood: random walks, trends
//   and waves do not have one;
// - has lasted for half the first season, six values at least and at most twelve or half a day, for eight without one;
//   what is shorter may be an outage. How far ahead forecasts go does not count: what has moved has moved;
// - leaves the values as unsteady as they were: where a sensor died or a season went, there is no other level;
// - parts one level from one other: what wandered before, or has come back to where it was, has not moved for good.
//
// One that was so at one of the first ends of the series that could show it, twelve values behind it, stays one while
// the levels are 2.5 deviations apart and the gain is 4: it is not lost for one value more.
//
// Where the values have none so and are positive with a season, their logarithms may: a season that swings with the
// level spreads the values around a usual one too far for either level to show.
//
// The place is where ranks (Pettitt 1979, Applied Statistics 28, 126-135) or values differ most. `y` may have NaN
// inside; `seasons` ascending, the longest is taken out and has to be there four times. Linear in the number of values,
// but for the ranks. `day`: how many values it has, 0 where steps are not shorter.
std::vector<LevelShift> FindLevelShifts(std::span<const double> y, std::span<const int> seasons, std::size_t day = 0);

// Number of zeros at the end of a series that has ended, as of a product or meter; 0: it goes on. The zeros must last a
// year of months or quarters, half a year of weeks, four weeks of days or two weeks of shorter steps. The series must
// have no such stretch before, and the stretch must not be chance, given how often it was zero until then (one in a
// million).
std::size_t ZerosSinceEnd(std::span<const double> y, const Step& step);

// Moves the values before each shift to the level after it.
void RemoveLevelShifts(std::span<const LevelShift> shifts, std::span<double> y);

}  // namespace fitd
