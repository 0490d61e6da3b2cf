// Pooled linear autoregression: one ridge regression per step ahead over the scaled lag windows of all targets of a
// frame (Montero-Manso & Hyndman 2021, "Principles and algorithms for forecasting groups of time series"). Workers
// accumulate sums, the daemon adds and solves them, both forecast. Pure values, any thread.
//
// Targets of one season length share one set of sums; a frame with several season lengths has several. The same bits
// come out whatever the chunking as long as sums are accumulated per block of kPooledArBlockSize consecutive targets
// (of the frame, in its order, those of one season length within the block) and merged in block order.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/models/base/model.h"

namespace fitd {

inline constexpr std::size_t kPooledArBlockSize = 64;

struct PooledArOptions {
  int season = 1;   // season length in observations; 1: none
  int horizon = 1;  // steps held out for validation, and steps with coefficients of their own (up to a cap)
};

// The sums of one block of targets, twice: over all values, and over the values without each target's last `horizon`,
// so that validation forecasts come from coefficients that have not seen what they are validated on.
class PooledArSums {
 public:
  explicit PooledArSums(const PooledArOptions& options);
  // The sums another process accumulated, from data(); nullopt unless they are of this version and shape.
  static std::optional<PooledArSums> FromData(std::vector<double> data);

  // Adds one target: at least one value, all finite, else it is left out.
  void Add(std::span<const double> y);
  // Plain addition, element by element. Both have the same options (assert).
  void Merge(const PooledArSums& other);

  PooledArOptions options() const;
  std::span<const double> data() const { return data_; }

 private:
  PooledArSums() = default;
  std::vector<double> data_;  // header, then the two halves; see pooled_ar.cpp
};

// What the sums give: the model all targets share. Compared bit by bit.
struct PooledArCoefficients {
  std::vector<double> weights;  // steps x features, row by row
  std::vector<double> sigma;    // per step: standard deviation of the scaled error, in sample
  double windows = 0;           // number of windows behind the first step; 0: nothing was learned
};
struct PooledArGlobal {
  int version = 0;  // of the features; coefficients of another version are refused
  int season = 1;
  int horizon = 1;
  PooledArCoefficients all;
  PooledArCoefficients held_out;
};
PooledArGlobal Solve(const PooledArSums& sums);

// As plain numbers, for archives. Unpack gives nullopt for anything Pack of this version did not write.
std::vector<double> PackPooledAr(const PooledArGlobal& global);
std::optional<PooledArGlobal> UnpackPooledAr(std::span<const double> data);

// The state of one target for forecasting from the end of `y` (all finite), which for validation is the series without
// its last `horizon` values, with `held_out` set. The model's algorithm is "pooled-ar". Constant and short series
// (fewer than 3 values) get a flat forecast and say so in the status.
FitOutcome FitPooledAr(std::span<const double> y, const PooledArGlobal& global, bool held_out);

// Whether the coefficients are of this version and of the sizes that season and horizon ask for.
bool HasItsShape(const PooledArGlobal& global);

// What is wrong with a model from an archive, or with the global beside it; empty: nothing (as Algorithm::Damage).
std::string PooledArDamage(const Model& model, const PooledArGlobal& global);

// Direct forecasts up to the horizon of `global`, and repeated from the forecasts beyond it. Intervals are normal on
// the model's scale, from the in-sample errors of all targets. `global` is the one the model was fitted with.
Forecast PredictPooledAr(const Model& model, const PooledArGlobal& global, int horizon, std::span<const double> levels);

}  // namespace fitd
