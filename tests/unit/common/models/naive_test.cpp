#include "common/models/naive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/models/numeric/gaussian.h"

namespace fitd::naive_test {
namespace {

const std::vector<double> kLevels = {80, 95};

FitOutcome Fit(std::string_view name, const std::vector<double>& y, const std::vector<int>& seasons = {}) {
  return FindAlgorithm(name)->Fit({.y = y, .seasons = seasons});
}

Forecast Predict(const FitOutcome& outcome, int horizon) {
  return FindAlgorithm(outcome.model.algorithm)->Predict(outcome.model, horizon, kLevels);
}

void ExpectFinite(const Forecast& forecast, std::size_t horizon) {
  ASSERT_EQ(forecast.mean.size(), horizon);
  ASSERT_EQ(forecast.intervals.size(), kLevels.size());
  for (std::size_t h = 0; h < horizon; ++h) {
    EXPECT_TRUE(std::isfinite(forecast.mean[h]));
    for (const ForecastInterval& interval : forecast.intervals) {
      EXPECT_TRUE(std::isfinite(interval.lo[h]) && std::isfinite(interval.hi[h]));
      EXPECT_LE(interval.lo[h], forecast.mean[h]);
      EXPECT_GE(interval.hi[h], forecast.mean[h]);
    }
  }
}

TEST(Naive, RepeatsTheLastValueWithARandomWalksIntervals) {
  const FitOutcome outcome = Fit("naive", {1, 3, 2, 5});
  EXPECT_EQ(outcome.status, FitStatus::kFitted);
  EXPECT_EQ(outcome.reason, "");
  const double sigma = std::sqrt((4.0 + 1.0 + 9.0) / 3);
  EXPECT_DOUBLE_EQ(outcome.model.criteria.sigma2, sigma * sigma);
  const Forecast f = Predict(outcome, 4);
  EXPECT_EQ(f.mean, std::vector<double>(4, 5.0));
  EXPECT_DOUBLE_EQ(f.intervals[1].hi[3], 5 + NormalIntervalQuantile(95) * sigma * 2);
  EXPECT_DOUBLE_EQ(f.intervals[0].lo[0], 5 - NormalIntervalQuantile(80) * sigma);
}

TEST(Naive, ReportsTheCriteriaOfARandomWalk) {
  const FitOutcome outcome = Fit("naive", {1, 3, 2, 5, 4});
  const double sse = 4 + 1 + 9 + 1;
  const double loglik = -2 * (std::log(2 * M_PI * sse / 4) + 1);
  const Criteria& c = outcome.model.criteria;
  EXPECT_NEAR(c.loglik, loglik, 1e-12);
  EXPECT_NEAR(c.aic, -2 * loglik + 2, 1e-12);
  EXPECT_NEAR(c.aicc, -2 * loglik + 2 + 4.0 / 2, 1e-12);
  EXPECT_NEAR(c.bic, -2 * loglik + std::log(4.0), 1e-12);
}

TEST(SeasonalNaive, RepeatsTheLastSeasonAndWidensEachSeason) {
  const FitOutcome outcome = Fit("seasonal-naive", {1, 2, 3, 4, 6, 8}, {3});
  EXPECT_EQ(outcome.status, FitStatus::kFitted);
  EXPECT_EQ(outcome.model.spec, "[3]");
  const Forecast f = Predict(outcome, 7);
  EXPECT_EQ(f.mean, (std::vector<double>{4, 6, 8, 4, 6, 8, 4}));
  const double sigma = std::sqrt((9.0 + 16.0 + 25.0) / 3);
  EXPECT_DOUBLE_EQ(f.intervals[0].hi[2], 8 + NormalIntervalQuantile(80) * sigma);
  EXPECT_DOUBLE_EQ(f.intervals[0].hi[3], 4 + NormalIntervalQuantile(80) * sigma * std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(f.intervals[0].hi[6], 4 + NormalIntervalQuantile(80) * sigma * std::sqrt(3.0));
}

TEST(SeasonalNaive, TakesTheLongestSeasonShorterThanTheSeries) {
  EXPECT_EQ(Fit("seasonal-naive", {1, 2, 3, 4, 5, 6}, {2, 4, 6}).model.spec, "[4]");
}

TEST(SeasonalNaive, IsTheLastValueWhenShorterThanASeason) {
  const FitOutcome outcome = Fit("seasonal-naive", {1, 2, 3}, {12});
  EXPECT_EQ(outcome.status, FitStatus::kShort);
  EXPECT_EQ(outcome.model.spec, "");
  EXPECT_EQ(Predict(outcome, 2).mean, (std::vector<double>{3, 3}));
}

TEST(SeasonalNaive, KeepsTheSeasonOfAModelItIsRefittedLike) {
  const FitOutcome first = Fit("seasonal-naive", {1, 2, 3, 4, 6, 8}, {3});
  const std::vector<double> shorter = {1, 2, 3, 4, 6};
  const FitOutcome again = FindAlgorithm("seasonal-naive")->Fit({.y = shorter, .seasons = {}, .like = &first.model});
  EXPECT_EQ(again.model.spec, "[3]");
  EXPECT_EQ(Predict(again, 3).mean, (std::vector<double>{3, 4, 6}));
}

TEST(Mean, ForecastsTheMeanWithItsOwnUncertainty) {
  const FitOutcome outcome = Fit("mean", {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 6});
  EXPECT_DOUBLE_EQ(outcome.model.State("level")->front(), 1e9 + 3);
  const double sigma = std::sqrt((4.0 + 1.0 + 0.0 + 9.0) / 3);
  EXPECT_DOUBLE_EQ(outcome.model.Parameter("sigma"), sigma);
  const Forecast f = Predict(outcome, 2);
  EXPECT_DOUBLE_EQ(f.intervals[1].hi[1], 1e9 + 3 + NormalIntervalQuantile(95) * sigma * std::sqrt(1.25));
}

class ClosedForms : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, ClosedForms, testing::Values("naive", "seasonal-naive", "mean"));

TEST_P(ClosedForms, OneValueIsShortAndRepeated) {
  const FitOutcome outcome = Fit(GetParam(), {42.5}, {12});
  EXPECT_EQ(outcome.status, FitStatus::kShort);
  EXPECT_EQ(Predict(outcome, 3).mean, std::vector<double>(3, 42.5));
  ExpectFinite(Predict(outcome, 3), 3);
}

TEST_P(ClosedForms, ConstantsAreRepeatedExactlyWithoutWidth) {
  const FitOutcome outcome = Fit(GetParam(), std::vector<double>(30, 0.1), {12});
  EXPECT_EQ(outcome.status, FitStatus::kConstant);
  const Forecast f = Predict(outcome, 14);
  EXPECT_EQ(f.mean, std::vector<double>(14, 0.1));
  EXPECT_EQ(f.intervals[1].lo, f.mean);
  EXPECT_EQ(f.intervals[1].hi, f.mean);
  EXPECT_TRUE(std::isnan(outcome.model.criteria.aic));
}

TEST_P(ClosedForms, ExtremeValuesStayFinite) {
  constexpr double kMax = std::numeric_limits<double>::max();
  const std::vector<std::vector<double>> extremes = {{1e300, -1e300, 1e300, 3e299, 1e300},
                                                     {1e-300, 2e-300, 5e-300, 1e-300},
                                                     {kMax, -kMax, kMax, kMax},
                                                     {5e-324, 0, 1e-323, 0},
                                                     {0, 0, 0, 1e300, 0},
                                                     {-5, -7, -6, -5}};
  for (const std::vector<double>& y : extremes) {
    const FitOutcome outcome = Fit(GetParam(), y, {2});
    EXPECT_EQ(outcome.status, FitStatus::kFitted);
    ExpectFinite(Predict(outcome, 10), 10);
    EXPECT_TRUE(std::isfinite(outcome.model.criteria.loglik));
  }
}

TEST_P(ClosedForms, ScalingTheSeriesByAPowerOfTwoScalesTheForecast) {
  std::vector<double> y = {3, 1, 4, 1, 5, 9, 2, 6};
  const Forecast small = Predict(Fit(GetParam(), y, {4}), 6);
  for (double& v : y) v = std::ldexp(v, 900);
  const Forecast large = Predict(Fit(GetParam(), y, {4}), 6);
  for (std::size_t h = 0; h < 6; ++h) {
    EXPECT_EQ(std::ldexp(small.mean[h], 900), large.mean[h]);
    EXPECT_DOUBLE_EQ(std::ldexp(small.intervals[0].hi[h], 900), large.intervals[0].hi[h]);
  }
}

TEST(Registry, FindsEveryAlgorithmByTheNameItLists) {
  const std::vector<std::string_view> names = AlgorithmNames();
  EXPECT_GE(names.size(), 3U);
  for (const std::string_view name : names) {
    ASSERT_NE(FindAlgorithm(name), nullptr) << name;
    EXPECT_EQ(FindAlgorithm(name)->name(), name);
  }
  EXPECT_EQ(FindAlgorithm("no-such-model"), nullptr);
}

TEST(Naive, DoesNotClaimToKnowWhatFollowsOneValue) {
  for (const std::string_view name : {"naive", "seasonal-naive", "mean"}) {
    for (const double value : {42.0, -1e-300, 1e300, 0.0}) {
      const FitOutcome outcome = Fit(name, {value}, {12});
      EXPECT_EQ(outcome.status, FitStatus::kShort);
      const Forecast f = Predict(outcome, 2);
      EXPECT_LT(f.intervals[1].lo[0], value - 0.9 * std::abs(value)) << name;
      EXPECT_GT(f.intervals[1].hi[0], value + 0.9 * std::abs(value)) << name;
      EXPECT_TRUE(std::isfinite(f.intervals[1].hi[1]));
    }
  }
}

}  // namespace
}  // namespace fitd::naive_test
