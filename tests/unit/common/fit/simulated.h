// Series for tests of what is found in them.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace fitd {

// Normal noise about 0, with the bits of one seed.
inline std::vector<double> Noise(std::size_t n, double deviation, unsigned seed = 7) {
  std::mt19937_64 random(seed);
  std::vector<double> y(n);
  for (double& v : y) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11) * 0x1p-53;
    v = deviation * sum;
  }
  return y;
}

inline std::vector<double> Plus(std::vector<double> y, auto of) {
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += of(t);
  return y;
}

}  // namespace fitd
