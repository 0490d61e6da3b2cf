#include "common/models/ets/ets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "common/models/ets/estimate.h"
#include "common/models/ets/forecast.h"
#include "common/models/ets/select.h"
#include "tests/support/normal_noise.h"

namespace fitd::ets_test {
namespace {

const std::vector<int> kMonthly{12};

FitOutcome Fit(const std::vector<double>& y, const std::vector<int>& seasons = {}, const Model* like = nullptr) {
  return MakeEts()->Fit({y, seasons, 12, like});
}

void ExpectSound(const FitOutcome& outcome, const std::string& what) {
  ASSERT_NE(outcome.status, FitStatus::kFailed) << what << ": " << outcome.reason;
  for (const NamedValue& p : outcome.model.parameters) EXPECT_TRUE(std::isfinite(p.value)) << what << ' ' << p.name;
  for (const NamedVector& s : outcome.model.states) {
    for (double v : s.values) EXPECT_TRUE(std::isfinite(v)) << what << ' ' << s.name;
  }
  EXPECT_TRUE(std::isfinite(outcome.model.criteria.sigma2)) << what;
  const double levels[] = {80, 95};
  const Forecast f = MakeEts()->Predict(outcome.model, 30, levels);
  ASSERT_EQ(f.mean.size(), 30U) << what;
  ASSERT_EQ(f.intervals.size(), 2U) << what;
  for (std::size_t h = 0; h < 30; ++h) {
    EXPECT_TRUE(std::isfinite(f.mean[h])) << what;
    EXPECT_LE(f.intervals[1].lo[h], f.intervals[0].lo[h]) << what;
    EXPECT_LE(f.intervals[0].lo[h], f.mean[h]) << what;
    EXPECT_LE(f.mean[h], f.intervals[0].hi[h]) << what;
    EXPECT_LE(f.intervals[0].hi[h], f.intervals[1].hi[h]) << what;
  }
}

std::vector<double> Seasonal(std::size_t n, unsigned seed) {
  std::vector<double> y = NormalNoise(n, seed);
  for (std::size_t t = 0; t < n; ++t) {
    y[t] =
        (100 + 0.8 * static_cast<double>(t)) * (1 + 0.2 * std::sin(0.5235988 * static_cast<double>(t)) + 0.02 * y[t]);
  }
  return y;
}

TEST(Ets, HardSeriesGiveSoundModels) {
  const auto map = [](std::vector<double> v, auto f) {
    for (std::size_t t = 0; t < v.size(); ++t) v[t] = f(v[t], static_cast<double>(t));
    return v;
  };
  const std::vector<double> noise = NormalNoise(60, 1);
  const std::vector<std::pair<std::string, std::vector<double>>> cases{
      {"one value", {5}},
      {"two values", {5, 7}},
      {"three values", {5, 7, -1}},
      {"four values", {0, 0, 0, 1}},
      {"five values", {1, 2, 3, 4, 9}},
      {"six values", {1, 2, 1, 2, 1, 2}},
      {"zeros", std::vector<double>(40, 0.0)},
      {"constant", std::vector<double>(40, 3.25)},
      {"one spike", map(std::vector<double>(40, 0.0), [](double, double t) { return t == 20 ? 1.0 : 0.0; })},
      {"intermittent", map(noise, [](double v, double) { return v > 1 ? std::floor(3 * v) : 0; })},
      {"negative", map(noise, [](double v, double) { return v - 50; })},
      {"around zero", noise},
      {"huge", map(noise, [](double v, double) { return 1e300 * (10 + v); })},
      {"huge and negative", map(noise, [](double v, double) { return -1e307 * (5 + v); })},
      {"tiny", map(noise, [](double v, double) { return 1e-300 * (10 + v); })},
      {"denormal", map(noise, [](double v, double) { return 1e-320 * std::floor(10 + v); })},
      {"huge to tiny", map(noise, [](double v, double t) { return std::exp(23 * (10 - t / 3)) * (5 + std::fabs(v)); })},
      {"offset", map(noise, [](double v, double) { return 1e9 + v; })},
      {"large offset", map(noise, [](double v, double) { return 1e15 + v; })},
      {"linear", map(noise, [](double, double t) { return 3 + 2 * t; })},
      {"falling to nothing", map(noise, [](double, double t) { return 60 - t; })},
      {"exponential", map(noise, [](double, double t) { return std::exp(t); })},
      {"long equal run", map(noise, [](double v, double t) { return t < 50 ? 7 : 7 + v; })},
      {"step", map(noise, [](double v, double t) { return (t < 30 ? 10 : 1000) + v; })},
      {"perfect season", map(noise, [](double, double t) { return 10 + std::fmod(t, 12); })},
      {"alternating", map(noise, [](double, double t) { return std::fmod(t, 2) == 0 ? 1.0 : 1e6; })},
      {"extremes", {1e308, -1e308, 1e308, -1e308, 1e308, -1e308, 1e308, -1e308, 1e308}},
  };
  for (const auto& [what, y] : cases) {
    ExpectSound(Fit(y), what);
    const FitOutcome outcome = Fit(y, kMonthly);
    ExpectSound(outcome, what + ", season 12");
    EXPECT_LT(outcome.evaluations, 30000U) << what;
    ExpectSound(Fit(y, kMonthly, &outcome.model), what + ", again");
  }
}

TEST(Ets, EveryLengthFromOneOnIsFitted) {
  for (std::size_t n = 1; n < 40; ++n) {
    std::vector<double> y = Seasonal(n, 3);
    const FitOutcome outcome = Fit(y, kMonthly);
    ExpectSound(outcome, std::to_string(n));
    EXPECT_EQ(outcome.status, n == 1 ? FitStatus::kConstant : n < 5 ? FitStatus::kShort : FitStatus::kFitted) << n;
    EXPECT_EQ(outcome.model.num_observations, n);
  }
}

TEST(Ets, NoValuesIsAFailureWithAReason) {
  const FitOutcome outcome = Fit({});
  EXPECT_EQ(outcome.status, FitStatus::kFailed);
  EXPECT_FALSE(outcome.reason.empty());
}

TEST(Ets, AConstantIsForecastAsItself) {
  const FitOutcome outcome = Fit(std::vector<double>(20, -4.5), kMonthly);
  EXPECT_EQ(outcome.status, FitStatus::kConstant);
  const double level = 95;
  const Forecast f = MakeEts()->Predict(outcome.model, 3, {&level, 1});
  EXPECT_EQ(f.mean, (std::vector<double>{-4.5, -4.5, -4.5}));
  EXPECT_EQ(f.intervals[0].lo, f.mean);
}

TEST(Ets, FindsTheMultiplicativeSeasonAndPutsItInPlace) {
  const std::vector<double> y = Seasonal(127, 4);  // ends seven months into a season
  const FitOutcome outcome = Fit(y, kMonthly);
  ASSERT_EQ(outcome.status, FitStatus::kFitted);
  EXPECT_EQ(outcome.model.spec.substr(0, 2), "M,");
  EXPECT_EQ(outcome.model.spec.back(), 'M');
  EXPECT_EQ(outcome.model.Parameter("season"), 12);
  const Forecast f = MakeEts()->Predict(outcome.model, 24, {});
  for (std::size_t h = 0; h < 24; ++h) {
    const double t = 127.0 + static_cast<double>(h);
    const double truth = (100 + 0.8 * t) * (1 + 0.2 * std::sin(0.5235988 * t));
    EXPECT_NEAR(f.mean[h] / truth, 1, 0.06) << h;
  }
}

TEST(Ets, SeasonsThatAreTooLongAreLeftOut) {
  const std::vector<double> y = Seasonal(100, 5);
  EXPECT_EQ(Fit(y, {168}).model.Parameter("season"), 1);
  EXPECT_EQ(Fit(y, {12, 168}).model.Parameter("season"), 12);
  EXPECT_EQ(Fit(Seasonal(10, 5), {12}).model.Parameter("season"), 1);
}

TEST(Ets, UnitsChangeNothingButUnits) {
  std::vector<double> y = Seasonal(80, 6);
  const Model small = Fit(y, kMonthly).model;
  for (double& v : y) v *= 1024;
  const Model large = Fit(y, kMonthly).model;
  EXPECT_EQ(small.spec, large.spec);
  EXPECT_EQ(small.Parameter("alpha"), large.Parameter("alpha"));
  EXPECT_EQ((*small.State("level"))[0] * 1024, (*large.State("level"))[0]);
  EXPECT_NEAR(large.criteria.aicc - small.criteria.aicc, 2 * 80 * std::log(1024), 1e-8);
}

TEST(Ets, TheSameSeriesGivesTheSameBits) {
  const std::vector<double> y = Seasonal(90, 7);
  const Model a = Fit(y, kMonthly).model;
  const Model b = Fit(y, kMonthly).model;
  EXPECT_EQ(a.criteria.aicc, b.criteria.aicc);
  for (std::size_t i = 0; i < a.parameters.size(); ++i) EXPECT_EQ(a.parameters[i].value, b.parameters[i].value);
}

TEST(Ets, RefittingKeepsTheFormAndCostsLittle) {
  for (unsigned seed = 10; seed < 20; ++seed) {
    const std::vector<double> y = Seasonal(110, seed);
    const FitOutcome full = Fit(y, kMonthly);
    const FitOutcome again = Fit(y, kMonthly, &full.model);
    EXPECT_EQ(again.model.spec, full.model.spec);
    EXPECT_NEAR(again.model.criteria.aicc, full.model.criteria.aicc, 1e-3);
    const std::vector<double> head(y.begin(), y.end() - 12);
    const FitOutcome shorter = Fit(head, kMonthly, &full.model);
    EXPECT_EQ(shorter.model.spec, full.model.spec);
    EXPECT_EQ(shorter.model.num_observations, 98U);
    EXPECT_LT(shorter.evaluations * 4, full.evaluations);
    std::vector<double> longer = y;
    const std::vector<double> more = Seasonal(130, seed);
    longer.insert(longer.end(), more.begin() + 110, more.end());
    EXPECT_EQ(Fit(longer, kMonthly, &full.model).model.spec, full.model.spec);
  }
}

TEST(Ets, RefittingWhereTheFormIsImpossibleSelectsAgain) {
  const FitOutcome full = Fit(Seasonal(110, 8), kMonthly);
  const FitOutcome few = Fit(Seasonal(9, 8), kMonthly, &full.model);
  ExpectSound(few, "nine values");
  EXPECT_EQ(few.model.Parameter("season"), 1);
  std::vector<double> negative = Seasonal(110, 8);
  negative[40] = -1;
  const FitOutcome other = Fit(negative, kMonthly, &full.model);
  ExpectSound(other, "negative");
  EXPECT_EQ(other.model.spec[0], 'A');
}

TEST(Ets, EstimatesTheNileAsAFineGridDoes) {
  // Annual flow of the Nile at Aswan, 1871-1970 (Cobb 1978).
  const std::vector<double> nile{
      1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
      799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
      701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
      845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
      771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
      986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};
  ASSERT_EQ(nile.size(), 100U);
  EtsEstimator estimator(nile);
  const EtsForm form{EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kNone, 1};
  const EtsFit fit = estimator.FitAdditive(form, {0.5, 0, 0, 1}, {});
  double least = std::numeric_limits<double>::infinity();
  double best_alpha = 0;
  for (double alpha = 0.15; alpha < 0.4; alpha += 0.0005) {
    for (double level = 1000; level < 1300; level += 1) {
      double l = level;
      double sum = 0;
      for (double v : nile) {
        sum += (v - l) * (v - l);
        l += alpha * (v - l);
      }
      if (sum < least) {
        least = sum;
        best_alpha = alpha;
      }
    }
  }
  EXPECT_NEAR(fit.smoothing.alpha, best_alpha, 1e-3);
  const double deviance = estimator.DevianceInDataUnits(fit.deviance);
  EXPECT_LE(deviance, 100 * std::log(least) + 1e-9);
  EXPECT_NEAR(deviance, 100 * std::log(least), 1e-3);
  const EtsState initial = estimator.ToDataUnits(form, fit.initial);
  EXPECT_NEAR(initial.level, 1110, 25);
}

TEST(EtsSelect, ATrendThatEmptiesAPositiveSeriesNeedsOverwhelmingSupport) {
  const std::vector<double> noise = NormalNoise(24, 11);
  std::vector<double> sure(24);
  std::vector<double> doubtful(24);
  for (std::size_t t = 0; t < 24; ++t) {
    sure[t] = 100 - 3 * static_cast<double>(t) + 0.3 * noise[t];
    doubtful[t] = 30 - 0.5 * static_cast<double>(t) + 5 * noise[t];
  }
  EXPECT_NE(Fit(sure).model.spec.substr(2, 1), "N");
  const Forecast f = MakeEts()->Predict(Fit(doubtful).model, 12, {});
  EXPECT_GT(f.mean.back() * 3, f.mean.front());
}

TEST(EtsSelect, AClimbThatTheErrorsTakeBackAtEveryStepIsNone) {
  int climbs = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<double> y(80);  // between 7 and 11, and between 31 and 47 two steps of every 20
    for (std::size_t t = 0; t < y.size(); ++t) {
      const double relative = 0.8 + 0.4 * static_cast<double>(random() >> 11) * 0x1p-53;
      random();
      y[t] = (9 + ((t + seed) % 20 < 2 ? 30 : 0)) * relative;
    }
    const Forecast f = MakeEts()->Predict(Fit(y).model, 12, {});
    climbs += f.mean.front() < 15 && f.mean.back() > 1.5 * f.mean.front() ? 1 : 0;
  }
  EXPECT_LE(climbs, 3);  // 12 by the least AICc
}

// Moments of simulated futures from an origin; the generator is part of the test.
void Simulate(const EtsOrigin& origin, int horizon, std::vector<double>& mean, std::vector<double>& deviation) {
  constexpr int kPaths = 60000;
  std::mt19937_64 random(99);
  std::normal_distribution<double> normal(0, origin.sigma);
  std::vector<double> sum(static_cast<std::size_t>(horizon)), squares(sum);
  for (int path = 0; path < kPaths; ++path) {
    EtsState x = origin.state;
    for (std::size_t h = 0; h < sum.size(); ++h) {
      const std::size_t j = h % static_cast<std::size_t>(origin.form.period);
      const double q = x.level + origin.smoothing.phi * x.growth;
      const double s = x.season[j];
      const bool ratio = origin.form.season == EtsSeason::kMultiplicative;
      const double mu = ratio ? q * s : q + s;
      double e = normal(random);
      if (origin.form.error == EtsError::kMultiplicative) e *= mu;
      x.level = q + origin.smoothing.alpha * (ratio ? e / s : e);
      x.growth = origin.smoothing.phi * x.growth + origin.smoothing.beta * (ratio ? e / s : e);
      if (origin.form.has_season()) x.season[j] += origin.smoothing.gamma * (ratio ? e / q : e);
      sum[h] += mu + e;
      squares[h] += (mu + e) * (mu + e);
    }
  }
  mean.clear();
  deviation.clear();
  for (std::size_t h = 0; h < sum.size(); ++h) {
    mean.push_back(sum[h] / kPaths);
    deviation.push_back(std::sqrt(squares[h] / kPaths - mean[h] * mean[h]));
  }
}

TEST(EtsForecast, MomentsAgreeWithSimulationForEveryForm) {
  for (const EtsForm& form : AdmissibleEtsForms(100, true, 4)) {
    EtsOrigin origin;
    origin.form = form;
    origin.smoothing = {0.35, form.has_trend() ? 0.05 : 0, form.has_season() ? 0.25 : 0,
                        form.trend == EtsTrend::kDamped ? 0.9 : 1};
    origin.state.level = 10;
    origin.state.growth = form.has_trend() ? 0.2 : 0;
    if (form.season == EtsSeason::kAdditive) origin.state.season = {1, -2, 0.5, 0.5};
    if (form.season == EtsSeason::kMultiplicative) origin.state.season = {1.1, 0.8, 1.05, 1.05};
    origin.sigma = form.error == EtsError::kMultiplicative ? 0.08 : 0.8;
    std::vector<double> mean;
    std::vector<double> deviation;
    Simulate(origin, 12, mean, deviation);
    const std::vector<double> means = EtsMeans(origin, 12);
    const std::vector<double> deviations = EtsStandardDeviations(origin, 12);
    for (std::size_t h = 0; h < 12; ++h) {
      EXPECT_NEAR(means[h], mean[h], 6 * deviation[h] / std::sqrt(60000.0)) << EtsFormName(form) << h;
      EXPECT_NEAR(deviations[h] / deviation[h], 1, 0.02) << EtsFormName(form) << h;
    }
  }
}

}  // namespace
}  // namespace fitd::ets_test
