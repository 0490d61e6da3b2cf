#include "common/models/pooled_ar/pooled_ar.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace fitd::pooled_ar_test {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Trending seasonal series, different for each seed; the same on every machine (mt19937 is specified, draws are plain).
std::vector<double> MakeSeries(unsigned seed, std::size_t n, int season) {
  std::mt19937 bits(seed);
  const auto uniform = [&] { return static_cast<double>(bits()) / 4294967296.0; };
  const double base = 100 + 1000 * uniform();
  const double growth = 0.01 * uniform();
  const double swing = season > 1 ? 0.2 * uniform() : 0.0;
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const double time = static_cast<double>(t);
    y.push_back(base * std::exp(growth * time + swing * std::sin(2 * kPi * time / season) + 0.02 * (uniform() - 0.5)));
  }
  return y;
}

PooledArSums SumsOf(const PooledArOptions& options, unsigned first, unsigned last) {
  PooledArSums sums(options);
  for (unsigned i = first; i < last; ++i) sums.Add(MakeSeries(i, 60 + i % 40, options.season));
  return sums;
}

TEST(PooledAr, SumsOfBlocksAddUpToTheSameBitsAfterATripThroughBytes) {
  const PooledArOptions options{12, 18};
  PooledArSums direct = SumsOf(options, 0, 64);
  direct.Merge(SumsOf(options, 64, 100));
  const PooledArSums first = SumsOf(options, 0, 64);
  auto shipped = PooledArSums::FromData({first.data().begin(), first.data().end()});
  ASSERT_TRUE(shipped.has_value());
  shipped->Merge(SumsOf(options, 64, 100));
  const PooledArGlobal a = Solve(direct);
  const PooledArGlobal b = Solve(*shipped);
  EXPECT_EQ(a.all.weights, b.all.weights);
  EXPECT_EQ(a.held_out.weights, b.held_out.weights);
  EXPECT_EQ(a.all.sigma, b.all.sigma);
  EXPECT_EQ(shipped->options().season, 12);
  EXPECT_EQ(shipped->options().horizon, 18);
}

TEST(PooledAr, RefusesBytesOfAnotherShape) {
  const PooledArSums sums = SumsOf({4, 8}, 0, 3);
  std::vector<double> data(sums.data().begin(), sums.data().end());
  std::vector<double> cut(data.begin(), data.end() - 1);
  EXPECT_FALSE(PooledArSums::FromData(cut).has_value());
  EXPECT_FALSE(PooledArSums::FromData({}).has_value());
  data[1] = std::nan("");
  EXPECT_FALSE(PooledArSums::FromData(data).has_value());
  data[1] = 1e300;
  EXPECT_FALSE(PooledArSums::FromData(data).has_value());
}

TEST(PooledAr, PackedCoefficientsComeBackAndDamagedOnesDoNot) {
  const std::vector<double> packed = PackPooledAr(Solve(SumsOf({4, 8}, 0, 10)));
  const auto back = UnpackPooledAr(packed);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(PackPooledAr(*back), packed);
  for (std::size_t cut = 0; cut < packed.size(); ++cut) {
    EXPECT_FALSE(UnpackPooledAr(std::span(packed).first(cut)).has_value());
  }
}

TEST(PooledAr, HeldOutCoefficientsHaveNotSeenTheLastHorizon) {
  const PooledArOptions options{4, 8};
  PooledArSums plain(options);
  PooledArSums disturbed(options);
  for (unsigned i = 0; i < 20; ++i) {
    std::vector<double> y = MakeSeries(i, 50, 4);
    plain.Add(y);
    for (std::size_t t = y.size() - 8; t < y.size(); ++t) y[t] *= 1.5;
    disturbed.Add(y);
  }
  EXPECT_EQ(Solve(plain).held_out.weights, Solve(disturbed).held_out.weights);
  EXPECT_NE(Solve(plain).all.weights, Solve(disturbed).all.weights);
}

TEST(PooledAr, LearnsATrendAndASeasonThatNaiveMisses) {
  for (const int season : {1, 4, 12}) {
    const PooledArOptions options{season, 6};
    const PooledArGlobal global = Solve(SumsOf(options, 0, 100));
    double error = 0;
    double naive = 0;
    for (unsigned i = 200; i < 220; ++i) {
      const std::vector<double> y = MakeSeries(i, 66, season);
      const std::span<const double> past(y.data(), 60);
      const FitOutcome outcome = FitPooledAr(past, global, false);
      ASSERT_EQ(outcome.status, FitStatus::kFitted);
      const Forecast forecast = PredictPooledAr(outcome.model, global, 6, {});
      for (std::size_t h = 0; h < 6; ++h) {
        error += std::abs(forecast.mean[h] - y[60 + h]) / y[60 + h];
        naive += std::abs(past.back() - y[60 + h]) / y[60 + h];
      }
    }
    EXPECT_LT(error, 0.7 * naive) << "season " << season;
  }
}

TEST(PooledAr, IntervalsCoverAboutWhatTheyPromise) {
  const PooledArGlobal global = Solve(SumsOf({4, 8}, 0, 200));
  const double levels[] = {80, 95};
  double inside[2] = {0, 0};
  for (unsigned i = 300; i < 400; ++i) {
    const std::vector<double> y = MakeSeries(i, 68, 4);
    const FitOutcome outcome = FitPooledAr(std::span(y).first(60), global, false);
    const Forecast forecast = PredictPooledAr(outcome.model, global, 8, levels);
    for (std::size_t h = 0; h < 8; ++h) {
      for (int l = 0; l < 2; ++l) {
        const ForecastInterval& interval = forecast.intervals[static_cast<std::size_t>(l)];
        inside[l] += y[60 + h] >= interval.lo[h] && y[60 + h] <= interval.hi[h];
      }
    }
  }
  EXPECT_GT(inside[0] / 800, 0.7);
  EXPECT_LT(inside[0] / 800, 0.97);
  EXPECT_GT(inside[1] / 800, 0.9);
}

TEST(PooledAr, LongHorizonsShareCoefficientsBetweenSteps) {
  const PooledArOptions options{48, 200};
  PooledArSums sums(options);
  for (unsigned i = 0; i < 6; ++i) sums.Add(MakeSeries(i, 700, 48));
  const PooledArGlobal global = Solve(sums);
  EXPECT_LT(global.all.sigma.size(), 50u);
  const FitOutcome outcome = FitPooledAr(MakeSeries(7, 700, 48), global, false);
  const Forecast forecast = PredictPooledAr(outcome.model, global, 500, {});
  ASSERT_EQ(forecast.mean.size(), 500u);
  for (const double m : forecast.mean) EXPECT_TRUE(std::isfinite(m));
}

TEST(PooledAr, ForecastsBeyondTheTrainedHorizonContinueTheShorterOnes) {
  const PooledArGlobal global = Solve(SumsOf({12, 6}, 0, 50));
  const FitOutcome outcome = FitPooledAr(MakeSeries(300, 72, 12), global, false);
  const double level = 80;
  const Forecast shorter = PredictPooledAr(outcome.model, global, 6, {&level, 1});
  const Forecast longer = PredictPooledAr(outcome.model, global, 30, {&level, 1});
  ASSERT_EQ(longer.mean.size(), 30u);
  for (std::size_t h = 0; h < 6; ++h) EXPECT_EQ(longer.mean[h], shorter.mean[h]);
  for (std::size_t h = 0; h < 30; ++h) {
    EXPECT_TRUE(std::isfinite(longer.mean[h]));
    EXPECT_LT(longer.intervals[0].lo[h], longer.mean[h]);
    EXPECT_GT(longer.intervals[0].hi[h], longer.mean[h]);
  }
  const auto width = [&](std::size_t h) { return std::log(longer.intervals[0].hi[h] / longer.intervals[0].lo[h]); };
  EXPECT_GT(width(12), width(0));
}

// Taken out of two of it, a season leaves no noise, and what such values teach runs away.
TEST(PooledAr, NothingRunsAwayThatWasLearnedFromTwoSeasons) {
  const PooledArOptions options{12, 12};
  PooledArSums sums(options);
  std::vector<std::vector<double>> fleet;
  for (unsigned i = 0; i < 1400; ++i) {
    std::mt19937 bits(i);
    std::vector<double> y;
    for (int t = 0; t < 24; ++t) y.push_back(1000 * std::exp(2.4 * (static_cast<double>(bits()) / 4294967296.0 - 0.5)));
    sums.Add(fleet.emplace_back(std::move(y)));
  }
  const PooledArGlobal global = Solve(sums);
  double largest = 0;
  for (const std::vector<double>& y : fleet) {
    for (const double v : PredictPooledAr(FitPooledAr(y, global, false).model, global, 12, {}).mean) {
      largest = std::max(largest, v);
    }
  }
  EXPECT_LT(largest, 1e7) << "values are below 3322";
}

TEST(PooledAr, StrangeSeriesGetFiniteForecasts) {
  const PooledArGlobal global = Solve(SumsOf({4, 8}, 0, 50));
  const std::vector<std::vector<double>> cases = {
      {5},
      {5, 6},
      {5, 6, 7},
      std::vector<double>(40, 3.25),
      std::vector<double>(40, 0.0),
      {0, 0, 0, 1e300, 0, 0, 0, -1e300, 0, 0, 0, 0, 0, 0, 0},
      {1e-300, 2e-300, 1e-300, 3e-300, 1e-300, 2e-300, 1e-300, 3e-300},
      {1e-300, 1e300, 1e-300, 1e300, 1e-300, 1e300},
      {-3, 4, -5, 6, -7, 8, -9, 10, -11, 12, -13, 14, -15},
      {1e9 + 0.1, 1e9 - 0.2, 1e9 + 0.3, 1e9, 1e9 - 0.4, 1e9 + 0.2, 1e9, 1e9 + 0.3},
  };
  const double level = 95;
  for (const std::vector<double>& y : cases) {
    const FitOutcome outcome = FitPooledAr(y, global, false);
    ASSERT_NE(outcome.status, FitStatus::kFailed);
    const Forecast forecast = PredictPooledAr(outcome.model, global, 20, {&level, 1});
    for (std::size_t h = 0; h < 20; ++h) {
      EXPECT_TRUE(std::isfinite(forecast.mean[h])) << y.size() << " values from " << y[0] << ", step " << h;
      EXPECT_TRUE(std::isfinite(forecast.intervals[0].lo[h]));
      EXPECT_TRUE(std::isfinite(forecast.intervals[0].hi[h]));
    }
  }
}

TEST(PooledAr, ConstantAndShortSeriesSaySo) {
  const PooledArGlobal global = Solve(SumsOf({1, 6}, 0, 10));
  EXPECT_EQ(FitPooledAr(std::vector<double>{2.0}, global, false).status, FitStatus::kShort);
  EXPECT_EQ(FitPooledAr(std::vector<double>{2.0, 3.0}, global, false).status, FitStatus::kShort);
  const FitOutcome constant = FitPooledAr(std::vector<double>(9, 2.5), global, false);
  EXPECT_EQ(constant.status, FitStatus::kConstant);
  EXPECT_EQ(PredictPooledAr(constant.model, global, 2, {}).mean, (std::vector<double>{2.5, 2.5}));
}

TEST(PooledAr, StepsNoSeriesIsLongEnoughForHaveIntervalsAllTheSame) {
  for (const std::size_t n : {8U, 10U, 12U}) {  // with none, some and more of the steps known
    PooledArSums sums({7, 7});
    for (unsigned i = 0; i < 40; ++i) sums.Add(MakeSeries(i, n, 7));
    const PooledArGlobal global = Solve(sums);
    const FitOutcome outcome = FitPooledAr(MakeSeries(1, n, 7), global, false);
    const Forecast forecast = PredictPooledAr(outcome.model, global, 7, std::vector<double>{95});
    for (std::size_t h = 0; h < 7; ++h) {
      EXPECT_LT(forecast.intervals[0].lo[h], forecast.mean[h]) << n << ' ' << h;
      EXPECT_GT(forecast.intervals[0].hi[h], forecast.mean[h]) << n << ' ' << h;
    }
  }
}

TEST(PooledAr, AnEmptyFrameGivesTheLastValue) {
  const PooledArGlobal global = Solve(PooledArSums({1, 4}));
  EXPECT_EQ(global.all.windows, 0);
  const FitOutcome outcome = FitPooledAr(std::vector<double>{1.0, 2.0, 4.0, 8.0}, global, false);
  const Forecast forecast = PredictPooledAr(outcome.model, global, 3, {});
  for (const double v : forecast.mean) EXPECT_DOUBLE_EQ(v, 8.0);
}

}  // namespace
}  // namespace fitd::pooled_ar_test
