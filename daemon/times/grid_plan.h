// Chooses where the points of a series' grid lie: its phase, by points or by periods, and which part of the series it
// holds. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <vector>

#include "daemon/times/grid.h"

namespace fitd {

// The phase is that of the last stretch of regular steps which is long enough to tell. When a gap is longer than what
// is observed beside it, or would take more memory than the observations are worth, the series is cut there and the
// later side is kept, unless it is too short beside the other (counted as stray).
GridPlan PlanGrid(std::span<const Observation> sorted, const Frequency& frequency, GridCounts& counts);

// Puts the last one of strictly increasing observations on its point where all others are exactly at theirs and it is
// not: the reading of a period that is not over yet (January 19 behind firsts of months) is of the point that it is
// called by, and takes the place of one that is there already. Behind ends of months or of weeks it is of the next end.
// One that is early by little is not touched.
void PlaceOpenEnd(std::vector<Observation>& sorted, const Frequency& frequency, GridCounts& counts);

}  // namespace fitd
