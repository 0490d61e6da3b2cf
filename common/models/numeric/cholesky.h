// Small symmetric positive definite systems. Pure functions, any thread.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace fitd {

// Solves A x = b for the first k unknowns by Cholesky factors, row by row; `x` is b and becomes x. entry(i, j) is A's
// element, j <= i; is_pivot(i, square) says whether the square of a diagonal element of the factor is large enough.
// False when one is not: A is not positive definite, x is unchanged.
template <std::size_t kMost, class Entry, class IsPivot>
bool SolveCholesky(std::size_t k, const Entry& entry, const IsPivot& is_pivot, std::array<double, kMost>& x) {
  std::array<std::array<double, kMost>, kMost> l{};
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = entry(i, j);
      for (std::size_t s = 0; s < j; ++s) sum -= l[i][s] * l[j][s];
      if (i != j) {
        l[i][j] = sum / l[j][j];
      } else {
        if (!is_pivot(i, sum)) return false;
        l[i][i] = std::sqrt(sum);
      }
    }
  }
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t s = 0; s < i; ++s) x[i] -= l[i][s] * x[s];
    x[i] /= l[i][i];
  }
  for (std::size_t i = k; i-- > 0;) {
    for (std::size_t s = i + 1; s < k; ++s) x[i] -= l[s][i] * x[s];
    x[i] /= l[i][i];
  }
  return true;
}

}  // namespace fitd
