#include "common/models/pooled_ar_window.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace fitd {
namespace {

constexpr int kLongestWindow = 26;
constexpr int kShortestWindow = 6;
constexpr double kLargestLogRange = 1e6;  // beyond it the small values would dominate on the log scale

// Sample autocorrelations of lags 1..lags.
std::vector<double> Autocorrelation(std::span<const double> z, int lags) {
  double mean = 0;
  for (double v : z) mean += v;
  mean /= static_cast<double>(z.size());
  double c0 = 0;
  for (double v : z) c0 += (v - mean) * (v - mean);
  std::vector<double> r(static_cast<std::size_t>(lags), 0.0);
  if (c0 <= 0) return r;
  for (std::size_t k = 1; k <= r.size(); ++k) {
    double c = 0;
    for (std::size_t i = k; i < z.size(); ++i) c += (z[i] - mean) * (z[i - k] - mean);
    r[k - 1] = c / c0;
  }
  return r;
}

// The usual test before a theta forecast: autocorrelation at the season beyond its 90 % band.
bool IsSeasonal(std::span<const double> z, int season) {
  if (season < 2 || z.size() < 3 * static_cast<std::size_t>(season)) return false;
  const std::vector<double> r = Autocorrelation(z, season);
  double sum = 1;
  for (std::size_t k = 0; k + 1 < r.size(); ++k) sum += 2 * r[k] * r[k];
  return std::abs(r.back()) > 1.645 * std::sqrt(sum / static_cast<double>(z.size()));
}

// Classical additive decomposition: mean deviation from the centred moving average per phase of t % season, centred.
std::vector<double> SeasonalIndices(std::span<const double> z, std::size_t m) {
  std::vector<double> sum(m, 0.0);
  std::vector<double> count(m, 0.0);
  const std::size_t half = m / 2;
  for (std::size_t t = half; t + half < z.size(); ++t) {
    double average = 0;
    for (std::size_t i = t - half; i <= t + half; ++i) average += z[i];
    if (m % 2 == 0) average -= 0.5 * (z[t - half] + z[t + half]);
    sum[t % m] += z[t] - average / static_cast<double>(m);
    count[t % m] += 1;
  }
  double mean = 0;
  for (std::size_t j = 0; j < m; ++j) {
    sum[j] = count[j] > 0 ? sum[j] / count[j] : 0.0;
    mean += sum[j];
  }
  mean /= static_cast<double>(m);
  for (double& s : sum) s -= mean;
  return sum;
}

void Transform(std::span<const double> y, PooledSeries& series) {
  const auto [low, high] = std::minmax_element(y.begin(), y.end());
  const double size = std::max(std::abs(*low), std::abs(*high));
  series.log = *low > 0 && *high / *low < kLargestLogRange;
  series.unit = size > 0 ? size : 1.0;
  series.z.resize(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double scaled = y[i] / series.unit;
    series.z[i] = series.log ? std::log(scaled) : scaled;
  }
}

}  // namespace

PooledSeries PreparePooledSeries(std::span<const double> y, int season) {
  assert(!y.empty() && season >= 1);
  PooledSeries series;
  Transform(y, series);
  const auto m = static_cast<std::size_t>(season);
  series.seasonal.assign(m, 0.0);
  if (IsSeasonal(series.z, season)) {
    const std::vector<double> index = SeasonalIndices(series.z, m);
    for (std::size_t t = 0; t < y.size(); ++t) series.z[t] -= index[t % m];
    for (std::size_t j = 0; j < m; ++j) series.seasonal[j] = index[(y.size() + j) % m];
  }
  double sum = 0;
  for (std::size_t t = 1; t < y.size(); ++t) sum += std::abs(series.z[t] - series.z[t - 1]);
  series.step = y.size() > 1 ? sum / static_cast<double>(y.size() - 1) : 0.0;
  return series;
}

int PooledWindowLength(int season) {
  return std::clamp(season + 1, kShortestWindow, kLongestWindow);
}

int PooledFeatureCount(int season) {
  return PooledWindowLength(season);  // a constant and the differences from the last value
}

std::vector<double> PooledWindow(std::span<const double> z, int season) {
  const auto length = static_cast<std::size_t>(PooledWindowLength(season));
  std::vector<double> window(length, z.front());
  const std::size_t have = std::min(length, z.size());
  std::copy(z.end() - static_cast<std::ptrdiff_t>(have), z.end(), window.end() - static_cast<std::ptrdiff_t>(have));
  return window;
}

double PooledWindowScale(std::span<const double> window, double step) {
  double sum = 0;
  for (std::size_t i = 1; i < window.size(); ++i) sum += std::abs(window[i] - window[i - 1]);
  return std::max(sum / static_cast<double>(window.size() - 1), 0.1 * step);
}

void PooledFeatures(std::span<const double> window, double scale, std::span<double> features) {
  features[0] = 1;
  const double last = window.back();
  for (std::size_t i = 1; i < window.size(); ++i) features[i] = (last - window[window.size() - 1 - i]) / scale;
}

}  // namespace fitd
