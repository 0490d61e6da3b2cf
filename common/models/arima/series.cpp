#include "common/models/arima/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/models/arima/differencing.h"

namespace fitd::arima {

std::vector<double> Normalised(std::span<const double> y, int* exponent) {
  double largest = 0;
  for (const double v : y) largest = std::max(largest, std::abs(v));
  *exponent = 0;
  if (largest > 0) std::frexp(largest, exponent);
  std::vector<double> out(y.begin(), y.end());
  for (double& v : out) v = std::ldexp(v, -*exponent);
  return out;
}

PreparedSeries Prepare(std::span<const double> normalised, int exponent, const ArimaOrder& order, bool may_centre) {
  constexpr double kDwarfs = 1e4;  // of the mean over the standard deviation
  PreparedSeries out;
  out.values = Difference(normalised, order);
  out.exponent = exponent;
  if (out.values.empty()) return out;
  out.constant = IsConstant(out.values, 1.0);
  const auto n = static_cast<double>(out.values.size());
  double mean = 0;
  for (const double v : out.values) mean += v;
  mean /= n;
  double variance = 0;
  for (const double v : out.values) variance += (v - mean) * (v - mean) / n;
  double size = std::sqrt(variance + mean * mean);
  if (may_centre && !out.constant && std::abs(mean) > kDwarfs * std::sqrt(variance)) {
    out.centre = mean;
    size = std::sqrt(variance);
  }
  int scale = 0;
  if (size > 0 && !out.constant) std::frexp(size, &scale);
  for (double& v : out.values) v = std::ldexp(v - out.centre, -scale);
  out.centre = std::ldexp(out.centre, -scale);
  out.exponent += scale;
  return out;
}

bool IsConstant(std::span<const double> y, double magnitude) {
  const double rounding = 8 * std::numeric_limits<double>::epsilon() * magnitude;
  return std::all_of(y.begin(), y.end(), [&](double v) { return std::abs(v - y[0]) <= rounding; });
}

}  // namespace fitd::arima
