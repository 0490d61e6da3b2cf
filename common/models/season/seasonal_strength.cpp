#include "common/models/season/seasonal_strength.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace fitd::arima {
namespace {

struct Loess {
  int window = 0;
  int degree = 0;
  int jump = 1;
};

int NextOdd(double x) {
  const int up = static_cast<int>(std::ceil(x));
  return up % 2 == 0 ? up + 1 : up;
}

// Value at position `x` (0-based) of the local regression on y[first..last] with tricube weights.
std::optional<double> FitAt(std::span<const double> y, const Loess& loess, double x, int first, int last,
                            std::vector<double>* weights) {
  const int n = static_cast<int>(y.size());
  double reach = std::max(x - first, last - x);
  if (loess.window > n) {
    const int beyond = (loess.window - n) / 2;
    reach += beyond;
  }
  std::vector<double>& w = *weights;
  w.assign(static_cast<std::size_t>(last - first) + 1, 0.0);
  double total = 0;
  for (int j = first; j <= last; ++j) {
    const double distance = std::abs(j - x);
    if (distance > 0.999 * reach) continue;
    const double ratio = distance > 0.001 * reach ? distance / reach : 0.0;
    const double rest = 1 - ratio * ratio * ratio;
    w[static_cast<std::size_t>(j - first)] = rest * rest * rest;
    total += rest * rest * rest;
  }
  if (total <= 0) return std::nullopt;
  double centre = 0;
  double value = 0;
  for (int j = first; j <= last; ++j) {
    double& weight = w[static_cast<std::size_t>(j - first)];
    weight /= total;
    centre += weight * j;
    value += weight * y[static_cast<std::size_t>(j)];
  }
  if (loess.degree == 0 || reach <= 0) return value;
  double spread = 0;
  double slope = 0;
  for (int j = first; j <= last; ++j) {
    const double weight = w[static_cast<std::size_t>(j - first)];
    spread += weight * (j - centre) * (j - centre);
    slope += weight * (j - centre) * y[static_cast<std::size_t>(j)];
  }
  if (std::sqrt(spread) <= 0.001 * (n - 1)) return value;
  return value + (x - centre) * slope / spread;
}

// Loess at every `jump`-th position and linear interpolation between.
void Smooth(std::span<const double> y, const Loess& loess, std::span<double> out, std::vector<double>* weights) {
  const int n = static_cast<int>(y.size());
  if (n < 2) {
    if (n == 1) out[0] = y[0];
    return;
  }
  const int jump = std::min(loess.jump, n - 1);
  const int half = (loess.window + 1) / 2;
  const auto evaluate = [&](int i) {
    int first = 0;
    int last = n - 1;
    if (loess.window < n) {
      first = std::clamp(i + 1 - half, 0, n - loess.window);
      last = first + loess.window - 1;
    }
    out[static_cast<std::size_t>(i)] =
        FitAt(y, loess, i, first, last, weights).value_or(y[static_cast<std::size_t>(i)]);
  };
  const auto interpolate = [&out](int from, int to) {
    const double start = out[static_cast<std::size_t>(from)];
    const double step = (out[static_cast<std::size_t>(to)] - start) / (to - from);
    for (int i = from + 1; i < to; ++i) out[static_cast<std::size_t>(i)] = start + step * (i - from);
  };
  int done = 0;
  evaluate(0);
  for (int i = jump; i < n; i += jump) {
    evaluate(i);
    interpolate(done, i);
    done = i;
  }
  if (done < n - 1) {
    evaluate(n - 1);
    interpolate(done, n - 1);
  }
}

// Each phase's values smoothed, and extended by one at both ends: n + 2 m values.
void SmoothCycles(std::span<const double> y, int m, const Loess& loess, std::span<double> out,
                  std::vector<double>* weights) {
  std::vector<double> cycle;
  std::vector<double> smooth;
  const auto period = static_cast<std::size_t>(m);
  for (std::size_t phase = 0; phase < period; ++phase) {
    cycle.clear();
    for (std::size_t t = phase; t < y.size(); t += period) cycle.push_back(y[t]);
    const int k = static_cast<int>(cycle.size());
    smooth.resize(cycle.size());
    Smooth(cycle, loess, smooth, weights);
    const int right = std::min(loess.window, k) - 1;
    const int left = std::max(0, k - loess.window);
    out[phase] = FitAt(cycle, loess, -1, 0, right, weights).value_or(smooth.front());
    for (std::size_t i = 0; i < cycle.size(); ++i) out[phase + (i + 1) * period] = smooth[i];
    out[phase + (cycle.size() + 1) * period] = FitAt(cycle, loess, k, left, k - 1, weights).value_or(smooth.back());
  }
}

void MovingAverage(std::vector<double>* x, int length) {
  const auto window = static_cast<std::size_t>(length);
  double sum = 0;
  for (std::size_t i = 0; i < window; ++i) sum += (*x)[i];
  const std::size_t count = x->size() - window + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const double leaving = (*x)[i];
    (*x)[i] = sum / length;
    if (i + 1 < count) sum += (*x)[i + window] - leaving;
  }
  x->resize(count);
}

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
  constexpr int kSeasonalWindow = 11;
  const auto jump = [](int window) { return (window + 9) / 10; };
  const int trend_window = NextOdd(1.5 * m / (1 - 1.5 / kSeasonalWindow));
  const int low_window = NextOdd(m);
  const Loess cycle{kSeasonalWindow, 0, jump(kSeasonalWindow)};
  const Loess trend_loess{trend_window, 1, jump(trend_window)};
  const Loess low{low_window, 1, jump(low_window)};
  std::vector<double> trend(n, 0.0);
  std::vector<double> seasonal(n);
  std::vector<double> detrended(n);
  std::vector<double> smooth(n);
  std::vector<double> cycles(n + 2 * static_cast<std::size_t>(m));
  std::vector<double> average;
  std::vector<double> weights;
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t t = 0; t < n; ++t) detrended[t] = y[t] - trend[t];
    SmoothCycles(detrended, m, cycle, cycles, &weights);
    average = cycles;
    MovingAverage(&average, m);
    MovingAverage(&average, m);
    MovingAverage(&average, 3);
    Smooth(average, low, smooth, &weights);
    for (std::size_t t = 0; t < n; ++t) {
      seasonal[t] = cycles[t + static_cast<std::size_t>(m)] - smooth[t];
      detrended[t] = y[t] - seasonal[t];
    }
    Smooth(detrended, trend_loess, trend, &weights);
  }
  for (std::size_t t = 0; t < n; ++t) {
    detrended[t] = y[t] - trend[t];
    smooth[t] = detrended[t] - seasonal[t];
  }
  const double around_trend = Variation(detrended);
  double magnitude = 0;
  for (const double v : y) magnitude = std::max(magnitude, std::abs(v));
  const double rounding = 1e-14 * magnitude;
  if (!(around_trend > rounding * rounding * static_cast<double>(n))) return 0;
  return std::clamp(1 - Variation(smooth) / around_trend, 0.0, 1.0);
}

}  // namespace fitd::arima
