#include "common/fit/level_shift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "common/fit/local_fit.h"
#include "common/fit/prior_fit.h"
#include "tests/unit/common/fit/prior_of.h"
#include "tests/unit/common/fit/simulated.h"

namespace fitd::level_shift_test {
namespace {

constexpr int kHorizon = 12;

std::vector<double> Shifted(std::size_t n, std::size_t at, double from = 100, double to = 130, double deviation = 4) {
  return Plus(Noise(n, deviation), [&](std::size_t t) { return t < at ? from : to; });
}

std::vector<LevelShift> Find(const std::vector<double>& y, const std::vector<int>& seasons = {}) {
  return FindLevelShifts(y, seasons);
}

TEST(LevelShift, IsFoundWhereItIs) {
  for (const std::size_t at : {8U, 30U, 52U}) {
    const std::vector<LevelShift> shifts = Find(Shifted(60, at));
    ASSERT_EQ(shifts.size(), 1U) << at;
    EXPECT_NEAR(static_cast<double>(shifts[0].at), static_cast<double>(at), 1);
    EXPECT_NEAR(shifts[0].after - shifts[0].before, 30, 5);
  }
}

TEST(LevelShift, MovesWhatWasBeforeAndNothingElse) {
  const std::vector<double> y = Shifted(60, 30);
  std::vector<double> moved = y;
  RemoveLevelShifts(Find(y), moved);
  for (std::size_t t = 0; t < y.size(); ++t) EXPECT_NEAR(moved[t], t < 30 ? y[t] + 30 : y[t], 5);
  EXPECT_EQ(std::vector<double>(moved.begin() + 30, moved.end()), std::vector<double>(y.begin() + 30, y.end()));
  EXPECT_TRUE(Find(moved).empty());
}

TEST(LevelShift, OfSharesIsScaled) {
  std::vector<double> y = Noise(60, 0.1);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] = (t < 30 ? 100 : 300) * (1 + y[t]);
  const std::vector<LevelShift> shifts = Find(y);
  ASSERT_EQ(shifts.size(), 1U);
  EXPECT_TRUE(shifts[0].multiplicative);
  RemoveLevelShifts(shifts, y);
  double largest = 0;
  for (const double v : y) largest = std::max(largest, std::abs(v - 300));
  EXPECT_GT(largest, 30);
  EXPECT_LT(largest, 110);
}

TEST(LevelShift, IsFoundBehindASeasonAndGaps) {
  const auto day = [](std::size_t t) { return 20 * std::sin(static_cast<double>(t) * 2 * M_PI / 24); };
  std::vector<double> y = Plus(Shifted(336, 250, 100, 140), day);
  ASSERT_EQ(Find(y, {24}).size(), 1U);
  y[100] = y[101] = NAN;
  ASSERT_EQ(Find(y, {24}).size(), 1U);
  EXPECT_NEAR(static_cast<double>(Find(y, {24})[0].at), 250, 1);
  const std::vector<double> yearly = Plus(Shifted(40, 20, 100, 140), day);
  EXPECT_TRUE(Find(yearly, {24}).empty()) << "a season that is there once is not known";
}

// Months that swing by as many percents of a level that grows, and moves ten months before the end.
TEST(LevelShift, IsFoundBehindASeasonInShares) {
  constexpr double kShares[] = {.6, .6, .7, .9, 1.1, 1.3, 1.7, 1.8, 1.2, .9, .6, .6};
  const auto months = [&](double times, unsigned seed) {
    std::vector<double> y = Noise(96, 0.05, seed);
    for (std::size_t t = 0; t < y.size(); ++t)
      y[t] = 5000 * kShares[t % 12] * std::exp(0.003 * static_cast<double>(t) + y[t]) * (t < 86 ? 1 : times);
    return y;
  };
  int found = 0;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    EXPECT_TRUE(Find(months(1, seed), {12}).empty()) << seed;
    const std::vector<LevelShift> shifts = Find(months(1.6, seed), {12});
    if (shifts.size() != 1) continue;
    ++found;
    EXPECT_NEAR(static_cast<double>(shifts[0].at), 86, 1);
    EXPECT_NEAR(shifts[0].after / shifts[0].before, 1.6, 0.15);
    EXPECT_TRUE(shifts[0].multiplicative);
  }
  EXPECT_GE(found, 35);
}

TEST(LevelShift, IsNoneInTrendsWalksAndWaves) {
  const std::vector<double> noise = Noise(120, 3);
  EXPECT_TRUE(Find(noise).empty());
  EXPECT_TRUE(Find(Plus(noise, [](std::size_t t) { return static_cast<double>(t); })).empty()) << "line";
  EXPECT_TRUE(Find(Plus(noise, [](std::size_t t) { return 50 * std::pow(1.02, t); })).empty()) << "growth";
  EXPECT_TRUE(Find(Plus(noise, [](std::size_t t) { return 30 * std::sin(t / 10.0); })).empty()) << "wave";
  int found = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::vector<double> walk = Noise(120, 3, seed);
    for (std::size_t t = 1; t < walk.size(); ++t) walk[t] += walk[t - 1];
    found += Find(walk).empty() ? 0 : 1;
  }
  EXPECT_LE(found, 1) << "of 100 walks";
  std::vector<double> months = Noise(72, 1);
  months = Plus(months, [](std::size_t t) { return 2.0 * static_cast<double>(t) + 10 * std::sin(t * M_PI / 6); });
  EXPECT_TRUE(Find(months, {12}).empty()) << "a trend is no staircase of seasons";
}

TEST(LevelShift, IsNoneOfValuesThatSumsOverflowAt) {
  for (const double size : {1e299, 1e306}) {
    std::vector<double> y = Shifted(60, 30);
    for (double& v : y) v *= size;
    EXPECT_TRUE(Find(y).empty());
  }
  std::vector<double> small = Shifted(60, 30);
  for (double& v : small) v *= 1e-300;
  EXPECT_EQ(Find(small).size(), 1U);
  std::vector<double> ends(60, 1.7e308);
  for (std::size_t t = 0; t < ends.size(); t += 2) ends[t] = -1.7e308;
  EXPECT_TRUE(Find(ends).empty());
}

TEST(LevelShift, IsNoneThatMayBeAnOutage) {
  EXPECT_TRUE(Find(Shifted(60, 53)).empty()) << "seven values";
  EXPECT_FALSE(Find(Shifted(60, 52)).empty()) << "and eight";
  std::vector<double> dead = Shifted(60, 40);
  for (std::size_t t = 40; t < 60; ++t) dead[t] = 0;
  EXPECT_TRUE(Find(dead).empty());
  std::vector<double> silent = Plus(Shifted(336, 320, 100, 0, 1), [](std::size_t t) {
    return t < 320 ? 20 * std::sin(static_cast<double>(t) * M_PI / 12) : 0.0;
  });
  EXPECT_TRUE(Find(silent, {24}).empty()) << "its season has gone too";
}

TEST(LevelShift, IsNoneThatWasThereBefore) {
  // The first window sees the way down alone, a later one the way up.
  for (unsigned seed = 0; seed < 20; ++seed) {
    const auto block = [](std::size_t t) { return t >= 90 && t < 102 ? 140.0 : 100.0; };
    EXPECT_TRUE(Find(Plus(Noise(120, 3, seed), block)).empty()) << seed;
  }
  // A level that wanders over a year has no other one after a week that stands out.
  const auto wanders = [](std::size_t t) {
    return 100 + 20 * std::sin(static_cast<double>(t) / 60) + (t >= 290 && t < 300 ? 40.0 : 0.0);
  };
  EXPECT_TRUE(Find(Plus(Noise(380, 3), wanders)).empty());
}

TEST(LevelShift, IsNoneWhereThereAreMany) {
  for (const std::size_t every : {12U, 20U, 30U}) {
    const std::vector<double> y = Plus(Noise(120, 3), [&](std::size_t t) { return t / every % 2 == 0 ? 50.0 : 90.0; });
    EXPECT_TRUE(Find(y).empty()) << every;
  }
  const auto stairs = [](std::size_t t) { return 50.0 * static_cast<double>(t / 40); };
  EXPECT_EQ(Find(Plus(Noise(120, 3), stairs)).size(), 2U);
}

// The members of a combination are fitted behind the shift, and say so; a single model is fitted to what there is.
TEST(LevelShift, IsWhatMembersAreFittedBehind) {
  const std::vector<double> y = Shifted(60, 30, 20, 60);
  const SeriesView series{"a", y, {0, {Step::Unit::kNanosecond, 1}}};
  LocalFitOptions options;
  options.algorithms = {"ets"};
  options.seasons = std::vector<int>();
  options.horizon = kHorizon;
  const TargetFit alone = FitTarget(series, options);
  EXPECT_EQ(alone.level_shifts, 0U);
  EXPECT_EQ(alone.fits[0].outcome.model.State("level_shifts"), nullptr);
  options.validate = true;
  const TargetFit member = FitTarget(series, options);
  EXPECT_EQ(member.level_shifts, 1U);
  const Model& model = member.fits[0].outcome.model;
  ASSERT_NE(model.State("level_shifts"), nullptr);
  EXPECT_EQ(model.State("level_shifts")->size(), 4U);
  EXPECT_LT(std::sqrt(model.criteria.sigma2), 0.75 * std::sqrt(alone.fits[0].outcome.model.criteria.sigma2));
  EXPECT_LT(member.traits.lowest, 30) << "the floor is of what was seen";
  for (const double v : member.validation.forecast[0]) EXPECT_NEAR(v, 60, 6);
}

// A refit keeps the forms of before, unless the level has moved for good since.
TEST(LevelShift, IsSelectedAnewWhenItIsFound) {
  const std::vector<double> y = Shifted(72, 56);
  const TimeGrid grid{0, {Step::Unit::kNanosecond, 1}};
  LocalFitOptions options;
  options.algorithms = {"ets", "arima"};
  options.seasons = std::vector<int>();
  options.horizon = kHorizon;
  options.validate = true;
  const auto fitted = [&](std::size_t n) { return PriorOf(std::span(y).first(n), options); };
  const PriorFit before = fitted(60);
  ASSERT_EQ(before.record.level_shifts, 0U) << "it may come back";
  const TargetFit moved = RefitTarget({"a", y, grid}, before, options);
  const TargetFit fresh = FitTarget({"a", y, grid}, options);
  EXPECT_EQ(moved.level_shifts, 1U);
  EXPECT_EQ(moved.refits, 0U);
  EXPECT_EQ(moved.validation.forecast, fresh.validation.forecast);
  EXPECT_EQ(RefitTarget({"a", y, grid}, fitted(71), options).refits, 1U) << "one that is known is no new one";
}

// `n` values around 100 with a season, of which the last `zeros` are 0.
std::vector<double> Ended(std::size_t n, std::size_t zeros) {
  std::vector<double> y =
      Plus(Noise(n, 4), [](std::size_t t) { return 100 + 30 * std::sin(0.5236 * static_cast<double>(t)); });
  std::fill(y.end() - static_cast<std::ptrdiff_t>(zeros), y.end(), 0.0);
  return y;
}

TEST(ZerosSinceEnd, AreAsManyAsNoSeasonHas) {
  constexpr std::int64_t kDay = 86'400'000'000'000;
  const Step months{Step::Unit::kMonth, 1};
  const Step days{Step::Unit::kNanosecond, kDay};
  const Step hours{Step::Unit::kNanosecond, kDay / 24};
  struct Case {
    Step step;
    std::size_t fewest;
  };
  for (const Case& c : {Case{months, 12}, Case{{Step::Unit::kMonth, 3}, 4}, Case{days, 28}, Case{hours, 336},
                        Case{{Step::Unit::kNanosecond, 7 * kDay}, 26}, Case{Step::OnWeekdays(0b0011111), 20}}) {
    EXPECT_EQ(ZerosSinceEnd(Ended(900, c.fewest), c.step), c.fewest);
    EXPECT_EQ(ZerosSinceEnd(Ended(900, c.fewest - 1), c.step), 0U);
  }
  // Zero is what it is for half a year, every year; or it is so at random; or it always was.
  std::vector<double> half(120, 50.0), random(60, 0.0);
  for (std::size_t t = 0; t < half.size(); ++t) half[t] = t % 12 < 6 ? 50 : 0;
  half.insert(half.end(), 6, 0.0);
  EXPECT_EQ(ZerosSinceEnd(half, months), 0U);
  for (std::size_t t = 0; t + 12 < random.size(); t += 3) random[t] = 2;
  EXPECT_EQ(ZerosSinceEnd(random, months), 0U);
  EXPECT_EQ(ZerosSinceEnd(std::vector<double>(60, 0.0), months), 0U);
}

TEST(ZerosSinceEnd, MakeTheForecastZero) {
  const TimeGrid grid{0, {Step::Unit::kMonth, 1}};
  const std::vector<double> y = Ended(72, 13);
  const SeriesView series{"a", y, grid};
  ASSERT_EQ(ClosedFormStatus(series), FitStatus::kConstant);
  const TargetFit fit = FitClosedForm(series, FitStatus::kConstant, {});
  EXPECT_EQ(fit.reason, "it has ended: its last 13 values are zero");
  const Model& model = fit.fits[0].outcome.model;
  const Forecast forecast = FindAlgorithm(model.algorithm)->Predict(model, 24, std::vector<double>{95});
  for (std::size_t h = 0; h < 24; ++h) {
    EXPECT_EQ(forecast.mean[h], 0);
    EXPECT_EQ(forecast.intervals[0].hi[h], 0);
  }
}

}  // namespace
}  // namespace fitd::level_shift_test
