#include "common/models/pooled_ar/prior.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/models/pooled_ar/prior_table.h"
#include "common/models/pooled_ar/series.h"

namespace fitd::prior_test {
namespace {

using pooled_ar::PriorOf;
using pooled_ar::PriorStep;
using pooled_ar::PriorTable;

// A year of growth by 2 % a step with small ups and downs.
std::vector<double> Growing(std::size_t n, double phase = 0) {
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const auto time = static_cast<double>(t);
    y.push_back(100 * std::exp(0.02 * time + 0.01 * std::sin(1.7 * time + phase)));
  }
  return y;
}

PooledArSums SumsOf(const PooledArOptions& options, int targets, std::size_t n) {
  PooledArSums sums(options);
  for (int i = 0; i < targets; ++i) sums.Add(Growing(n, i));
  return sums;
}

TEST(PooledArPrior, TablesHaveTheirShape) {
  for (const PriorTable& table : pooled_ar::PriorTables()) {
    const std::size_t features = PooledState::NumFeatures(table.season == 0 ? 1 : table.season);
    EXPECT_EQ(table.weights.size(), table.steps.size() * features) << table.season;
    EXPECT_EQ(table.sigma.size(), table.steps.size()) << table.season;
    EXPECT_GT(table.windows, 10) << table.season;
  }
  EXPECT_EQ(pooled_ar::PriorTables().front().season, 0);
}

TEST(PooledArPrior, EverySeasonUpTo23AndEveryStepHasOne) {
  for (int season = 1; season < 24; ++season) {
    for (const std::size_t step : {1, 7, 9, 100}) {
      const PriorStep prior = PriorOf(season, step, 1, 20);
      EXPECT_EQ(prior.share, 1) << season;
      ASSERT_EQ(prior.weights.size(), PooledState::NumFeatures(season)) << season;
      EXPECT_GT(prior.sigma, 0.5 * std::sqrt(static_cast<double>(step))) << season;
    }
  }
  EXPECT_EQ(PriorOf(24, 1, 1, 20).share, 0);
  // Between two steps of the table is the middle of both; behind the last the coefficients stay.
  const PriorStep six = PriorOf(1, 6, 1, 20), seven = PriorOf(1, 7, 1, 20), eight = PriorOf(1, 8, 1, 20);
  EXPECT_NEAR(seven.weights[3], 0.5 * (six.weights[3] + eight.weights[3]), 1e-12);
  EXPECT_EQ(PriorOf(1, 50, 1, 20).weights, eight.weights);
}

TEST(PooledArPrior, FadesWithTheFleetAndWithTheLengthOfItsSeries) {
  double before = 2;
  for (const std::uint64_t targets : {1, 2, 10, 40, 63}) {
    const double share = PriorOf(12, 1, targets, 50.0 * static_cast<double>(targets)).share;
    EXPECT_LT(share, before) << targets;
    EXPECT_GT(share, 0) << targets;
    before = share;
  }
  EXPECT_EQ(PriorOf(12, 1, 64, 1000).share, 0);
  // Windows are what a fleet learns from: without any, the largest knows nothing.
  EXPECT_EQ(PriorOf(12, 1, 100000, 0).share, 1);
  EXPECT_EQ(PriorOf(12, 1, 100000, 10).share, PriorOf(12, 1, 10, 10).share);
  EXPECT_EQ(PriorOf(12, 1, 100000, 64).share, 0);
  EXPECT_EQ(PriorOf(12, 1, kAsksNoPrior, 0).share, 0);
  EXPECT_LT(PriorOf(1, 1, 1, 240).share, 0.15);
}

TEST(PooledArPrior, FleetsOf64LearnFromThemselvesAlone) {
  const PooledArSums sums = SumsOf({4, 8}, 10, 40);
  EXPECT_EQ(PackPooledAr(Solve(sums, kTargetsWithoutPrior)), PackPooledAr(Solve(sums)));
  EXPECT_EQ(PackPooledAr(Solve(sums, 1'000'000)), PackPooledAr(Solve(sums)));
  EXPECT_NE(PackPooledAr(Solve(sums, 10)), PackPooledAr(Solve(sums)));
}

TEST(PooledArPrior, OneTargetFollowsItMoreThanAFleetDoes) {
  const auto distance = [](int targets) {
    const PooledArGlobal with = Solve(SumsOf({1, 6}, targets, 25), static_cast<std::uint64_t>(targets));
    double sum = 0;
    for (std::size_t i = 0; i < PooledState::NumFeatures(1); ++i) {
      sum += std::abs(with.all.weights[i] - PriorOf(1, 1, 1, 20).weights[i]);
    }
    return sum;
  };
  EXPECT_LT(2 * distance(1), distance(60));
}

// Twelve values have no window of ten steps, which the horizon asks for.
TEST(PooledArPrior, StepsWithoutWindowsAreForecastByIt) {
  const std::vector<double> y = Growing(12);
  const PooledArSums sums = SumsOf({1, 10}, 1, 12);
  const auto last = [&](const PooledArGlobal& global) {
    return PredictPooledAr(FitPooledAr(y, global, false).model, global, 10, {}).mean.back();
  };
  EXPECT_NEAR(last(Solve(sums)), y.back(), 1e-9);
  EXPECT_GT(last(Solve(sums, 1)), 1.05 * y.back());
}

}  // namespace
}  // namespace fitd::prior_test
