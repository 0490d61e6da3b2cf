// Chooses where the points of a series' grid lie: its phase, by points or by periods, and which part of the series it
// holds. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <vector>

#include "daemon/times/grid.h"

namespace fitd {

// Plans a grid. Its phase is that of the last stretch of regular steps which is long enough to tell. At a gap that is
// longer than what is observed beside it, or takes more memory than the observations are worth, the series is cut: the
// later side is kept, unless it is too short beside the other. The other one is counted as stray. Where `pauses` are
// data, only a first or last observation is cut, as a mistyped one, that is 300 days from the others and farther than
// these are from each other.
GridPlan PlanGrid(std::span<const Observation> sorted, const Frequency& frequency, GridCounts& counts,
                  bool pauses = false);

// The most points of a grid whose pauses are data: one observation a year of days is enough for 400 points.
inline std::uint64_t MostPointsWithPauses(std::uint64_t observations) {
  return 400 * observations + 4096;
}

// When every observation but the last lies exactly on the grid, moves the last to the point of its unfinished period
// (January 19 to January 1; where points are ends of months or weeks, to the next end), in place of one that is there
// already. An observation that is only a little early stays. `sorted` is strictly increasing.
void PlaceOpenEnd(std::vector<Observation>& sorted, const Frequency& frequency, GridCounts& counts);

}  // namespace fitd
