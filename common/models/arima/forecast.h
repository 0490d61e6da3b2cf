// Forecasts of an ARIMA model from what its Model holds. Pure functions, any thread.
//
// Parameters: ar1.., ma1.., sar1.., sma1.., mean | drift (per step, in the series' units), season (1: none).
// States, all bounded by d + D m and max(p + P m, q + Q m) values:
//   "recent"         the last d + D m observations, oldest first
//   "gain"           what the exact filter goes on with (filter.h); models of earlier versions have none
//   "process"        s(n+1): what the ARMA process contributes to steps n+1, n+2, ... before new shocks
//   "estimation"     what was estimated (base/normal_forecast.h), and where there is a constant
//   "constant_error" its standard error in the differenced series' units, and what `process` would be of a series of
//                    ones: how much of a wrong constant the next steps know already; earlier versions have neither
//   "innovation_sd"  one value: sqrt(sigma2), kept apart because sigma2 itself may be beyond the range of a double
#pragma once

#include <span>

#include "common/models/arima/polynomial.h"
#include "common/models/base/model.h"

namespace fitd::arima {

// Orders from the spec and coefficients from the parameters; false when they are not an ARIMA model's.
bool ReadModel(const Model& model, ArimaOrder* order, Coefficients* coefficients);
// The names of an order's coefficients: ar1, ..., sma2.
std::vector<std::string> CoefficientNames(const ArimaOrder& order);

// Minimum mean-square-error forecasts; intervals with variance sigma^2 sum psi_j^2 (Box & Jenkins 1976), and, which R
// does not count, with the error of what was estimated. Empty when the model is not an ARIMA model's.
Forecast PredictFromModel(const Model& model, int horizon, std::span<const double> levels);

}  // namespace fitd::arima
