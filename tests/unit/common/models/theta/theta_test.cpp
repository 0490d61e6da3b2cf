#include "common/models/theta/theta.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "common/models/base/level_size.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/season/classical_season.h"
#include "common/models/theta/recursion.h"
#include "tests/support/awkward_series.h"

namespace fitd::theta_test {
namespace {

using awkward::Scaled;
using awkward::Seasonal;

// Equations of the paper, one value at a time; y grows by its own forecasts (plus a shock to one of them).
struct Paper {
  std::vector<double> mu;
  double sse = 0;
};
Paper Evaluate(std::vector<double> y, double alpha, double weight, double level, bool dynamic, std::size_t horizon = 0,
               std::size_t shocked = 0) {
  const std::size_t n = y.size();
  const ThetaLine fixed = StaticLine(y);
  double mean = 0, slope = 0;
  Paper paper;
  for (std::size_t i = 0; i < n + horizon; ++i) {
    const double t = static_cast<double>(i + 1);
    double a = dynamic ? mean - t / 2 * slope : fixed.intercept[0];
    double b = dynamic ? slope : fixed.slope[0];
    if (dynamic && i == 0) a = y[0], b = 0;
    const double q = 1 - alpha;
    const double mu = level + weight * (std::pow(q, t - 1) * a + (1 - std::pow(q, t)) / alpha * b);
    paper.mu.push_back(mu);
    if (i >= n) y.push_back(mu + (i == shocked && horizon > 0 && shocked > 0 ? 1.0 : 0.0));
    if (i < n) paper.sse += (y[i] - mu) * (y[i] - mu);
    level = alpha * y[i] + q * level;
    slope = i == 0 ? 0 : ((t - 2) * slope + 6 / t * (y[i] - mean)) / (t + 1);
    mean = ((t - 1) * mean + y[i]) / t;
  }
  return paper;
}

class Variants : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(StaticAndDynamic, Variants, testing::Values(false, true));

TEST_P(Variants, SumOfSquaresIsTheOneOfThePapersEquations) {
  const std::vector<double> y = Scaled(Seasonal(40, 40, 10, 0.3, 2, 3), 0.05, -0.8);
  const ThetaLine line = GetParam() ? DynamicLine(y) : StaticLine(y);
  const ThetaFit fit = FitTheta(y, line, true);
  EXPECT_NEAR(fit.sse, Evaluate(y, fit.alpha, fit.weight, fit.level0, GetParam()).sse, 1e-12);
}

TEST_P(Variants, NoNearbyOrDistantParametersFitBetter) {
  awkward::Noise draw;
  for (int series = 0; series < 20; ++series) {
    std::vector<double> y(30);
    double level = 0;
    for (double& v : y) v = (level += draw() + 0.1 * draw()) + 0.5 * draw();
    const ThetaFit fit = FitTheta(y, GetParam() ? DynamicLine(y) : StaticLine(y), true);
    for (int i = 0; i < 300; ++i) {
      const double reach = i % 2 == 0 ? 0.01 : 1.0;
      const double alpha = std::clamp(fit.alpha + reach * draw(), kThetaMinAlpha, kThetaMaxAlpha);
      const double weight = std::clamp(fit.weight + reach * draw(), 0.0, 1.0);
      const double level0 = fit.level0 + reach * draw();
      EXPECT_GE(Evaluate(y, alpha, weight, level0, GetParam()).sse, fit.sse * (1 - 1e-5));
    }
  }
}

TEST_P(Variants, ForecastsAndVariancesFollowFromThePapersEquations) {
  const std::vector<double> y = Seasonal(25, 25, 1, 0.05, 0.5, 1);
  const std::size_t n = y.size(), horizon = 9;
  const ThetaFit fit = FitTheta(y, GetParam() ? DynamicLine(y) : StaticLine(y), true);
  const ThetaState state = FilterTheta(y, fit, GetParam());
  const ThetaPath path = ForecastTheta(state, fit.alpha, fit.weight, GetParam(), n, static_cast<int>(horizon));
  const Paper plain = Evaluate(y, fit.alpha, fit.weight, fit.level0, GetParam(), horizon);
  std::vector<double> variance(horizon, 1.0);
  for (std::size_t shocked = n; shocked < n + horizon; ++shocked) {
    const Paper moved = Evaluate(y, fit.alpha, fit.weight, fit.level0, GetParam(), horizon, shocked);
    for (std::size_t h = shocked - n + 1; h < horizon; ++h)
      variance[h] += std::pow(moved.mu[n + h] - plain.mu[n + h], 2);
  }
  for (std::size_t h = 0; h < horizon; ++h) {
    EXPECT_NEAR(path.mean[h], plain.mu[n + h], 1e-12);
    EXPECT_NEAR(path.variance[h], variance[h], 1e-10);
    if (!GetParam()) {
      EXPECT_NEAR(path.variance[h], 1 + static_cast<double>(h) * fit.alpha * fit.alpha, 1e-12);
    }
  }
}

FitOutcome Fit(const std::vector<double>& y, const std::vector<int>& seasons = {}, std::string_view name = "theta") {
  return FindAlgorithm(name)->Fit({.y = y, .seasons = seasons});
}

std::vector<double> MeanOf(const FitOutcome& outcome, int horizon) {
  return FindAlgorithm(outcome.model.algorithm)->Predict(outcome.model, horizon, {}).mean;
}

TEST(Theta, ContinuesAStraightLine) {
  const std::vector<double> mean = MeanOf(Fit(Seasonal(50, 2, 100, 3, 0, 0)), 10);
  for (std::size_t h = 0; h < 10; ++h) EXPECT_NEAR(mean[h], 100 + 3 * (50.0 + static_cast<double>(h)), 0.5);
}

TEST(Theta, RepeatsAMultiplicativeSeason) {
  std::vector<double> y(60);
  for (std::size_t t = 0; t < 60; ++t) y[t] = 50 * (1 + 0.4 * std::sin(2 * M_PI * static_cast<double>(t) / 12));
  const FitOutcome outcome = Fit(y, {12});
  EXPECT_EQ(outcome.model.spec, "dotm,M[12]");
  const std::vector<double> mean = MeanOf(outcome, 24);
  for (std::size_t h = 0; h < 24; ++h) EXPECT_NEAR(mean[h], y[h % 12], 0.02);
}

TEST(Theta, TakesAnAdditiveSeasonWhereValuesAreNotPositive) {
  const FitOutcome outcome = Fit(Seasonal(60, 12, 0, 0, 3, 0.1), {12});
  EXPECT_EQ(outcome.model.spec, "dotm,A[12]");
}

TEST(Theta, TakesOutSeveralSeasonsShortestFirst) {
  std::vector<double> y = Seasonal(24 * 7 * 4, 24, 100, 0, 10, 1);
  const std::vector<double> week = Seasonal(y.size(), 168, 0, 0, 10, 0);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += week[t];
  const FitOutcome outcome = Fit(y, {24, 168});
  EXPECT_EQ(outcome.model.spec, "dotm,M[24],M[168]");
  const std::vector<double> mean = MeanOf(outcome, 168);
  for (std::size_t h = 0; h < 168; ++h) EXPECT_NEAR(mean[h], y[h], 5);
}

TEST(Theta, LeavesNoiseUnadjusted) {
  EXPECT_EQ(Fit(Seasonal(80, 80, 100, 0, 0, 10), {12}).model.spec, "dotm");
}

TEST(Theta, MovesAndScalesWithTheSeries) {
  const std::vector<double> y = Seasonal(45, 45, 3, 0.1, 1, 1);
  const std::vector<double> mean = MeanOf(Fit(y), 8);
  const std::vector<double> moved = MeanOf(Fit(Scaled(y, 64, 4096)), 8);
  for (std::size_t h = 0; h < 8; ++h) EXPECT_NEAR(moved[h], 64 * mean[h] + 4096, 1e-6);
}

TEST(Theta, ARefitKeepsTheSeasonsOfTheModelItIsLike) {
  const std::vector<double> y = Seasonal(60, 12, 20, 0.1, 5, 1);
  const FitOutcome first = Fit(y, {12});
  const std::vector<double> shorter(y.begin(), y.end() - 12);
  const FitOutcome again = FindAlgorithm("theta")->Fit({.y = shorter, .seasons = {}, .like = &first.model});
  EXPECT_EQ(first.model.spec, "dotm,M[12]");
  EXPECT_EQ(again.model.spec, first.model.spec);
}

TEST(Theta, StandardVariantsKeepThetaAtTwo) {
  const std::vector<double> y = Seasonal(45, 45, 3, 0.1, 1, 1);
  EXPECT_EQ(Fit(y, {}, "theta:stm").model.Parameter("theta"), 2);
  EXPECT_EQ(Fit(y, {}, "theta:dstm").model.Parameter("theta"), 2);
  EXPECT_EQ(Fit(y, {}, "theta:dstm").model.spec, "dstm");
  EXPECT_NE(Fit(y, {}, "theta:otm").model.Parameter("theta"), 2);
}

TEST(Theta, IntervalsWidenAndFollowTheLevel) {
  const FitOutcome outcome = Fit(Seasonal(60, 12, 20, 0.1, 5, 1), {12});
  const std::vector<double> levels = {95};
  const Forecast f = FindAlgorithm("theta")->Predict(outcome.model, 24, levels);
  const auto width = [&](std::size_t h) { return f.intervals[0].hi[h] - f.intervals[0].lo[h]; };
  EXPECT_NEAR(width(0),
              2 * LevelSizeOf(outcome.model) * StudentIntervalQuantile(95, 60 - 3) * std::sqrt(1 + 3.0 / 60) *
                  outcome.model.Parameter("sigma") * outcome.model.states.back().values[0],
              1e-9);
  EXPECT_GT(width(12), width(0));
}

TEST(Theta, IsSoundOnAwkwardSeries) {
  for (const char* name : {"theta", "theta:stm", "theta:otm", "theta:dstm", "theta:dotm"}) {
    awkward::ExpectSoundOnAll(*FindAlgorithm(name));
  }
}

TEST(ClassicalSeason, RecoversIndicesAndShrinksNoise) {
  const std::vector<double> y = Seasonal(120, 12, 10, 0.05, 3, 0);
  const SeasonIndices season = ClassicalSeason(y, 12, SeasonKind::kAdditive);
  for (std::size_t k = 0; k < 12; ++k)
    EXPECT_NEAR(season.indices[k], 3 * std::sin(2 * M_PI * static_cast<double>(k) / 12), 1e-9);
  const SeasonIndices noise = ClassicalSeason(Seasonal(120, 12, 10, 0, 0, 1), 12, SeasonKind::kAdditive);
  for (const double v : noise.indices) EXPECT_LT(std::fabs(v), 0.1);
}

TEST(ClassicalSeason, TestNeedsMoreThanTwoSeasons) {
  EXPECT_TRUE(HasSeason(Seasonal(120, 12, 10, 0, 3, 0.1), 12));
  EXPECT_FALSE(HasSeason(Seasonal(120, 12, 10, 0, 0, 1), 12));
  EXPECT_FALSE(HasSeason(Seasonal(24, 12, 10, 0, 3, 0.1), 12));
}

}  // namespace
}  // namespace fitd::theta_test
