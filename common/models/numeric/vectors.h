// Vectors of doubles, added in the order of their elements. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace fitd {

inline double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline bool AllFinite(std::span<const double> v) {
  return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

// The least of those that are not NaN; NaN: there is none.
inline double LeastKnown(std::span<const double> v) {
  double least = std::numeric_limits<double>::quiet_NaN();
  for (const double x : v) least = std::isnan(x) || least <= x ? least : x;
  return least;
}

}  // namespace fitd
