// Pooled linear autoregression: one ridge regression per step ahead over the scaled lag windows of all targets of a
// frame (Montero-Manso & Hyndman 2021, "Principles and algorithms for forecasting groups of time series"). Workers
// accumulate sums, the daemon adds and solves them, both forecast. Pure values, any thread.
//
// Targets of one season length share one set of sums; a frame with several season lengths has several. The same bits
// come out whatever the chunking as long as sums are accumulated per block of kPooledArBlockSize consecutive targets
// (of the frame, in its order, those of one season length within the block) and merged in block order.
#pragma once

#include <span>
#include <string>

#include "common/models/base/model.h"
#include "common/models/pooled_ar/global.h"
#include "common/models/pooled_ar/sums.h"

namespace fitd {

// The state of one target for forecasting from the end of `y` (all finite), which for validation is the series without
// its last `horizon` values, with `held_out` set. The model's algorithm is "pooled-ar". Constant and short series
// (fewer than 3 values) get a flat forecast and say so in the status.
FitOutcome FitPooledAr(std::span<const double> y, const PooledArGlobal& global, bool held_out);

// What is wrong with a model from an archive, or with the global beside it; empty: nothing (as Algorithm::Damage).
std::string PooledArDamage(const Model& model, const PooledArGlobal& global);

// Direct forecasts up to the horizon of `global`, and repeated from the forecasts beyond it, up to twenty times and
// four seasons, from where on they stay. Intervals are normal on
// the model's scale, from the in-sample errors of all targets and how large the target's own are beside them. A long
// season that the series has seen often enough is forecast step by step from a long window instead (windows.h), with
// intervals from the target's own errors. `global` is the one the model was fitted with.
Forecast PredictPooledAr(const Model& model, const PooledArGlobal& global, int horizon, std::span<const double> levels);

}  // namespace fitd
