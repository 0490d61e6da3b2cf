// Automatic seasonal ARIMA after Hyndman & Khandakar (2008): differencing by seasonal strength and KPSS, order by AICc,
// exact Gaussian maximum likelihood. Stateless, any thread, worker (Fit) and daemon (Predict).
//
// The spec is "(p,d,q)", "(P,D,Q)[m]" after it when there is a season, then " mean" or " drift" when there is a
// constant. Criteria are R's: the likelihood of the differenced series, parameters counted with the constant and the
// variance, n = length of the differenced series, sigma2 = sum of squares / (n - parameters + 1). A perfect fit has
// sigma2 = 0 and no other criteria. What the parameters and states are: forecast.h.
//
// Of several seasons the shortest is used. A constant series is kConstant "(0,0,0) mean"; fewer than four values are
// kShort: a random walk. A series that is an exact line or repeats its season exactly gets its constant in closed form.
//
// Cost is bounded. Long series: the order is searched on the last max(1000, 12 min(m, 1000)) differenced values; the
// final estimate uses all of them, its filter taken as converged after 2048 steps, linear in the length. Long seasons:
// a seasonal factor needs at most 128 states, so beyond m = 128 only the seasonal difference is left. At most 94
// orders, 60 evaluations for each start of each, 200 for the final estimate.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

std::unique_ptr<Algorithm> MakeArima();

}  // namespace fitd
