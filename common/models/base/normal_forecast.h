// What every model with normal errors shares: criteria from a sum of squares, intervals from standard deviations.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/models/base/model.h"

namespace fitd {

// Gaussian log-likelihood at its maximum over the variance and the criteria from it, as an ARIMA model reports them
// (Hyndman & Khandakar 2008): loglik = -n/2 (log(2 pi SSE/n) + 1), aic = -2 loglik + 2k, aicc = aic + 2k(k+1)/(n-k-1),
// bic = -2 loglik + k log n, with k = num_coefficients + 1 for the variance; sigma2 = SSE / (n - num_coefficients).
// `sse` is the sum of squares of n one-step errors of the series times 2^-exponent. NaN where a value is not defined
// (sse = 0, too few errors) or sigma2 does not fit a double.
Criteria GaussianCriteria(double sse, std::size_t n, int num_coefficients, int exponent);

// mean +- z(level) * deviation for each level, limited to the finite range; mean and deviation have `horizon` values.
std::vector<ForecastInterval> NormalIntervals(std::span<const double> mean, std::span<const double> deviation,
                                              std::span<const double> levels);

// What a model keeps of its estimation, the state "estimation": degrees of freedom and the parameters' share in the
// variance. Its deviation and so many parameters were estimated from n values; of others, `apart`, the deviations of
// the forecasts count the errors themselves.
NamedVector EstimationState(std::size_t n, int parameters, int apart = 0);

// Half the width of an interval over the forecast's deviation, of a model with such a state: Student's quantile at
// these degrees and the parameters' own error, parameters / n of the variance (Yamamoto 1976, of autoregressions one
// step ahead; further steps are taken to be alike). The normal one of models that earlier versions fitted, which have
// none.
double EstimatedQuantile(double level, const Model& model);
std::vector<ForecastInterval> EstimatedIntervals(std::span<const double> mean, std::span<const double> deviation,
                                                 std::span<const double> levels, const Model& model);

}  // namespace fitd
