// The pooled regression that all targets share: the coefficients its sums give, and their form as plain numbers. The
// daemon solves, both processes forecast with it. Pure values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/models/base/prior_share.h"
#include "common/models/pooled_ar/sums.h"
#include "common/models/pooled_ar/windows.h"

namespace fitd {

// What the sums give: the model all targets share. Compared bit by bit.
struct PooledArCoefficients {
  std::vector<double> weights;  // steps x features, row by row
  std::vector<double> sigma;    // per step: standard deviation of the scaled error, in sample
  double windows = 0;           // number of windows behind the first step; 0: nothing was learned
  // By ascending length; empty: a season without any, or coefficients of an earlier fitd.
  std::vector<pooled_ar::WindowWeights> long_windows;
};
struct PooledArGlobal {
  int version = 0;  // of the features; coefficients of another version are refused
  int season = 1;
  int horizon = 1;
  PooledArCoefficients all;
  PooledArCoefficients held_out;
  // The logarithm of the season's index that targets have in common, from the place that all count from; empty: there
  // is none, or coefficients of an earlier fitd.
  std::vector<double> season_index;
};
// `targets` of the fleet, of all seasons: fewer than kTargetsWithoutPrior, or windows, are drawn to what M3 teaches
// (prior.h).
PooledArGlobal Solve(const PooledArSums& sums, std::uint64_t targets = kAsksNoPrior);

// As plain numbers, for archives. Unpack gives nullopt for anything Pack of this version did not write.
std::vector<double> PackPooledAr(const PooledArGlobal& global);
std::optional<PooledArGlobal> UnpackPooledAr(std::span<const double> data);

// Whether the coefficients are of this version and of the sizes that season and horizon ask for.
bool HasItsShape(const PooledArGlobal& global);

}  // namespace fitd
