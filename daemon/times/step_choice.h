// Chooses the step of a series from its times. Daemon, ingest threads; pure functions.
//
// The most common distance is only the first candidate: a step that makes distinct observations collide, or that throws
// most of them away, is not the step. Others are steps in use that divide nearly all distances, the calendar's months,
// quarters and years, the days of a weekly mask and sessions of the day.
#pragma once

#include <span>

#include "common/series/time_grid.h"
#include "daemon/times/grid.h"

namespace fitd {

// The most common step of strictly increasing times: nanoseconds, or months when the calendar explains more steps than
// any number of nanoseconds does (first of the month, month ends, quarters, years). Times that jitter so much that no
// step stands out get their median step, rounded to a usual one. count 0 for fewer than two times. `clear` is set when
// nine in ten steps are that step.
Step MostCommonStep(std::span<const Observation> sorted, bool* clear = nullptr);

// The step whose grid loses the fewest observations and has the fewest points without one.
Step InferStep(std::span<const Observation> sorted);

}  // namespace fitd
