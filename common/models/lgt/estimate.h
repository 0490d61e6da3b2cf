// The posterior of lgt.h over its grid. Pure function, any thread; linear in the number of values, of which the
// latest kLgtMostValues count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/models/lgt/mixture.h"

namespace fitd {

struct LgtEstimate {
  LgtMixture mixture;          // after the last value
  std::vector<double> errors;  // of one step, over LgtErrorUnit, from the second of the values that count on
  double sigma = 0;            // their deviation
  std::uint32_t evaluations = 0;
};

inline constexpr std::size_t kLgtMostValues = 400;
inline constexpr int kLgtEstimated = 3;  // what of them the deviation counts: a rate, the growth, the slope's share

// `y` has two values at least, which are not all equal and whose sizes are at most 1.
LgtEstimate EstimateLgt(std::span<const double> y);

}  // namespace fitd
