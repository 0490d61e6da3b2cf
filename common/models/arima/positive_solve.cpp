#include "common/models/arima/positive_solve.h"

#include <algorithm>
#include <cmath>

namespace fitd::arima {

void SolvePositive(const Matrix& a, std::span<const int> free, const Coefficients& b, Coefficients* x) {
  const std::size_t k = free.size();
  for (double ridge = 0; ridge < 1e9; ridge = ridge == 0 ? 1e-8 : ridge * 100) {
    Matrix l{};
    bool positive = true;
    for (std::size_t i = 0; i < k && positive; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = a[free[i]][free[j]];
        if (i == j) sum += ridge * std::max(a[free[i]][free[i]], 1e-6);
        for (std::size_t s = 0; s < j; ++s) sum -= l[i][s] * l[j][s];
        if (i != j) {
          l[i][j] = sum / l[j][j];
          continue;
        }
        positive = sum > 1e-10 * std::abs(a[free[i]][free[i]]) && std::isfinite(sum);
        if (!positive) break;
        l[i][i] = std::sqrt(sum);
      }
    }
    if (!positive) continue;
    Coefficients y{};
    for (std::size_t i = 0; i < k; ++i) {
      double sum = b[free[i]];
      for (std::size_t s = 0; s < i; ++s) sum -= l[i][s] * y[s];
      y[i] = sum / l[i][i];
    }
    for (std::size_t i = k; i-- > 0;) {
      double sum = y[i];
      for (std::size_t s = i + 1; s < k; ++s) sum -= l[s][i] * (*x)[free[s]];
      (*x)[free[i]] = sum / l[i][i];
    }
    return;
  }
  for (const int i : free) (*x)[i] = b[i];
}

}  // namespace fitd::arima
