// Deviations of one target's forecasts by the pooled regression.
#include "common/models/pooled_ar/own_errors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "common/models/pooled_ar/pooled_ar.h"

namespace fitd::own_errors_test {
namespace {

constexpr int kHorizon = 8;

// Noise or a walk, of a hundred values and the next ones.
std::vector<double> MakeSeries(std::uint32_t seed, bool walk) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  double level = 500;
  for (int t = 0; t < 100 + kHorizon; ++t) {
    const double e = normal(bits);
    y.push_back(walk ? level += 3 * e : level + 10 * e);
  }
  return y;
}

PooledArGlobal LearnMixture() {
  PooledArSums sums({1, kHorizon});
  for (std::uint32_t i = 0; i < 100; ++i) {
    for (const bool walk : {false, true}) {
      std::vector<double> y = MakeSeries(i, walk);
      y.resize(100);
      sums.Add(y);
    }
  }
  return Solve(sums);
}

double Coverage(const PooledArGlobal& global, bool walk, bool own, std::size_t h) {
  const double levels[] = {80};
  double inside = 0;
  for (std::uint32_t i = 1000; i < 1200; ++i) {
    const std::vector<double> y = MakeSeries(i, walk);
    Model model = FitPooledAr(std::span(y).first(100), global, false).model;
    if (!own) std::erase_if(model.states, [](const NamedVector& s) { return s.name == "own_errors"; });
    const Forecast forecast = PredictPooledAr(model, global, kHorizon, levels);
    inside += forecast.intervals[0].lo[h] <= y[100 + h] && y[100 + h] <= forecast.intervals[0].hi[h];
  }
  return inside / 2;
}

TEST(OwnErrors, MakeIntervalsOfNoiseAndOfWalksCoverAlike) {
  const PooledArGlobal global = LearnMixture();
  for (const std::size_t h : {0UL, 3UL, 7UL}) {
    EXPECT_NEAR(Coverage(global, false, true, h), 80, 9) << h;
    EXPECT_NEAR(Coverage(global, true, true, h), 80, 9) << h;
  }
  EXPECT_GT(Coverage(global, false, false, 7), 93);
  EXPECT_LT(Coverage(global, true, false, 7), 70);
}

TEST(OwnErrors, AreThoseOfAllWhereThereAreFew) {
  const PooledArGlobal global = LearnMixture();
  const std::vector<double> y = MakeSeries(7, true);
  const std::vector<double> none = *FitPooledAr(std::span(y).first(4), global, false).model.State("own_errors");
  EXPECT_EQ(none, std::vector<double>(kHorizon, 1.0));
  const std::vector<double> few = *FitPooledAr(std::span(y).first(9), global, false).model.State("own_errors");
  const std::vector<double> many = *FitPooledAr(std::span(y).first(100), global, false).model.State("own_errors");
  ASSERT_EQ(few.size(), std::size_t{kHorizon});
  EXPECT_LT(std::abs(std::log(few[0])), 0.5);
  EXPECT_EQ(few[kHorizon - 1], few[4]);  // no origin reaches so far: that of the step before
  EXPECT_GT(many[kHorizon - 1], 1.15);
}

TEST(OwnErrors, MakeNoLargeDeviationLarger) {
  EXPECT_DOUBLE_EQ(pooled_ar::OwnVariance(1e-4, 2), 2e-4);
  EXPECT_DOUBLE_EQ(pooled_ar::OwnVariance(1e-4, 1e6), 4e-4);
  EXPECT_DOUBLE_EQ(pooled_ar::OwnVariance(0.05, 4), 0.09);
  EXPECT_DOUBLE_EQ(pooled_ar::OwnVariance(2, 4), 2);
  EXPECT_DOUBLE_EQ(pooled_ar::OwnVariance(2, 0.5), 1);
}

// Factors that multiply from step to step would reach any bound.
TEST(OwnErrors, OfLogarithmsHaveNoDeviationThatExplodes) {
  PooledArSums sums({1, kHorizon});
  std::vector<double> y;
  for (std::uint32_t i = 0; i < 100; ++i) {
    y = MakeSeries(i, true);
    for (double& v : y) v = std::exp((v - 500) / 6);  // steps of half a logarithm
    sums.Add(y);
  }
  const PooledArGlobal global = Solve(sums);
  Model model = FitPooledAr(y, global, false).model;
  ASSERT_EQ(model.spec, "log");
  const double levels[] = {68.268949213708587};
  const auto deviations = [&] {
    const Forecast forecast = PredictPooledAr(model, global, 3 * kHorizon, levels);
    std::vector<double> out;
    for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
      out.push_back(std::log(forecast.intervals[0].hi[h] / forecast.mean[h]));
    }
    return out;
  };
  const std::vector<double> bounded = deviations();
  for (const double d : bounded) EXPECT_LE(d, std::max(0.5, bounded[0]) + 1e-9);
  std::erase_if(model.states, [](const NamedVector& s) { return s.name == "own_errors"; });
  EXPECT_GT(deviations().back(), 1.5);  // as earlier versions forecast
}

TEST(OwnErrors, ThatDoNotFitAreDamage) {
  const PooledArGlobal global = LearnMixture();
  const std::vector<double> y = MakeSeries(7, true);
  Model model = FitPooledAr(std::span(y).first(100), global, false).model;
  EXPECT_EQ(PooledArDamage(model, global), "");
  const auto damage = [&](const std::vector<double>& values) {
    Model wrong = model;
    for (NamedVector& state : wrong.states) {
      if (state.name == "own_errors") state.values = values;
    }
    return PooledArDamage(wrong, global);
  };
  EXPECT_NE(damage(std::vector<double>(kHorizon - 1, 1.0)), "");
  EXPECT_NE(damage(std::vector<double>(kHorizon, -1.0)), "");
  EXPECT_NE(damage(std::vector<double>(kHorizon, NAN)), "");
  std::erase_if(model.states, [](const NamedVector& s) { return s.name == "own_errors"; });
  EXPECT_EQ(PooledArDamage(model, global), "");  // of an earlier version
}

}  // namespace
}  // namespace fitd::own_errors_test
