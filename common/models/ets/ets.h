// Exponential smoothing with automatic selection of the form by AICc. One stateless object serves any thread.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

// "ets". The model's `spec` is its form ("M,Ad,M"). Parameters: alpha, beta, gamma, phi where the form has them;
// season: its period (1 without); sigma: standard deviation of the one-step error, relative to the forecast when the
// error is multiplicative. States: level, trend, seasonal (after the last observation; seasonal[h % season] belongs to
// step h + 1), and initial_level, initial_trend, initial_seasonal (before the first; initial_seasonal[t] belongs to
// observation t). Criteria are those of R's forecast::ets; sigma2 is sigma squared.
// Of several seasons the longest that has at most 24 values and fits into the series is used.
std::unique_ptr<Algorithm> MakeEts();

}  // namespace fitd
