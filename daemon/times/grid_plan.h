// Chooses where the points of a series' grid lie: its phase, by points or by periods, and which part of the series it
// holds. Daemon, ingest threads; pure functions.
#pragma once

#include <span>

#include "daemon/times/grid.h"

namespace fitd {

// The phase is that of the last stretch of regular steps which is long enough to tell. When a gap is longer than what
// is observed beside it, or would take more memory than the observations are worth, the series is cut there and the
// later side is kept, unless it is too short beside the other (counted as stray).
GridPlan PlanGrid(std::span<const Observation> sorted, const Frequency& frequency, GridCounts& counts);

}  // namespace fitd
