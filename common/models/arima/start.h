// Where the search for one order's maximum likelihood starts, in partials. Pure functions, any thread.
#pragma once

#include <span>

#include "common/models/arima/polynomial.h"

namespace fitd::arima {

// From regressing the series on its own lags and on lagged innovations `innovations` (Hannan & Rissanen 1982).
Coefficients RegressionStart(std::span<const double> series, const ArimaOrder& order,
                             std::span<const double> innovations);
// From the estimate `partials` of a neighbouring order `from`, with missing partials at 0.
Coefficients NeighbourStart(const ArimaOrder& order, const ArimaOrder& from, const Coefficients& partials);

}  // namespace fitd::arima
