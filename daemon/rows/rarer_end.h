// Finds the step of the last values of a series when it is longer than that of the values before them: daily values
// that are reported weekly since last year, or days with totals of months behind them. Daemon, ingest threads; pure
// functions.
#pragma once

#include <span>

#include "common/series/time_grid.h"

namespace fitd {

// `values` lie on `grid`, NaN where there is none; the last one is a value. A count of 0: the last values come as often
// as those before them.
Step StepOfRarerEnd(std::span<const double> values, const TimeGrid& grid);

}  // namespace fitd
