// Coefficients that the regression is drawn to where its own targets are few: those of a public set of series. Used by
// Solve alone. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fitd::pooled_ar {

// One step ahead, from any origin.
struct PriorStep {
  double share = 0;             // from 0, nothing, to 1
  std::vector<double> weights;  // per feature of the season, times the share; empty where that is 0
  double sigma = 0;             // standard deviation of the scaled error
};

// For a fleet of so many targets, which have so many windows in all; kAsksNoPrior: share 0.
PriorStep PriorOf(int season, std::size_t step, std::uint64_t targets, double windows);

}  // namespace fitd::pooled_ar
