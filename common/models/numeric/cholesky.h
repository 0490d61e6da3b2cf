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

// Solves A x = b in place by Cholesky factors, column by column: for the larger systems of a minimiser or of a season's
// states, whose columns a compiler can vectorise. entry(i, j), j <= i, refers to an element of
// the row-major A and becomes the factor's; `x` is b and becomes x; `column` is scratch of k elements. False when A is
// not positive definite; x is half done then.
template <class Entry>
inline bool SolveCholeskyInPlace(std::size_t k, const Entry& entry, double* x, double* column) {
  for (std::size_t j = 0; j < k; ++j) {
    const double d = entry(j, j);
    if (!(d > 0) || !std::isfinite(d)) return false;
    const double inverse = 1 / std::sqrt(d);
    for (std::size_t i = j; i < k; ++i) column[i] = entry(i, j) *= inverse;
    x[j] *= inverse;
    for (std::size_t i = j + 1; i < k; ++i) {
      double* row = &entry(i, 0);
      const double v = column[i];
      x[i] -= v * x[j];
      for (std::size_t c = j + 1; c <= i; ++c) row[c] -= v * column[c];
    }
  }
  for (std::size_t i = k; i-- > 0;) {
    x[i] /= entry(i, i);
    for (std::size_t c = 0; c < i; ++c) x[c] -= entry(i, c) * x[i];
  }
  return true;
}

}  // namespace fitd
