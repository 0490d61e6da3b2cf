// Largest modulus of the eigenvalues of a square matrix, which the limits of models are compared with.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace fitd {

// Square, by rows.
using SquareRows = std::vector<std::vector<double>>;

// Gelfand's formula, the limit of |A^k|^(1/k), with k = 2^40: A is squared forty times, and brought to a norm of one
// before each, so that nothing overflows. An eigenvalue solver would do, and takes ten seconds to compile.
inline double SpectralRadius(SquareRows a) {
  const std::size_t n = a.size();
  double log_radius = 0;
  double share = 1;  // of the logarithm of a norm in that of the radius: 2^-squarings
  for (int squarings = 0; squarings < 40; ++squarings, share /= 2) {
    double sum = 0;
    for (const auto& row : a) {
      for (const double x : row) sum += x * x;
    }
    const double norm = std::sqrt(sum);
    if (norm == 0) return 0;
    log_radius += share * std::log(norm);
    SquareRows square(n, std::vector<double>(n, 0.0));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < n; ++k) {
        const double factor = a[i][k] / norm;
        if (factor == 0) continue;
        for (std::size_t j = 0; j < n; ++j) square[i][j] += factor * (a[k][j] / norm);
      }
    }
    a = std::move(square);
  }
  return std::exp(log_radius);
}

}  // namespace fitd
