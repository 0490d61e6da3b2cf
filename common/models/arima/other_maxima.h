// Where other maxima of a mixed model's likelihood may lie, for a refit that starts from one of them. Pure function,
// any thread.
//
// A model of both kinds of factor has nearly the likelihood of a smaller one wherever a root of each cancels, and so a
// maximum for many a place that the pair can take. What the pair would gain at a place b is the score statistic of the
// smaller model's innovations e against their derivative, e filtered by 1/b(B) and lagged (as in estimate.h; Poskitt &
// Tremayne 1980): one pass over the series for each place.
#pragma once

#include <vector>

#include "common/models/arima/estimate.h"

namespace fitd::arima {

// Starting partials for `found`'s order, at most five, each expected to come near or above `found`'s likelihood; none
// for an order without a pair. Refits smaller orders with `estimator`, whose last evaluation is then theirs; adds its
// evaluations to `evaluations`.
std::vector<Coefficients> OtherStarts(Estimator* estimator, const Estimate& found, int* evaluations);

}  // namespace fitd::arima
