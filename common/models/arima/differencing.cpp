#include "common/models/arima/differencing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/models/arima/series.h"
#include "common/models/season/seasonal_strength.h"

namespace fitd::arima {

std::vector<double> Difference(std::span<const double> y, int lag) {
  const auto step = static_cast<std::size_t>(lag);
  std::vector<double> out;
  if (y.size() <= step) return out;
  out.reserve(y.size() - step);
  for (std::size_t t = step; t < y.size(); ++t) out.push_back(y[t] - y[t - step]);
  return out;
}

std::vector<double> Difference(std::span<const double> y, const ArimaOrder& order) {
  std::vector<double> out(y.begin(), y.end());
  for (int i = 0; i < order.D; ++i) out = Difference(out, order.m);
  for (int i = 0; i < order.d; ++i) out = Difference(out, 1);
  return out;
}

double KpssStatistic(std::span<const double> y) {
  const auto n = static_cast<double>(y.size());
  if (y.empty()) return std::numeric_limits<double>::quiet_NaN();
  double mean = 0;
  for (const double v : y) mean += v;
  mean /= n;
  double cumulative = 0;
  double numerator = 0;
  double variance = 0;
  for (const double v : y) {
    cumulative += v - mean;
    numerator += cumulative * cumulative;
    variance += (v - mean) * (v - mean);
  }
  if (!(variance > 0)) return std::numeric_limits<double>::quiet_NaN();
  const auto lags = static_cast<std::size_t>(3 * std::sqrt(n) / 13);
  double long_run = variance / n;
  for (std::size_t lag = 1; lag <= lags; ++lag) {
    double covariance = 0;
    for (std::size_t t = lag; t < y.size(); ++t) covariance += (y[t] - mean) * (y[t - lag] - mean);
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    long_run += 2 / n * weight * covariance;
  }
  return numerator / (n * n) / long_run;
}

DifferencingOrders ChooseDifferencing(std::span<const double> y, int m) {
  constexpr double kStrong = 0.64;
  constexpr double kKpssFivePercent = 0.463;
  DifferencingOrders out;
  double magnitude = 0;
  for (const double v : y) magnitude = std::max(magnitude, std::abs(v));
  std::vector<double> x(y.begin(), y.end());
  if (m > 1 && x.size() > 2 * static_cast<std::size_t>(m) && !IsConstant(x, magnitude) &&
      SeasonalStrength(x, m) > kStrong) {
    out.D = 1;
    x = Difference(x, m);
  }
  while (out.d < 2 && !IsConstant(x, magnitude)) {
    const double statistic = KpssStatistic(x);
    if (!(statistic > kKpssFivePercent)) break;
    ++out.d;
    x = Difference(x, 1);
  }
  return out;
}

}  // namespace fitd::arima
