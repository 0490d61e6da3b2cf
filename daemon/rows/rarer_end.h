// Finds the step of the last or the first values of a series when it is longer than that of the others: daily values
// that are reported weekly since last year, days with totals of months behind them, weeks in front of days. Daemon,
// ingest threads; pure functions.
#pragma once

#include <span>

#include "common/series/time_grid.h"

namespace fitd {

// `values` lie on `grid`, NaN where there is none; the last one is a value. A count of 0: the last values come as often
// as those before them.
Step StepOfRarerEnd(std::span<const double> values, const TimeGrid& grid);

// The same of the first values, the first one of which is a value, where a tenth of the points and more are missing
// among them.
Step StepOfRarerBegin(std::span<const double> values, const TimeGrid& grid);

}  // namespace fitd
