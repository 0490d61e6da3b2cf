#include "common/models/season/seasonal_strength.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/models/season/stl.h"

namespace fitd::arima {
namespace {

// Sum of squares around the mean.
double Variation(std::span<const double> x) {
  double mean = 0;
  for (const double v : x) mean += v;
  mean /= static_cast<double>(x.size());
  double sum = 0;
  for (const double v : x) sum += (v - mean) * (v - mean);
  return sum;
}

}  // namespace

double SeasonalStrength(std::span<const double> y, int m) {
  const std::size_t n = y.size();
  if (m < 2 || n <= 2 * static_cast<std::size_t>(m)) return 0;
  const StlComponents parts = DecomposeStl(y, {.season = static_cast<std::size_t>(m), .seasonal_window = 11});
  std::vector<double> detrended(n);
  std::vector<double> remainder(n);
  for (std::size_t t = 0; t < n; ++t) {
    detrended[t] = y[t] - parts.trend[t];
    remainder[t] = detrended[t] - parts.seasonal[t];
  }
  const double around_trend = Variation(detrended);
  double magnitude = 0;
  for (const double v : y) magnitude = std::max(magnitude, std::abs(v));
  const double rounding = 1e-14 * magnitude;
  if (!(around_trend > rounding * rounding * static_cast<double>(n))) return 0;
  return std::clamp(1 - Variation(remainder) / around_trend, 0.0, 1.0);
}

}  // namespace fitd::arima
