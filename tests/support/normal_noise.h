// Noise that tests of models share.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace fitd {

// Independent standard normal values, the same for a seed.
inline std::vector<double> NormalNoise(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> v(n);
  for (double& x : v) x = normal(random);
  return v;
}

}  // namespace fitd
