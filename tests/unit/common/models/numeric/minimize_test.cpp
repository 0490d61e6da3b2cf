#include "common/models/numeric/minimize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace fitd::minimize_test {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

double Rosenbrock(std::span<const double> x, std::span<double> g) {
  double f = 0;
  if (!g.empty()) std::fill(g.begin(), g.end(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i];
    const double b = 1 - x[i];
    f += 100 * a * a + b * b;
    if (g.empty()) continue;
    g[i] += -400 * a * x[i] - 2 * b;
    g[i + 1] += 200 * a;
  }
  return f;
}

TEST(MinimizeBounded, FindsTheMinimumOfACurvedValley) {
  for (std::size_t n : {2U, 5U, 12U}) {
    const std::vector<double> x0(n, -1.2), lo(n, -kInf), up(n, kInf);
    MinimizeOptions options;
    options.max_evaluations = 2000;
    options.function_tolerance = 1e-16;
    const MinimizeResult r = MinimizeBounded(Rosenbrock, x0, lo, up, options);
    // From -1.2 in more than three dimensions there is a second local minimum near x0 = -1 with a value below 4.
    EXPECT_LT(r.value, n == 2 ? 1e-14 : 4.0) << n;
    std::vector<double> g(n);
    Rosenbrock(r.x, g);
    for (double v : g) EXPECT_NEAR(v, 0, 1e-5) << n;
    EXPECT_LT(r.evaluations, 400) << n;
  }
}

TEST(MinimizeBounded, StopsAtBoundsWhereTheGradientPointsOut) {
  const std::vector<double> x0{0, 0}, lo{-1, -1}, up{0.5, 2};
  MinimizeOptions options;
  options.function_tolerance = 1e-15;
  const MinimizeResult r = MinimizeBounded(Rosenbrock, x0, lo, up, options);
  EXPECT_EQ(r.x[0], 0.5);  // exactly the bound
  EXPECT_NEAR(r.x[1], 0.25, 1e-7);
}

TEST(MinimizeBounded, ClampsTheStartAndKeepsFixedParameters) {
  const std::vector<double> x0{9, 9, 9}, lo{-1, 3, -5}, up{1, 3, 5};
  const Objective bowl = [](std::span<const double> x, std::span<double> g) {
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      f += (x[i] - 0.25) * (x[i] - 0.25) * static_cast<double>(i + 1);
      g[i] = 2 * (x[i] - 0.25) * static_cast<double>(i + 1);
    }
    return f;
  };
  const MinimizeResult r = MinimizeBounded(bowl, x0, lo, up, {});
  EXPECT_NEAR(r.x[0], 0.25, 1e-6);
  EXPECT_EQ(r.x[1], 3);
  EXPECT_NEAR(r.x[2], 0.25, 1e-6);
}

TEST(MinimizeBounded, EveryPointAskedForIsInsideTheBounds) {
  const std::vector<double> x0{0.1, 0.3}, lo{-1, 0.2}, up{0.7, 0.4};
  const Objective watched = [&](std::span<const double> x, std::span<double> g) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_GE(x[i], lo[i]);
      EXPECT_LE(x[i], up[i]);
    }
    return Rosenbrock(x, g);
  };
  const MinimizeResult r = MinimizeBounded(watched, x0, lo, up, {});
  EXPECT_NEAR(r.x[0], std::sqrt(0.4), 0.02);
  EXPECT_EQ(r.x[1], 0.4);
}

TEST(MinimizeBounded, BacksOutOfARegionWithoutValues) {
  const Objective log_wall = [](std::span<const double> x, std::span<double> g) {
    g[0] = 1 - 1 / x[0];
    return x[0] - std::log(x[0]);  // NaN left of 0
  };
  const std::vector<double> x0{40}, lo{-100}, up{100};
  const MinimizeResult r = MinimizeBounded(log_wall, x0, lo, up, {});
  EXPECT_NEAR(r.x[0], 1, 1e-4);
}

TEST(MinimizeBounded, ReportsAnInvalidStartAndRespectsTheCap) {
  const Objective nan = [](std::span<const double>, std::span<double>) { return std::nan(""); };
  const std::vector<double> one{1}, lo{-kInf}, up{kInf};
  EXPECT_EQ(MinimizeBounded(nan, one, lo, up, {}).reason, Termination::kObjectiveInvalid);

  const std::vector<double> x0(8, -1.2), lo8(8, -kInf), up8(8, kInf);
  MinimizeOptions options;
  options.max_evaluations = 7;
  const MinimizeResult r = MinimizeBounded(Rosenbrock, x0, lo8, up8, options);
  EXPECT_EQ(r.reason, Termination::kEvaluationCap);
  EXPECT_EQ(r.evaluations, 7);
  std::vector<double> g(8);
  EXPECT_LT(r.value, Rosenbrock(x0, g));
}

TEST(MinimizeBounded, BadlyScaledParametersNeedNoMoreThanAFewHundredCalls) {
  const Objective f = [](std::span<const double> x, std::span<double> g) {
    const double scale[] = {1e-4, 1.0, 1e3};
    double v = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double u = x[i] / scale[i] - 1;
      v += std::cosh(u) - 1;
      g[i] = std::sinh(u) / scale[i];
    }
    return v;
  };
  const std::vector<double> x0{0, 0, 0}, lo(3, -kInf), up(3, kInf);
  MinimizeOptions options;
  options.function_tolerance = 1e-16;
  const MinimizeResult r = MinimizeBounded(f, x0, lo, up, options);
  EXPECT_LT(r.value, 1e-6);
  EXPECT_LT(r.evaluations, 300);
}

TEST(MinimizeSimplex, FindsTheMinimumWithoutGradients) {
  const std::vector<double> x0{-1.2, 1}, step{0.5, 0.5}, lo{-5, -5}, up{5, 5};
  MinimizeOptions options;
  options.max_evaluations = 1000;
  const MinimizeResult r = MinimizeSimplex(Rosenbrock, x0, step, lo, up, options);
  EXPECT_EQ(r.reason, Termination::kDecreaseSmall);
  EXPECT_NEAR(r.x[0], 1, 1e-3);
  EXPECT_NEAR(r.x[1], 1, 1e-3);
}

TEST(MinimizeSimplex, WorksAtABoundInOneDimensionAndRespectsTheCap) {
  const Objective linear = [](std::span<const double> x, std::span<double>) { return 3 * x[0]; };
  const std::vector<double> x0{0.5}, step{0.4}, lo{0.25}, up{1};
  EXPECT_EQ(MinimizeSimplex(linear, x0, step, lo, up, {}).x[0], 0.25);
  MinimizeOptions options;
  options.max_evaluations = 20;
  const std::vector<double> y0{-1.2, 1}, step2{1, 1}, lo2{-5, -5}, up2{5, 5};
  const MinimizeResult r = MinimizeSimplex(Rosenbrock, y0, step2, lo2, up2, options);
  EXPECT_EQ(r.reason, Termination::kEvaluationCap);
  EXPECT_LE(r.evaluations, 20);
}

}  // namespace
}  // namespace fitd::minimize_test
