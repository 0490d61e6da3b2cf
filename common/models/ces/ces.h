// Complex exponential smoothing (Svetunkov, Kourentzes & Ord 2022, Naval Research Logistics 69, 1108-1123): none,
// simple, partial or full seasonality, selected by AICc. Stateless object, any thread.
//
//   l_t = l_{t-1} - (1 - alpha1) c_{t-1} + (alpha0 - alpha1) e_t      y_t = l_{t-1} + e_t
//   c_t = l_{t-1} + (1 - alpha0) c_{t-1} + (alpha0 + alpha1) e_t
//
// simple: both states at lag m; partial: an additive season with gain beta beside it; full: a second pair of states at
// lag m with beta0, beta1. alpha0 in [1, 2] and alpha1 in [0.8, 1.2], which is the stable region around alpha1 = 1;
// betas in [0, 1.5]. Parameters minimise the sum of squared one-step errors, first states are found by backcasting.
// loglik = -n/2 log(sum e^2), as in ets; AICc counts the smoothing parameters, the variance and the first states (2,
// 2m, m + 1, 2m + 1), without which the forms with most states nearly always win: on the last horizon of the M3
// training series sMAPE is 13.89 with them and 14.2 without. Several seasons: the one with the lowest AICc.
//
// Spec: "none", "simple[12]", "partial[12]", "full[12]". Parameters: alpha0, alpha1, beta or beta0 and beta1, sigma.
// States: complex (level, potential), season, season_potential, from the next step on; estimation
// (base/normal_forecast.h). Intervals have the model's exact h-step variance and count what was estimated. `like` keeps form and season and starts from its parameters. Fewer than 4 values:
// status kShort, the last value. Where a series of positive values would be forecast to leave for less than a third or
// more than three times its level, alpha1 is 1.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

std::unique_ptr<Algorithm> MakeCes();

}  // namespace fitd
