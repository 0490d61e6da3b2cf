// What the tests of ARIMA share: orders, random coefficients, noise.
#pragma once

#include <random>
#include <vector>

#include "common/models/arima/polynomial.h"

namespace fitd::arima {

inline ArimaOrder Order(int p, int q, int P, int Q, int m, bool constant = false) {
  ArimaOrder o;
  o.p = p;
  o.q = q;
  o.P = P;
  o.Q = Q;
  o.m = m;
  o.constant = constant;
  return o;
}

inline Coefficients RandomPartials(const ArimaOrder& order, double limit, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-limit, limit);
  Coefficients out{};
  for (int i = 0; i < order.NumCoefficients(); ++i) out[i] = uniform(generator);
  return out;
}

inline std::vector<double> Noise(std::size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  for (double& v : y) v = normal(generator);
  return y;
}

}  // namespace fitd::arima
