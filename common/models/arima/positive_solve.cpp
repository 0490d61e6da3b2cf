#include "common/models/arima/positive_solve.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/cholesky.h"

namespace fitd::arima {

void SolvePositive(const Matrix& a, std::span<const int> free, const Coefficients& b, Coefficients* x) {
  const std::size_t k = free.size();
  for (double ridge = 0; ridge < 1e9; ridge = ridge == 0 ? 1e-8 : ridge * 100) {
    const auto entry = [&](std::size_t i, std::size_t j) {
      const double value = a[free[i]][free[j]];
      return i == j ? value + ridge * std::max(a[free[i]][free[i]], 1e-6) : value;
    };
    const auto is_pivot = [&](std::size_t i, double square) {
      return square > 1e-10 * std::abs(a[free[i]][free[i]]) && std::isfinite(square);
    };
    Coefficients solution{};
    for (std::size_t i = 0; i < k; ++i) solution[i] = b[free[i]];
    if (!SolveCholesky(k, entry, is_pivot, solution)) continue;
    for (std::size_t i = 0; i < k; ++i) (*x)[free[i]] = solution[i];
    return;
  }
  for (const int i : free) (*x)[i] = b[i];
}

}  // namespace fitd::arima
