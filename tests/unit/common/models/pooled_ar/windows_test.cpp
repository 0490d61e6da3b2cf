// Long windows of the pooled regression: what they learn, forecast, keep and refuse.
#include "common/models/pooled_ar/windows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "common/models/combination/combination.h"
#include "common/models/pooled_ar/filter.h"
#include "common/models/pooled_ar/pooled_ar.h"

namespace fitd::windows_test {
namespace {

using pooled_ar::WindowsOf;

// A pattern of `season` steps that each target has for itself, at a level of its own, with noise of deviation 1.
std::vector<double> MakeSeries(unsigned seed, std::size_t n, std::size_t season) {
  std::mt19937 bits(seed);
  const auto normal = [&] {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(bits()) / 4294967296.0;
    return sum;
  };
  std::vector<double> pattern(season);
  for (double& v : pattern) v = 6 * normal();
  const double level = 100 + 50 * static_cast<double>(seed % 7);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) y.push_back(level + pattern[t % season] + normal());
  return y;
}

PooledArGlobal Learn(int season, int horizon, unsigned targets, std::size_t n) {
  PooledArSums sums({season, horizon});
  for (unsigned i = 0; i < targets; ++i) sums.Add(MakeSeries(i, n, static_cast<std::size_t>(season)));
  return Solve(sums);
}

TEST(Windows, AreForSeasonsThatTheLagsDoNotReachAndForWeeks) {
  for (const int season : {1, 4, 12, 23, 367, 1440}) EXPECT_TRUE(WindowsOf(season).empty()) << season;
  EXPECT_EQ(WindowsOf(5), (std::vector<std::size_t>{80, 160}));
  EXPECT_EQ(WindowsOf(7), (std::vector<std::size_t>{112, 224}));
  EXPECT_EQ(WindowsOf(24), (std::vector<std::size_t>{27, 192, 336}));
  EXPECT_EQ(WindowsOf(52), (std::vector<std::size_t>{58, 312}));
  EXPECT_EQ(WindowsOf(288), (std::vector<std::size_t>{324}));
}

TEST(Windows, MomentsAreThoseOfEveryWindow) {
  constexpr int kSeason = 24;
  const std::vector<double> y = MakeSeries(3, 90, kSeason);
  std::vector<double> sums(pooled_ar::WindowSumsSize(kSeason), 0.0);
  pooled_ar::AddToWindowSums(y, kSeason, sums);
  double unit = 0, mean = 0;
  for (std::size_t t = kSeason; t < y.size(); ++t) unit += std::abs(y[t] - y[t - kSeason]) / (90.0 - kSeason);
  for (const double v : y) mean += v / 90;
  const std::size_t window = WindowsOf(kSeason)[0];
  EXPECT_EQ(sums[0], 90.0 - static_cast<double>(window));
  std::size_t at = 1;
  for (std::size_t i = 0; i <= window; ++i) {
    for (std::size_t j = i; j <= window; ++j, ++at) {
      double expected = 0;
      for (std::size_t t = window; t < y.size(); ++t) {
        expected += (y[t - i] - mean) / unit * ((y[t - j] - mean) / unit);
      }
      ASSERT_NEAR(sums[at], expected, 1e-8 * (1 + std::abs(expected))) << i << ' ' << j;
    }
  }
}

TEST(Windows, SumsWithoutThemAddNothingToThem) {
  const PooledArOptions options{.season = 24, .horizon = 12};
  PooledArSums with(options), without(options);
  for (unsigned i = 0; i < 40; ++i) (i < 20 ? with : without).Add(MakeSeries(i, 240, 24));
  without.DropLongWindows();
  const PooledArGlobal first = Solve(with);
  EXPECT_TRUE(Solve(without).all.long_windows.at(0).weights.empty());
  PooledArSums sum = without;
  sum.Merge(with);
  const PooledArGlobal both = Solve(sum);
  EXPECT_EQ(both.all.long_windows.at(0).weights, first.all.long_windows.at(0).weights);
  EXPECT_NE(both.all.windows, first.all.windows);
  EXPECT_TRUE(PooledArSums::FromData({without.data().begin(), without.data().end()}).has_value());
}

TEST(Windows, ForecastALongSeasonNearlyAsWellAsItsPattern) {
  constexpr std::size_t kSeason = 52, kHorizon = 26, kLength = 156;
  const PooledArGlobal global = Learn(kSeason, kHorizon, 20, kLength);
  ASSERT_FALSE(global.all.long_windows.at(0).weights.empty());
  const double levels[] = {80, 95};
  double error = 0, naive = 0, inside[2] = {0, 0}, count = 0;
  for (unsigned i = 100; i < 130; ++i) {
    const std::vector<double> y = MakeSeries(i, kLength + kHorizon, kSeason);
    const std::span<const double> past(y.data(), kLength);
    const FitOutcome outcome = FitPooledAr(past, global, false);
    ASSERT_NE(outcome.model.State("window"), nullptr);
    EXPECT_EQ(PooledArDamage(outcome.model, global), "");
    const Forecast forecast = PredictPooledAr(outcome.model, global, kHorizon, levels);
    for (std::size_t h = 0; h < kHorizon; ++h, ++count) {
      error += std::abs(forecast.mean[h] - y[kLength + h]);
      naive += std::abs(y[kLength + h - kSeason] - y[kLength + h]);
      for (std::size_t l = 0; l < 2; ++l) {
        inside[l] += y[kLength + h] >= forecast.intervals[l].lo[h] && y[kLength + h] <= forecast.intervals[l].hi[h];
      }
    }
  }
  // A window of 58 holds one value of each step of the pattern: the naive forecast is the best there is.
  EXPECT_LT(error, 1.05 * naive);
  EXPECT_NEAR(100 * inside[0] / count, 80, 7);
  EXPECT_NEAR(100 * inside[1] / count, 95, 5);
}

// A pattern of the week and noise on a slow walk: what many weeks tell apart and the last one does not.
TEST(Windows, OfWeeksForecastDaysBetterThanTheWeekBefore) {
  constexpr std::size_t kHorizon = 28, kLength = 400;
  PooledArSums sums({7, kHorizon});
  const auto make = [](unsigned seed) {
    std::vector<double> y = MakeSeries(seed, kLength + kHorizon, 7);
    std::mt19937 bits(seed);
    double level = 0;
    for (double& v : y) v += level += 0.2 * (static_cast<double>(bits()) / 4294967296.0 - 0.5);
    return y;
  };
  for (unsigned i = 0; i < 20; ++i) {
    const std::vector<double> y = make(i);
    sums.Add(std::span(y).first(kLength));
  }
  const PooledArGlobal global = Solve(sums);
  double error = 0, naive = 0;
  for (unsigned i = 100; i < 120; ++i) {
    const std::vector<double> y = make(i);
    const FitOutcome outcome = FitPooledAr(std::span(y).first(kLength), global, false);
    ASSERT_NE(outcome.model.State("window"), nullptr);
    EXPECT_EQ(outcome.model.State("window")->size(), 112U);  // it holds no 2.2 windows of 32 weeks before the horizon
    const Forecast forecast = PredictPooledAr(outcome.model, global, kHorizon, {});
    for (std::size_t h = 0; h < kHorizon; ++h) {
      error += std::abs(forecast.mean[h] - y[kLength + h]);
      naive += std::abs(y[kLength + h % 7 - 7] - y[kLength + h]);
    }
  }
  EXPECT_LT(error, 0.85 * naive);
  EXPECT_EQ(FitPooledAr(MakeSeries(5, 150, 7), global, false).model.State("window"), nullptr);
}

TEST(Windows, AnOffsetAndAUnitChangeNothing) {
  const PooledArGlobal global = Learn(24, 24, 10, 400);
  std::vector<double> y = MakeSeries(50, 400, 24);
  for (double& v : y) v -= 300;  // values without a logarithm
  const Forecast plain = PredictPooledAr(FitPooledAr(y, global, false).model, global, 24, {});
  for (double& v : y) v = 1000 * v - 5e6;
  const Forecast moved = PredictPooledAr(FitPooledAr(y, global, false).model, global, 24, {});
  for (std::size_t h = 0; h < 24; ++h) EXPECT_NEAR(moved.mean[h], 1000 * plain.mean[h] - 5e6, 1e-3) << h;
}

// In a window of 336 values; in one of 27 the step a day after it moves by 16 %.
TEST(Windows, OneReadingThatStandsApartMovesLittle) {
  const PooledArGlobal global = Learn(24, 24, 10, 800);
  std::vector<double> y = MakeSeries(50, 800, 24);
  const Forecast before = PredictPooledAr(FitPooledAr(y, global, false).model, global, 24, {});
  y[790] = 1e6;
  const Forecast after = PredictPooledAr(FitPooledAr(y, global, false).model, global, 24, {});
  for (std::size_t h = 0; h < 24; ++h) EXPECT_NEAR(after.mean[h], before.mean[h], 0.15 * before.mean[h]) << h;
}

TEST(Windows, GoOnWithNewValues) {
  const PooledArGlobal global = Learn(24, 24, 10, 400);
  const std::vector<double> y = MakeSeries(50, 412, 24);
  const Model model = FitPooledAr(std::span(y).first(400), global, false).model;
  std::vector<Innovation> innovations;
  const Result<Model> moved = AdvancePooledAr(model, global, std::span(y).last(12), &innovations);
  ASSERT_TRUE(moved.ok());
  const double level = kOneDeviation;
  const Forecast first = PredictPooledAr(model, global, 1, {&level, 1});
  EXPECT_NEAR(innovations[0].expected, first.mean[0], 1e-9 * first.mean[0]);
  EXPECT_NEAR(innovations[0].deviation, (first.intervals[0].hi[0] - first.intervals[0].lo[0]) / 2,
              0.01 * innovations[0].deviation);
  const std::vector<double>& window = *moved->State("window");
  EXPECT_EQ(window.size(), model.State("window")->size());
  EXPECT_EQ(window.front(), (*model.State("window"))[12]);
  const Forecast next = PredictPooledAr(*moved, global, 24, {});
  for (const double v : next.mean) EXPECT_TRUE(std::isfinite(v));
}

TEST(Windows, ComeBackPackedAndAnEarlierStoreHasNone) {
  const PooledArGlobal global = Learn(24, 24, 10, 400);
  const std::vector<double> packed = PackPooledAr(global);
  const auto back = UnpackPooledAr(packed);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(PackPooledAr(*back), packed);
  EXPECT_TRUE(HasItsShape(*back));
  PooledArGlobal earlier = global;
  earlier.all.long_windows.clear();
  earlier.held_out.long_windows.clear();
  const auto old = UnpackPooledAr(PackPooledAr(earlier));
  ASSERT_TRUE(old.has_value());
  EXPECT_TRUE(HasItsShape(*old));
  const FitOutcome outcome = FitPooledAr(MakeSeries(50, 400, 24), *old, false);
  EXPECT_EQ(outcome.model.State("window"), nullptr);
  // A model with a window beside coefficients without one is no pair.
  EXPECT_NE(PooledArDamage(FitPooledAr(MakeSeries(50, 400, 24), global, false).model, *old), "");
  for (std::size_t cut = PackPooledAr(earlier).size() + 1; cut < packed.size(); cut += 7) {
    EXPECT_FALSE(UnpackPooledAr(std::span(packed).first(cut)).has_value()) << cut;
  }
}

}  // namespace
}  // namespace fitd::windows_test
