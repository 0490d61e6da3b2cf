// Local regression of degree 0 or 1 with tricube weights on equally spaced values (Cleveland 1979; Cleveland,
// Cleveland, McRae & Terpenning 1990, section 2). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

struct LoessOptions {
  std::size_t window = 7;  // odd, at least 3: the number of values that a fit uses; may exceed their number
  int degree = 1;          // 0 or 1
  std::size_t jump = 1;    // fits at every jump-th position, linear interpolation between
};

// The fit at `position` (value i is at position i; -1 and y.size() extrapolate by one) with the window's values
// nearest to it. `weights` are robustness weights, one a value, or empty.
double LoessAt(std::span<const double> y, double position, const LoessOptions& options,
               std::span<const double> weights);

// Fits at all positions 0..n-1 into `smooth`, which has y.size() values. O(n window / jump).
void Loess(std::span<const double> y, const LoessOptions& options, std::span<const double> weights,
           std::span<double> smooth);

}  // namespace fitd
