#include "common/models/arima/arima.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "common/models/base/level_size.h"
#include "common/models/numeric/gaussian.h"
#include "tests/support/arima_samples.h"
#include "tests/support/awkward_series.h"

namespace fitd::arima_test {
namespace {

using arima::Noise;

std::vector<double> SeasonalWalk(std::size_t n, std::size_t m, unsigned seed) {
  std::vector<double> y = Noise(n, seed);
  double level = 50;
  for (std::size_t t = 0; t < n; ++t) {
    level += 0.3 * y[t];
    y[t] = level + 8 * std::sin(6.283185307179586 * static_cast<double>(t % m) / static_cast<double>(m)) + y[t];
  }
  return y;
}

FitOutcome Fit(const std::vector<double>& y, int m = 1, const Model* like = nullptr) {
  const std::vector<int> seasons(m > 1 ? 1 : 0, m);
  return MakeArima()->Fit({y, seasons, 6, like});
}

Forecast Predict(const Model& model, int horizon, std::vector<double> levels = {80, 95}) {
  return MakeArima()->Predict(model, horizon, levels);
}

// Usable, every number in it one that can be used, forecasts and intervals in order.
void ExpectSound(const FitOutcome& outcome, const std::string& what) {
  ASSERT_NE(outcome.status, FitStatus::kFailed) << what << ": " << outcome.reason;
  EXPECT_FALSE(outcome.model.spec.empty()) << what;
  for (const NamedValue& p : outcome.model.parameters) EXPECT_TRUE(std::isfinite(p.value)) << what << " " << p.name;
  for (const NamedVector& s : outcome.model.states) {
    for (const double v : s.values) EXPECT_TRUE(std::isfinite(v)) << what << " " << s.name;
  }
  EXPECT_TRUE(std::isfinite(outcome.model.criteria.sigma2)) << what;
  const Forecast forecast = Predict(outcome.model, 30);
  ASSERT_EQ(forecast.mean.size(), 30u) << what;
  ASSERT_EQ(forecast.intervals.size(), 2u) << what;
  for (std::size_t h = 0; h < 30; ++h) {
    EXPECT_TRUE(std::isfinite(forecast.mean[h])) << what;
    EXPECT_LE(forecast.intervals[1].lo[h], forecast.intervals[0].lo[h]) << what;
    EXPECT_LE(forecast.intervals[0].lo[h], forecast.mean[h]) << what;
    EXPECT_LE(forecast.mean[h], forecast.intervals[0].hi[h]) << what;
    EXPECT_TRUE(std::isfinite(forecast.intervals[1].hi[h])) << what;
  }
}

TEST(Arima, FailsWithAReasonOnWhatIsNoSeries) {
  EXPECT_EQ(Fit({}).status, FitStatus::kFailed);
  EXPECT_FALSE(Fit({}).reason.empty());
  EXPECT_EQ(Fit({1, std::numeric_limits<double>::quiet_NaN(), 2}).status, FitStatus::kFailed);
  EXPECT_EQ(Fit({1, std::numeric_limits<double>::infinity(), 2, 4, 5, 6}).status, FitStatus::kFailed);
}

TEST(Arima, HoldsTheLastOfAFewValues) {
  const FitOutcome one = Fit({7});
  EXPECT_EQ(one.status, FitStatus::kShort);
  ExpectSound(one, "one value");
  EXPECT_EQ(Predict(one.model, 3).mean, (std::vector<double>{7, 7, 7}));
  const FitOutcome three = Fit({7, 9, 8}, 12);
  EXPECT_EQ(three.status, FitStatus::kShort);
  ExpectSound(three, "three values");
  EXPECT_EQ(Predict(three.model, 2).mean, (std::vector<double>{8, 8}));
}

TEST(Arima, ForecastsAHandfulOfValuesOfOneSignAmongThem) {
  const std::vector<std::vector<double>> handfuls = {{10, 200, 40, 150, 90},
                                                     {134000, 139500, 210000, 213500, 190000},
                                                     {3e-9, 8e-9, 1e-9, 9e-9, 2e-9, 6e-9},
                                                     {0, 7e12, 2e12, 9e12, 1e12},
                                                     {100, 3, 50, 120, 44, 70, 9}};
  for (std::vector<double> y : handfuls) {
    for (const double sign : {1.0, -1.0}) {
      for (double& v : y) v = sign * std::abs(v);
      const auto [least, most] = std::minmax_element(y.begin(), y.end());
      for (const double v : Predict(Fit(y).model, 5).mean) {
        EXPECT_GT(v, *least) << y[1];
        EXPECT_LT(v, *most) << y[1];
      }
    }
  }
}

TEST(Arima, GivesSomethingSoundAtEveryLength) {
  for (std::size_t n = 1; n <= 60; ++n) {
    for (const int m : {1, 2, 4, 12, 50}) {
      ExpectSound(Fit(SeasonalWalk(n, 4, static_cast<unsigned>(n)), m),
                  "n=" + std::to_string(n) + " m=" + std::to_string(m));
    }
  }
}

TEST(Arima, KeepsAConstantExactly) {
  for (const double value : {0.0, -0.0, 0.1, -3e300, 5e-324, 1e9}) {
    const FitOutcome outcome = Fit(std::vector<double>(20, value), 4);
    EXPECT_EQ(outcome.status, FitStatus::kConstant);
    ExpectSound(outcome, "constant");
    for (const double v : Predict(outcome.model, 5).mean) EXPECT_EQ(v, value);
    EXPECT_EQ(outcome.model.criteria.sigma2, 0.0);
  }
}

TEST(Arima, ContinuesAnExactLineAndAnExactSeason) {
  std::vector<double> line(30);
  for (std::size_t t = 0; t < line.size(); ++t) line[t] = 3 + 0.25 * static_cast<double>(t);
  const FitOutcome drift = Fit(line);
  ExpectSound(drift, "line");
  EXPECT_EQ(drift.model.spec, "(0,1,0) drift");
  EXPECT_NEAR(Predict(drift.model, 4).mean[3], 3 + 0.25 * 33, 1e-9);
  std::vector<double> season(40);
  for (std::size_t t = 0; t < season.size(); ++t)
    season[t] = static_cast<double>((t % 4) * (t % 4)) + 0.5 * static_cast<double>(t);
  const FitOutcome seasonal = Fit(season, 4);
  ExpectSound(seasonal, "season");
  EXPECT_NEAR(Predict(seasonal.model, 3).mean[2], 4 + 0.5 * 42, 1e-9);
}

TEST(Arima, SurvivesEveryOddSeries) {
  std::vector<double> spike(50, 0.0);
  spike[20] = 1;
  std::vector<double> runs(90);
  for (std::size_t t = 0; t < runs.size(); ++t) runs[t] = static_cast<double>(t / 30);
  std::vector<double> alternating(40);
  for (std::size_t t = 0; t < alternating.size(); ++t) alternating[t] = t % 2 == 0 ? 1e300 : -1e300;
  std::vector<double> parabola(40);
  for (std::size_t t = 0; t < parabola.size(); ++t) parabola[t] = static_cast<double>(t * t);
  std::vector<double> exponential(60);
  for (std::size_t t = 0; t < exponential.size(); ++t) exponential[t] = std::exp(static_cast<double>(t));
  std::vector<double> mixed = Noise(50, 3);
  for (std::size_t t = 0; t < mixed.size(); ++t) mixed[t] *= t % 5 == 0 ? 1e300 : 1e-300;
  std::vector<double> offset = Noise(80, 4);
  for (double& v : offset) v += 1e9;
  std::vector<double> last = std::vector<double>(40, 2.0);
  last.back() = 3;
  std::vector<double> subnormal = Noise(30, 9);
  for (double& v : subnormal) v *= 1e-310;
  const std::vector<std::pair<const char*, std::vector<double>>> all{{"spike", spike},
                                                                     {"runs", runs},
                                                                     {"alternating", alternating},
                                                                     {"parabola", parabola},
                                                                     {"exponential", exponential},
                                                                     {"mixed", mixed},
                                                                     {"offset", offset},
                                                                     {"last", last},
                                                                     {"subnormal", subnormal}};
  for (const auto& [name, y] : all) {
    for (const int m : {1, 4, 12, 60}) ExpectSound(Fit(y, m), std::string(name) + " m=" + std::to_string(m));
  }
}

TEST(Arima, IsSoundOnEveryAwkwardSeries) {
  awkward::ExpectSoundOnAll(*MakeArima());
}

TEST(Arima, DoesNotCareAboutTheUnit) {
  const std::vector<double> y = SeasonalWalk(72, 12, 5);
  const FitOutcome base = Fit(y, 12);
  for (const int exponent : {-990, -40, 30, 990}) {
    std::vector<double> scaled = y;
    for (double& v : scaled) v = std::ldexp(v, exponent);
    const FitOutcome outcome = Fit(scaled, 12);
    EXPECT_EQ(outcome.model.spec, base.model.spec);
    const Forecast a = Predict(base.model, 6);
    const Forecast b = Predict(outcome.model, 6);
    for (std::size_t h = 0; h < 6; ++h) {
      EXPECT_EQ(std::ldexp(a.mean[h], exponent), b.mean[h]);
      EXPECT_EQ(std::ldexp(a.intervals[0].hi[h], exponent), b.intervals[0].hi[h]);
    }
    const double n = 72 - 12 * (base.model.spec.find(",1,") == base.model.spec.rfind(",1,") ? 0 : 1);
    EXPECT_NEAR((base.model.criteria.loglik - outcome.model.criteria.loglik) / (exponent * 0.6931471805599453), n, 13);
  }
}

TEST(Arima, SeesThroughAHugeOffset) {
  const std::vector<double> y = Noise(100, 6);
  std::vector<double> moved = y;
  for (double& v : moved) v += 1048576.0 * 1024;
  const FitOutcome outcome = Fit(moved);
  ExpectSound(outcome, "offset");
  EXPECT_NEAR(outcome.model.criteria.sigma2, Fit(y).model.criteria.sigma2, 0.2);
  EXPECT_NEAR(Predict(outcome.model, 1).mean[0], 1048576.0 * 1024, 3);
}

// A cycle and its harmonic put several roots near the unit circle, where the likelihood can lose all its digits.
TEST(Arima, FitsNoCycleBetterThanItsNoise) {
  constexpr double kTwoPi = 6.283185307179586;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::vector<double> y = Noise(500, seed);
    for (std::size_t t = 0; t < y.size(); ++t) {
      const double angle = kTwoPi * static_cast<double>(t) / 24;
      y[t] += 100 + 10 * std::sin(angle) + 10.0 / 3 * std::cos(2 * angle);
    }
    const FitOutcome outcome = Fit(y);
    EXPECT_GT(outcome.model.criteria.sigma2, 0.8) << seed << ' ' << outcome.model.spec;
    for (const double v : Predict(outcome.model, 48).mean) {
      EXPECT_GT(v, 80) << seed << ' ' << outcome.model.spec;
      EXPECT_LT(v, 120) << seed << ' ' << outcome.model.spec;
    }
  }
}

TEST(Arima, GivesTheSameBitsEveryTime) {
  const std::vector<double> y = SeasonalWalk(90, 4, 7);
  const FitOutcome a = Fit(y, 4);
  Fit(SeasonalWalk(40, 4, 8), 4);
  const FitOutcome b = Fit(y, 4);
  EXPECT_EQ(a.model.spec, b.model.spec);
  ASSERT_EQ(a.model.parameters.size(), b.model.parameters.size());
  for (std::size_t i = 0; i < a.model.parameters.size(); ++i) {
    EXPECT_EQ(a.model.parameters[i].value, b.model.parameters[i].value);
  }
  EXPECT_EQ(a.model.criteria.aicc, b.model.criteria.aicc);
  EXPECT_EQ(a.evaluations, b.evaluations);
}

TEST(Arima, RefitsAKnownFormCheaply) {
  const std::vector<double> y = SeasonalWalk(100, 12, 9);
  const FitOutcome full = Fit(y, 12);
  const std::vector<double> shorter(y.begin(), y.end() - 12);
  const FitOutcome refit = Fit(shorter, 12, &full.model);
  ASSERT_EQ(refit.status, FitStatus::kFitted);
  EXPECT_EQ(refit.model.spec, full.model.spec);
  EXPECT_EQ(refit.model.num_observations, 88u);
  EXPECT_LE(refit.evaluations, 60u);
  const FitOutcome same = Fit(y, 12, &full.model);
  EXPECT_NEAR(same.model.criteria.aicc, full.model.criteria.aicc, 1e-4);
  EXPECT_LE(same.evaluations, 60u);  // most of them are looks for another maximum (other_maxima.h)
  EXPECT_LT(3 * same.evaluations, full.evaluations);
}

TEST(Arima, RefusesToRefitWhatItCannot) {
  Model ets;
  ets.spec = "A,N,N";
  EXPECT_EQ(Fit(Noise(30, 1), 1, &ets).status, FitStatus::kFailed);
  const FitOutcome full = Fit(SeasonalWalk(100, 12, 9), 12);
  EXPECT_EQ(Fit(Noise(6, 1), 12, &full.model).status, FitStatus::kFailed);
}

TEST(Arima, PredictsNothingFromADamagedModel) {
  FitOutcome outcome = Fit(SeasonalWalk(100, 12, 9), 12);
  Model damaged = outcome.model;
  damaged.states[0].values.push_back(1);
  EXPECT_TRUE(Predict(damaged, 3).mean.empty());
  damaged = outcome.model;
  damaged.spec = "(9,9,9)";
  EXPECT_TRUE(Predict(damaged, 3).mean.empty());
  EXPECT_TRUE(Predict(outcome.model, 0).mean.empty());
}

TEST(Arima, WidensARandomWalksIntervalsWithTheRootOfTheHorizon) {
  std::vector<double> y = Noise(300, 12);
  for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1];
  const FitOutcome outcome = Fit(y);
  ASSERT_EQ(outcome.model.spec, "(0,1,0)");
  const Forecast forecast = Predict(outcome.model, 9, {95});
  const double first = forecast.intervals[0].hi[0] - forecast.mean[0];
  EXPECT_NEAR(first, StudentIntervalQuantile(95, 299) * std::sqrt(outcome.model.criteria.sigma2), 1e-9);
  EXPECT_NEAR(forecast.intervals[0].hi[8] - forecast.mean[8], 3 * first, 1e-9);
}

// A walk with drift: h errors of a drift that n differences tell, beside h shocks (Hyndman & Athanasopoulos 2021, 5.5).
TEST(Arima, CountsWhatItDoesNotKnowOfADrift) {
  std::vector<double> y = Noise(41, 12);
  for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1] + 2;
  Model like;
  like.spec = "(0,1,0) drift";
  const FitOutcome outcome = Fit(y, 1, &like);
  ASSERT_EQ(outcome.model.spec, like.spec);
  const double n = 40;
  const Forecast forecast = Predict(outcome.model, 9, {95});
  for (std::size_t h = 1; h <= 9; ++h) {
    const auto steps = static_cast<double>(h);
    const double deviation = std::sqrt(outcome.model.criteria.sigma2 * (steps + steps * steps / n));
    EXPECT_NEAR(forecast.intervals[0].hi[h - 1] - forecast.mean[h - 1],
                LevelSizeOf(outcome.model) * StudentIntervalQuantile(95, n - 1) * deviation, 1e-9);
  }
}

// A mean from autocorrelated values: at first they are known from the last ones, far ahead from the mean alone, whose
// variance is sigma^2 / sum of the squared responses of a filter to ones.
TEST(Arima, CountsWhatItDoesNotKnowOfAMean) {
  std::vector<double> y = Noise(80, 5);
  for (std::size_t t = 1; t < y.size(); ++t) y[t] += 0.6 * y[t - 1];
  for (double& v : y) v += 10;
  const FitOutcome outcome = Fit(y);
  ASSERT_EQ(outcome.model.spec, "(1,0,0) mean");
  const double phi = outcome.model.Parameter("ar1");
  const double n = 80;
  const double information = 1 - phi * phi + (n - 1) * (1 - phi) * (1 - phi);
  const Forecast forecast = Predict(outcome.model, 60, {95});
  const auto expected = [&](double h) {
    const double shocks = (1 - std::pow(phi, 2 * h)) / (1 - phi * phi);
    const double mean = std::pow(1 - std::pow(phi, h), 2) / information;
    return LevelSizeOf(outcome.model) * StudentIntervalQuantile(95, n - 2) *
           std::sqrt(outcome.model.criteria.sigma2 * (shocks + mean) * (1 + 1 / n));
  };
  for (const std::size_t h : {1, 2, 60}) {
    EXPECT_NEAR(forecast.intervals[0].hi[h - 1] - forecast.mean[h - 1], expected(static_cast<double>(h)), 1e-6);
  }
}

// Noise around zero that is never on its other side.
TEST(Arima, ExpectsAMeanWhereNoValueIsZero) {
  for (const std::size_t n : {8U, 10U, 20U, 40U}) {
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> y(n, 5.0 * sign);
      y.back() *= 100;
      const FitOutcome outcome = Fit(y, 1);
      EXPECT_GT(sign * MakeArima()->Predict(outcome.model, 1, {}).mean[0], 4.5) << n << ' ' << outcome.model.spec;
    }
  }
}

TEST(Arima, BoundsItsWorkOnLongSeriesAndLongSeasons) {
  const std::vector<double> y = SeasonalWalk(20000, 24, 13);
  const FitOutcome daily = Fit(y, 24);
  ExpectSound(daily, "m=24");
  EXPECT_LE(daily.evaluations, 94u * 4 * 60);
  std::size_t stored = 0;
  for (const NamedVector& s : daily.model.states) stored += s.values.size();
  EXPECT_LE(stored, 200u);
  ExpectSound(Fit(y, 1440), "m=1440");
}

TEST(Arima, ExpectsLongerSeriesToCostMore) {
  const std::unique_ptr<Algorithm> arima = MakeArima();
  const std::vector<int> seasons{12};
  EXPECT_GT(arima->ExpectedSeconds(50, {}), 0);
  EXPECT_GT(arima->ExpectedSeconds(100, seasons), arima->ExpectedSeconds(100, {}));
  EXPECT_GT(arima->ExpectedSeconds(1000000, seasons), arima->ExpectedSeconds(1000, seasons));
}

}  // namespace
}  // namespace fitd::arima_test
