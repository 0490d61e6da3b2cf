#include "common/models/season/loess.h"

#include <algorithm>
#include <cmath>

namespace fitd {
namespace {

struct Window {
  std::size_t first = 0;
  std::size_t count = 0;
  double bandwidth = 0;  // distance at which the weight is 0
};

// The nearest `options.window` values; when there are fewer in all, the bandwidth grows with what is missing.
Window WindowAround(double position, std::size_t n, std::size_t window) {
  Window w{.first = 0, .count = std::min(window, n)};
  if (n > w.count) {
    const std::size_t half = w.count / 2;
    const double first = std::round(position) - static_cast<double>(half);
    w.first = static_cast<std::size_t>(std::clamp(first, 0.0, static_cast<double>(n - w.count)));
  }
  const double last = static_cast<double>(w.first + w.count - 1);
  w.bandwidth = std::max(position - static_cast<double>(w.first), last - position);
  if (window > n) {
    const std::size_t missing_on_a_side = (window - n) / 2;
    w.bandwidth += static_cast<double>(missing_on_a_side);
  }
  return w;
}

double Tricube(double distance, double bandwidth) {
  if (distance > 0.999 * bandwidth) return 0;
  if (distance <= 0.001 * bandwidth) return 1;
  const double r = distance / bandwidth;
  const double c = 1 - r * r * r;
  return c * c * c;
}

// Weights of a whole window around its middle, normalised: the fit of either degree is their sum with the values.
std::vector<double> MiddleKernel(std::size_t window) {
  std::vector<double> kernel(window);
  const std::size_t half = window / 2;
  const double middle = static_cast<double>(half);
  double sum = 0;
  for (std::size_t j = 0; j < window; ++j) {
    kernel[j] = Tricube(std::fabs(static_cast<double>(j) - middle), middle);
    sum += kernel[j];
  }
  for (double& v : kernel) v /= sum;
  return kernel;
}

double Dot(const double* a, const double* b, std::size_t n) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

double LoessAt(std::span<const double> y, double position, const LoessOptions& options,
               std::span<const double> weights) {
  const Window window = WindowAround(position, y.size(), options.window);
  const double base = y[window.first];  // keeps products small beside a large offset
  double sum_w = 0, sum_wx = 0, sum_wy = 0;
  double sum_wxx = 0, sum_wxy = 0;
  for (std::size_t j = window.first; j < window.first + window.count; ++j) {
    const double x = static_cast<double>(j) - position;
    const double w = Tricube(std::fabs(x), window.bandwidth) * (weights.empty() ? 1 : weights[j]);
    sum_w += w;
    sum_wx += w * x;
    sum_wy += w * (y[j] - base);
    sum_wxx += w * x * x;
    sum_wxy += w * x * (y[j] - base);
  }
  if (!(sum_w > 0)) {
    // Every value near was thrown out as an outlier: the nearest one stands.
    const double nearest = std::clamp(std::round(position), 0.0, static_cast<double>(y.size() - 1));
    return y[static_cast<std::size_t>(nearest)];
  }
  const double mean = sum_wy / sum_w;
  if (options.degree == 0) return base + mean;
  const double centre = sum_wx / sum_w;
  const double spread = sum_wxx / sum_w - centre * centre;
  // A line needs values apart from each other; as in the reference, relative to the length of the series.
  if (!(std::sqrt(std::max(spread, 0.0)) > 0.001 * static_cast<double>(y.size() - 1))) return base + mean;
  return base + mean - centre * (sum_wxy / sum_w - centre * mean) / spread;
}

void Loess(std::span<const double> y, const LoessOptions& options, std::span<const double> weights,
           std::span<double> smooth) {
  const std::size_t n = y.size();
  const std::size_t half = options.window / 2;
  std::vector<double> kernel;
  if (weights.empty() && options.window % 2 == 1 && options.window <= n) kernel = MiddleKernel(options.window);
  const auto fit = [&](std::size_t i) {
    if (!kernel.empty() && i >= half && i + half < n) return Dot(kernel.data(), &y[i - half], options.window);
    return LoessAt(y, static_cast<double>(i), options, weights);
  };
  const std::size_t jump = std::max<std::size_t>(options.jump, 1);
  std::size_t at = 0;
  smooth[0] = fit(0);
  while (at + 1 < n) {
    const std::size_t next = std::min(at + jump, n - 1);
    smooth[next] = fit(next);
    const double slope = (smooth[next] - smooth[at]) / static_cast<double>(next - at);
    for (std::size_t i = at + 1; i < next; ++i) smooth[i] = smooth[at] + slope * static_cast<double>(i - at);
    at = next;
  }
}

}  // namespace fitd
