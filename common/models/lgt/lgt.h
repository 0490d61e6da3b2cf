// A local and a global trend that lie between a line and an exponential: what short series that grow want, whose own
// values cannot tell which (Smyl, Bergmeir, Dokumentov, Long, Wibowo & Schmidt 2025, International Journal of
// Forecasting 41, 111-127, "Local and global trend Bayesian exponential smoothing models"). Stateless object, any
// thread.
//
//   y_t = l_{t-1} + g l_{t-1}^r + k b_{t-1} + e_t,   l_t = a y_t + (1 - a) l_{t-1},   b_t = c (l_t - l_{t-1}) + (1 - c)
//   b_{t-1}
//
// with errors of Student's distribution that grow with the level. There it is sampled from the posterior; here the
// posterior is summed over a small grid of a, c and r, at each of which g, k and the errors' scale are the likeliest by
// weighted least squares (estimate.h), so that a fit takes some 30 us and has no chance in it. The forecast is the
// mean of all, each weighing what it explains.
//
// A series with a value that is not positive has r = 0 alone, a drift, and errors of one size. Seasons are not known:
// a series that has one is taken for one that has none. Fewer than 5 values: status kShort; all equal: kConstant, the
// last value repeated. Never kFailed.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

std::unique_ptr<Algorithm> MakeLgt();

}  // namespace fitd
