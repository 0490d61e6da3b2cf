// The corrected information criterion that models of one series are compared by. Pure function, any thread.
#pragma once

#include <cstddef>
#include <limits>

namespace fitd {

// AICc (Hurvich & Tsai 1989) = deviance + 2 k + 2 k (k + 1) / (n - k - 1), the deviance being -2 log-likelihood and k
// the number of parameters, the variance among them; infinite when n <= k + 1.
inline double CorrectedAic(double deviance, double k, std::size_t n) {
  const double left = static_cast<double>(n) - k - 1;
  if (!(left > 0)) return std::numeric_limits<double>::infinity();
  return deviance + 2 * k + 2 * k * (k + 1) / left;
}

}  // namespace fitd
