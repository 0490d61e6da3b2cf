// The closed-form models that everything else must beat, and that stand in when a model cannot be fitted: last value,
// last season, mean. Stateless objects, any thread. Analytic normal intervals (Hyndman & Athanasopoulos, Forecasting:
// Principles and Practice, 3rd ed., 5.5).
//
// naive:           f = y_n,                deviation sigma sqrt(h),                  sigma^2 = mean (y_t - y_{t-1})^2
// seasonal-naive:  f = y_{n + h - m(k+1)}, deviation sigma sqrt(k+1), k = floor((h-1)/m); m is the longest season that
//                  is shorter than the series; without one it is `naive`, with status kShort when a season was asked
//                  for
// mean:            f = mean y,             deviation sigma sqrt(1 + 1/n),            sigma^2 = sum (y_t - mean)^2 /
// (n-1)
//
// Criteria are those of the ARIMA models they are: (0,1,0), (0,0,0)(0,1,0)[m] and (0,0,0) with mean.
// One value: deviation 0 and status kShort. All values equal: deviation 0 and status kConstant. Never kFailed.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

std::unique_ptr<Algorithm> MakeNaive();
std::unique_ptr<Algorithm> MakeSeasonalNaive();
std::unique_ptr<Algorithm> MakeMean();

}  // namespace fitd
