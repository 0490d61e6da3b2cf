// How large the pooled regression's errors are for one target beside those of all: each target's deviation by the steps
// ahead, for what is noise to one is a walk to another. Pure values, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/models/base/model.h"
#include "common/models/pooled_ar/global.h"
#include "common/models/pooled_ar/series.h"

namespace fitd::pooled_ar {

// For each step with coefficients, the change of z from this origin on, in units of the state's scale, which is > 0.
std::vector<double> ForeseenChanges(const PooledArCoefficients& coefficients, const PooledState& state);

// The errors of one target from origins in its own past.
class OwnErrors {
 public:
  // `coefficients` outlive this; `horizon` is theirs.
  OwnErrors(const PooledArCoefficients& coefficients, int horizon);

  // The errors from z[t], after which `state` is, as far as z reaches.
  void Add(const PooledState& state, std::span<const double> z, std::size_t t);
  // Variances over those of all targets, for each step with coefficients. Drawn to 1 where origins are few, and each
  // step's to the one before: of errors many steps ahead neighbours know the same, so that there are few of them.
  std::vector<double> Ratios() const;

 private:
  const PooledArCoefficients& coefficients_;
  std::vector<std::size_t> steps_;
  std::vector<double> squares_;  // of errors on the scale of z, at most kLargestError deviations
  std::vector<double> expected_;
  std::vector<double> counts_;  // of independent errors
};

// The target's variance on the scale of z: what all have, times the ratio; one that is large is not made larger.
double OwnVariance(double of_all, double ratio);

// A target's ratios as a state of its model, which those of earlier versions have not: empty.
inline constexpr std::string_view kOwnErrors = "own_errors";
std::span<const double> OwnRatiosOf(const Model& model);

// Origins of a target that are looked at: the latest.
inline constexpr std::size_t kMostOrigins = 64;

}  // namespace fitd::pooled_ar
