// The median of values in scratch memory. Pure function, any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace fitd {

// Reorders the values, of which there is one at least; the mean of the two middle ones where their number is even.
inline double Median(std::span<double> values) {
  const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), values.begin() + half, values.end());
  const double upper = values[static_cast<std::size_t>(half)];
  if (values.size() % 2 == 1) return upper;
  return 0.5 * *std::max_element(values.begin(), values.begin() + half) + 0.5 * upper;
}

}  // namespace fitd
