// The theta method as a state space model, and its dynamic and optimised forms (Fiorucci, Pellegrini, Louzada,
// Petropoulos & Koehler 2016, International Journal of Forecasting 32, 1151-1161). Stateless objects, any thread.
//
//   mu_t = l_{t-1} + (1 - 1/theta) { (1-alpha)^(t-1) A_{t-1} + (1 - (1-alpha)^t) / alpha B_{t-1} }
//   l_t  = alpha y_t + (1-alpha) l_{t-1}
//
// A and B are intercept and slope of a straight line through all values (static: stm, otm) or through the values so
// far (dynamic: dstm, dotm); theta is 2 (stm, dstm) or optimised with l_0 and alpha (otm, dotm) on the sum of squared
// one-step errors. "theta" is dotm.
//
// Each season that passes the test of classical_season.h is taken out before, multiplicatively where the values allow
// it, shortest first, and put back into forecasts and intervals. Spec: "dotm", "dotm,M[12]", "dotm,A[24],A[168]".
// Parameters: alpha, theta, level0, sigma. States: line (what the recursion starts from) and one per season, named as
// in the spec, from the next step on; estimation (base/normal_forecast.h). Criteria: sigma2 only, since the likelihood
// would be of the adjusted series. Intervals have the model's exact h-step variance and count what was estimated. `like`
// keeps the seasons; the search over alpha is global and costs too little for a warm start. Fewer than 5 values: status
// kShort, the last value.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

enum class ThetaVariant { kStandard, kOptimised, kDynamicStandard, kDynamicOptimised };

// `name` is "theta" or "theta:" and the variant's abbreviation; it must outlive the object.
std::unique_ptr<Algorithm> MakeTheta(std::string_view name, ThetaVariant variant);

}  // namespace fitd
