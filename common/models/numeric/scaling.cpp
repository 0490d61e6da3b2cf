#include "common/models/numeric/scaling.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fitd {

int ScaleExponent(std::span<const double> y) {
  double largest = 0;
  for (const double v : y) largest = std::max(largest, std::fabs(v));
  if (largest == 0) return 0;
  int exponent = 0;
  std::frexp(largest, &exponent);
  return exponent;
}

std::vector<double> ScaleDown(std::span<const double> y, int exponent) {
  std::vector<double> scaled(y.begin(), y.end());
  if (exponent == 0) return scaled;
  // A product with a power of two is rounded once, as ldexp is; only a power outside the normal numbers needs that.
  constexpr int kNormal = 1022;
  const double factor = std::ldexp(1.0, -exponent);
  const bool normal = -kNormal <= exponent && exponent <= kNormal;
  for (double& v : scaled) v = normal ? v * factor : std::ldexp(v, -exponent);
  return scaled;
}

double ScaleUp(double x, int exponent) {
  return ToFinite(std::ldexp(x, exponent));
}

double ToFinite(double x) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  if (x > kLargest) return kLargest;
  if (x < -kLargest) return -kLargest;
  return x;
}

double ToFinite(double x, double not_a_number) {
  return std::isnan(x) ? not_a_number : ToFinite(x);
}

bool IsConstant(std::span<const double> y) {
  return !y.empty() && std::all_of(y.begin(), y.end(), [&](double v) { return v == y.front(); });
}

}  // namespace fitd
