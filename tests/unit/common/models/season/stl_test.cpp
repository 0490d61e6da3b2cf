#include "common/models/season/stl.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/models/season/loess.h"
#include "tests/support/awkward_series.h"

namespace fitd::stl_test {
namespace {

using awkward::Seasonal;

double Tricube(double r) {
  return r >= 1 ? 0 : std::pow(1 - r * r * r, 3);
}

// Weighted straight line through the nearest values, by the normal equations.
double LineAt(const std::vector<double>& y, double position, std::size_t first, std::size_t count, double bandwidth) {
  double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
  for (std::size_t j = first; j < first + count; ++j) {
    const double x = static_cast<double>(j), w = Tricube(std::fabs(x - position) / bandwidth);
    s += w, sx += w * x, sxx += w * x * x, sy += w * y[j], sxy += w * x * y[j];
  }
  const double slope = (s * sxy - sx * sy) / (s * sxx - sx * sx);
  return (sy - slope * sx) / s + slope * position;
}

TEST(Loess, FitsAWeightedLineThroughTheNearestValues) {
  const std::vector<double> y = Seasonal(40, 9, 5, 0.3, 2, 1);
  const LoessOptions options{.window = 11, .degree = 1, .jump = 1};
  std::vector<double> smooth(40);
  Loess(y, options, {}, smooth);
  EXPECT_NEAR(smooth[20], LineAt(y, 20, 15, 11, 5), 1e-9);
  EXPECT_NEAR(smooth[0], LineAt(y, 0, 0, 11, 10), 1e-9);
  EXPECT_NEAR(smooth[3], LineAt(y, 3, 0, 11, 7), 1e-9);
  EXPECT_NEAR(smooth[39], LineAt(y, 39, 29, 11, 10), 1e-9);
  EXPECT_NEAR(LoessAt(y, -1, options, {}), LineAt(y, -1, 0, 11, 11), 1e-9);
  EXPECT_NEAR(LoessAt(y, 40, options, {}), LineAt(y, 40, 29, 11, 11), 1e-9);
}

TEST(Loess, AWindowWiderThanTheSeriesWidensTheBandwidth) {
  const std::vector<double> y = Seasonal(8, 5, 5, 0.3, 2, 1);
  EXPECT_NEAR(LoessAt(y, 2, {.window = 15, .degree = 1, .jump = 1}, {}), LineAt(y, 2, 0, 8, 5 + 3), 1e-9);
}

TEST(Loess, KeepsALineWhateverTheJump) {
  const std::vector<double> y = Seasonal(101, 9, 1e9, 0.25, 0, 0);
  std::vector<double> smooth(101);
  for (const std::size_t jump : {1U, 2U, 7U, 300U}) {
    Loess(y, {.window = 21, .degree = 1, .jump = jump}, {}, smooth);
    for (std::size_t t = 0; t < 101; ++t) EXPECT_NEAR(smooth[t], y[t], 1e-5) << jump;
  }
}

TEST(Loess, WeightsOfZeroLeaveValuesOut) {
  std::vector<double> y(30, 2.0), weights(30, 1.0), smooth(30);
  y[12] = 1000;
  weights[12] = 0;
  Loess(y, {.window = 9, .degree = 1, .jump = 1}, weights, smooth);
  for (const double v : smooth) EXPECT_NEAR(v, 2, 1e-9);
  Loess(y, {.window = 9, .degree = 1, .jump = 1}, std::vector<double>(30, 0.0), smooth);
  for (const double v : smooth) EXPECT_TRUE(std::isfinite(v));
}

TEST(Stl, SeparatesALineFromASeason) {
  const std::vector<double> y = Seasonal(120, 12, 10, 0.5, 3, 0);
  const StlComponents c = DecomposeStl(y, {.season = 12, .seasonal_window = 11, .inner_iterations = 4});
  for (std::size_t t = 0; t < 120; ++t) {
    EXPECT_NEAR(c.seasonal[t], 3 * std::sin(2 * M_PI * static_cast<double>(t % 12) / 12), 1e-3);
    EXPECT_NEAR(c.trend[t], 10 + 0.5 * static_cast<double>(t), 1e-3);
  }
}

TEST(Stl, LeavesTheNoiseInTheRemainder) {
  const std::vector<double> y = Seasonal(480, 24, 10, 0.1, 3, 1);
  const StlComponents c = DecomposeStl(y, {.season = 24, .seasonal_window = 11});
  double error = 0, remainder = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    error += std::pow(c.seasonal[t] - 3 * std::sin(2 * M_PI * static_cast<double>(t % 24) / 24), 2) / 480;
    remainder += std::pow(y[t] - c.seasonal[t] - c.trend[t], 2) / 480;
  }
  EXPECT_LT(error, 0.02);  // the noise has variance 1/12
  EXPECT_GT(remainder, 0.05);
}

TEST(Stl, RobustPassesKeepASpikeOutOfTheSeason) {
  std::vector<double> y = Seasonal(240, 12, 10, 0.1, 3, 0.5);
  y[100] += 200;
  const StlComponents plain = DecomposeStl(y, {.season = 12, .seasonal_window = 11});
  const StlComponents robust = DecomposeStl(y, {.season = 12, .seasonal_window = 11, .robust_iterations = 5});
  const double truth = 3 * std::sin(2 * M_PI * (100 % 12) / 12);
  EXPECT_GT(std::fabs(plain.seasonal[100] - truth), 10);
  EXPECT_LT(std::fabs(robust.seasonal[100] - truth), 0.5);
}

TEST(Stl, IsFiniteDownToTwoSeasons) {
  for (const std::size_t m : {2U, 3U, 7U, 12U}) {
    const std::vector<double> y = Seasonal(2 * m, m, 10, 0.1, 3, 1);
    const StlComponents c = DecomposeStl(y, {.season = m, .seasonal_window = 11});
    for (std::size_t t = 0; t < y.size(); ++t) EXPECT_TRUE(std::isfinite(c.seasonal[t]) && std::isfinite(c.trend[t]));
  }
}

}  // namespace
}  // namespace fitd::stl_test
