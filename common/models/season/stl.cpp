#include "common/models/season/stl.h"

#include <algorithm>
#include <cmath>

#include "common/models/season/loess.h"

namespace fitd {
namespace {

std::size_t NextOdd(double x) {
  const std::size_t n = static_cast<std::size_t>(std::ceil(x));
  return std::max<std::size_t>(n % 2 == 0 ? n + 1 : n, 3);
}

// As in the paper's program: ten fits within a window.
LoessOptions Smoother(std::size_t window, int degree) {
  return {.window = window, .degree = degree, .jump = (window + 9) / 10};
}

// Means of `window` consecutive values; x.size() - window + 1 of them. Summed anew every 64 windows, so that rounding
// does not build up.
std::vector<double> MovingMeans(std::span<const double> x, std::size_t window) {
  std::vector<double> sums(x.size() - window + 1);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (i % 64 == 0) {
      double sum = 0;
      for (std::size_t k = 0; k < window; ++k) sum += x[i + k];
      sums[i] = sum;
    } else {
      sums[i] = sums[i - 1] + (x[i + window - 1] - x[i - 1]);
    }
  }
  for (double& v : sums) v /= static_cast<double>(window);
  return sums;
}

// Smooths each season's course over the years, one season beyond either end: n + 2 season values.
std::vector<double> SmoothCycles(std::span<const double> detrended, const StlOptions& options,
                                 std::span<const double> weights) {
  const std::size_t n = detrended.size(), m = options.season;
  const LoessOptions smoother = Smoother(options.seasonal_window, 0);
  std::vector<double> cycles(n + 2 * m);
  std::vector<double> course, course_weights, smooth;
  for (std::size_t phase = 0; phase < m; ++phase) {
    course.clear();
    course_weights.clear();
    for (std::size_t t = phase; t < n; t += m) {
      course.push_back(detrended[t]);
      if (!weights.empty()) course_weights.push_back(weights[t]);
    }
    const std::size_t count = course.size();
    smooth.resize(count);
    Loess(course, smoother, course_weights, smooth);
    cycles[phase] = LoessAt(course, -1, smoother, course_weights);
    for (std::size_t i = 0; i < count; ++i) cycles[phase + (i + 1) * m] = smooth[i];
    cycles[phase + (count + 1) * m] = LoessAt(course, static_cast<double>(count), smoother, course_weights);
  }
  return cycles;
}

// What of the smoothed cycles is no season: three moving means, then loess; n values.
std::vector<double> LowPass(std::span<const double> cycles, std::size_t season) {
  const std::vector<double> means = MovingMeans(MovingMeans(MovingMeans(cycles, season), season), 3);
  std::vector<double> smooth(means.size());
  Loess(means, Smoother(NextOdd(static_cast<double>(season)), 1), {}, smooth);
  return smooth;
}

// One pass of the inner loop from the present trend.
void Refine(std::span<const double> y, const StlOptions& options, std::size_t trend_window,
            std::span<const double> weights, StlComponents& c) {
  std::vector<double> work(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) work[t] = y[t] - c.trend[t];
  const std::vector<double> cycles = SmoothCycles(work, options, weights);
  const std::vector<double> low = LowPass(cycles, options.season);
  for (std::size_t t = 0; t < y.size(); ++t) {
    c.seasonal[t] = cycles[t + options.season] - low[t];
    work[t] = y[t] - c.seasonal[t];
  }
  Loess(work, Smoother(trend_window, 1), weights, c.trend);
}

// Bisquare weights of the remainders, with six times their median size as the limit.
std::vector<double> RobustnessWeights(std::span<const double> y, const StlComponents& c) {
  std::vector<double> sizes(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) sizes[t] = std::fabs(y[t] - c.seasonal[t] - c.trend[t]);
  std::vector<double> sorted = sizes;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double limit = 6 * *middle;
  for (double& v : sizes) {
    if (v <= 0.001 * limit) {
      v = 1;
    } else if (v > 0.999 * limit) {
      v = 0;
    } else {
      const double r = v / limit;
      v = (1 - r * r) * (1 - r * r);
    }
  }
  return sizes;
}

}  // namespace

StlComponents DecomposeStl(std::span<const double> y, const StlOptions& options) {
  StlComponents c{.seasonal = std::vector<double>(y.size(), 0.0), .trend = std::vector<double>(y.size(), 0.0)};
  const double season = static_cast<double>(options.season);
  const double window = static_cast<double>(options.seasonal_window);
  const std::size_t trend_window =
      options.trend_window != 0 ? options.trend_window : NextOdd(1.5 * season / (1 - 1.5 / window));
  std::vector<double> weights;
  for (int outer = 0; outer <= options.robust_iterations; ++outer) {
    for (int inner = 0; inner < options.inner_iterations; ++inner) Refine(y, options, trend_window, weights, c);
    if (outer < options.robust_iterations) weights = RobustnessWeights(y, c);
  }
  return c;
}

}  // namespace fitd
