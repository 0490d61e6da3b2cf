#include "common/fit/local_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/fit/level_walk.h"

namespace fitd::local_fit_test {
namespace {

// A season of `m` values around a level, with a small deterministic disturbance.
std::vector<double> Seasonal(std::size_t n, double m) {
  std::vector<double> y;
  std::uint32_t bits = 12345;
  for (std::size_t t = 0; t < n; ++t) {
    bits = bits * 1664525U + 1013904223U;
    const double noise = static_cast<double>(bits >> 8) / 16777216.0 - 0.5;
    y.push_back(100 + 10 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / m) + noise);
  }
  return y;
}

TargetFit Fit(const std::vector<double>& y, std::vector<int> seasons, int horizon) {
  LocalFitOptions options;
  options.seasons = std::move(seasons);
  options.algorithms = DefaultMembers(options.seasons);
  options.members_by_season = true;
  options.horizon = horizon;
  options.validate = true;
  SeriesView series;
  series.id = "t";
  series.values = y;
  return FitTarget(series, options);
}

std::set<std::string> Names(const TargetFit& fit) {
  std::set<std::string> names;
  for (const AlgorithmFit& one : fit.fits) names.insert(one.algorithm);
  return names;
}

TEST(LocalFit, ALongSeasonHasMstlAndNoModelThatKnowsNone) {
  const TargetFit fit = Fit(Seasonal(156, 52), {52}, 13);
  const std::set<std::string> names = Names(fit);
  EXPECT_TRUE(names.contains("mstl"));
  EXPECT_FALSE(names.contains("ets"));
  ASSERT_EQ(fit.validation.members.size(), fit.fits.size());
  EXPECT_EQ(fit.validation.forecast.size(), 12u);
  for (const AlgorithmFit& one : fit.fits) {
    EXPECT_EQ(fit.validation.forecast[one.place].size(), 13u) << one.algorithm;
    EXPECT_EQ(fit.validation.deviation[one.place].size(), 13u) << one.algorithm;
  }
  EXPECT_TRUE(fit.validation.forecast[0].empty()) << "ets left";
}

TEST(LocalFit, ShortSeasonsHaveTheFourAsEver) {
  const TargetFit fit = Fit(Seasonal(96, 12), {12}, 12);
  EXPECT_EQ(Names(fit), (std::set<std::string>{"ets", "arima", "ces", "theta"}));
  EXPECT_EQ(fit.validation.members, (std::vector<int>{0, 1, 2, 3}));
}

TEST(LocalFit, WithoutSeasonATrendThatNeedsNoneIsAMember) {
  EXPECT_EQ(Names(Fit(Seasonal(40, 7), {}, 6)), (std::set<std::string>{"ets", "arima", "ces", "theta", "lgt"}));
}

TEST(LocalFit, ASeasonThatComesOftenHasAProfile) {
  EXPECT_EQ(Names(Fit(Seasonal(24 * 7, 7), {7}, 14)),
            (std::set<std::string>{"ets", "arima", "ces", "theta", "profile"}));
  EXPECT_FALSE(Names(Fit(Seasonal(23 * 7, 7), {7}, 14)).contains("profile"));
  EXPECT_TRUE(Names(Fit(Seasonal(4 * 52, 52), {52}, 13)).contains("profile"));
  EXPECT_FALSE(Names(Fit(Seasonal(3 * 52, 52), {52}, 13)).contains("profile"));
  EXPECT_FALSE(Names(Fit(Seasonal(400, 7), {7, 52}, 13)).contains("profile")) << "52 is no multiple of 7";
}

TEST(LocalFit, WhereAWeekIsForecastMembersThatKnowItTakeThePlaceOfOthers) {
  const std::vector<double> y = Seasonal(4 * 168, 168);
  const std::set<std::string> day = Names(Fit(y, {24, 168}, 24));
  for (const char* name : {"mstl", "mstl:arima", "mstl:sarima", "profile"}) {
    EXPECT_TRUE(day.contains(name)) << name;
  }
  EXPECT_FALSE(day.contains("arima")) << "it has no week in its form";
  EXPECT_EQ(Names(Fit(y, {24, 168}, 168)), (std::set<std::string>{"mstl:sarima", "profile"}));
  const std::vector<double> shorter = Seasonal(3 * 168, 168);
  EXPECT_EQ(Names(Fit(shorter, {24, 168}, 168)), (std::set<std::string>{"mstl", "mstl:arima", "mstl:sarima"}));
}

TEST(LocalFit, WhereAWeekOfAWalkIsForecastMstlStaysAndAProfileLeaves) {
  const std::vector<int> seasons = {24, 168};
  std::vector<double> y;
  for (unsigned seed = 1; seed < 20 && !LevelWalks(y, seasons); ++seed) {
    y = Seasonal(10 * 168, 168);
    std::mt19937 bits(seed);
    std::normal_distribution<double> normal;
    double level = 0;
    for (double& v : y) v += level += normal(bits);
  }
  // Where its spread happens to follow the level, there are members on logarithms beside them.
  EXPECT_EQ(Names(Fit(y, {24, 168}, 168)),
            (std::set<std::string>{"log:mstl", "log:mstl:arima", "mstl", "mstl:arima", "mstl:sarima"}));
  for (double& v : y) v -= 1000;
  EXPECT_EQ(Names(Fit(y, {24, 168}, 168)), (std::set<std::string>{"mstl", "mstl:arima", "mstl:sarima"}));
}

TEST(LocalFit, WhatIsMostlyZeroHasMembersForIt) {
  std::vector<double> y(60, 0.0);
  for (std::size_t t = 3; t < y.size(); t += 1 + t % 5) y[t] = 1 + static_cast<double>(t % 3);
  const TargetFit fit = Fit(y, {}, 6);
  EXPECT_EQ(Names(fit), (std::set<std::string>{"ets", "arima", "ces", "theta", "sba", "tsb", "counts"}));
  EXPECT_TRUE(fit.traits.intermittent);
  EXPECT_TRUE(fit.validation.traits.intermittent);
  EXPECT_FALSE(Fit(Seasonal(60, 7), {}, 6).traits.intermittent);
}

TEST(LocalFit, SeveralSeasonsCountAsLong) {
  EXPECT_EQ(DefaultMembers(std::vector<int>{7, 12}).size(), 13u);
  EXPECT_EQ(DefaultMembers(std::vector<int>{12}).size(), 11u);
  EXPECT_EQ(DefaultMembers(std::vector<int>{}).size(), 10u);
  EXPECT_EQ(DefaultMembers(std::nullopt).size(), 16u);
}

// What a price was before it was raised is no part of it, and of what is left no member has anything to be fitted to.
TEST(LocalFit, WhatStandsStillSinceItStartedIsConstant) {
  for (const std::size_t before : {8, 30, 100}) {
    std::vector<double> y(before, 100.0);
    y.insert(y.end(), 30, 110.0);
    const TargetFit fit = Fit(y, {}, 10);
    EXPECT_EQ(fit.status, FitStatus::kConstant);
    EXPECT_EQ(fit.late_start, before);
    EXPECT_TRUE(fit.validation.actual.empty());
    ASSERT_EQ(fit.fits.size(), 1u);
    const Model& model = fit.fits[0].outcome.model;
    EXPECT_EQ(model.Parameter(kLowestValue), 100);
    EXPECT_EQ(FindAlgorithm(model.algorithm)->Predict(model, 3, {}).mean, std::vector<double>(3, 110.0));
  }
  std::vector<double> moves(30, 100.0);
  for (int t = 0; t < 30; ++t) moves.push_back(110 + t % 3);
  EXPECT_EQ(Fit(moves, {}, 10).status, FitStatus::kFitted);
}

TEST(LocalFit, FourErraticValuesAreShort) {
  const std::vector<double> y = {134000, 139500, 222000, 213500};
  SeriesView series;
  series.values = y;
  EXPECT_EQ(ClosedFormStatus(series), FitStatus::kShort);
}

TEST(LocalFit, WithoutSeasonAndHorizonTenStepsAreTunedFor) {
  LocalFitOptions options;
  EXPECT_EQ(HorizonOf({}, options), 10);
  EXPECT_EQ(HorizonOf({12}, options), 12);
  options.horizon = 3;
  EXPECT_EQ(HorizonOf({}, options), 3);
}

// Of every target, six steps ahead, without a season.
LocalFitOptions ValidatedFromEarlierOrigins(std::vector<std::string> algorithms) {
  LocalFitOptions options;
  options.seasons = std::vector<int>{};
  options.algorithms = std::move(algorithms);
  options.horizon = 6;
  options.validate = true;
  options.earlier_every = 1;
  return options;
}

SeriesView Named(const std::vector<double>& y) {
  SeriesView series;
  series.id = "t";
  series.values = y;
  return series;
}

TEST(LocalFit, IsValidatedAHorizonEarlierWhenItsIdIsDrawn) {
  const LocalFitOptions options = ValidatedFromEarlierOrigins({"naive", "mean"});
  const std::vector<double> y = Seasonal(40, 7);
  const SeriesView series = Named(y);
  const TargetFit fit = FitTarget(series, options);
  EXPECT_EQ(fit.validation.earlier_actual, std::vector<double>(y.begin() + 28, y.begin() + 34));
  ASSERT_EQ(fit.validation.earlier_forecast.size(), 2u);
  EXPECT_EQ(fit.validation.earlier_forecast[0], std::vector<double>(6, y[27]));
  const auto back = UnpackValidation(PackValidation(fit.validation));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->earlier_forecast, fit.validation.earlier_forecast);
  EXPECT_EQ(back->traits.lowest, fit.traits.lowest);
}

// Without the last six values 234 are left, which hold 39 horizons: 6 origins, of which 5 are taken.
TEST(LocalFit, ALongSeriesIsValidatedFromMoreOrigins) {
  LocalFitOptions options = ValidatedFromEarlierOrigins({"naive", "ets"});
  const std::vector<double> y = Seasonal(240, 7);
  const SeriesView series = Named(y);
  const Validation validation = FitTarget(series, options).validation;
  EXPECT_EQ(validation.earlier_actual, std::vector<double>(y.begin() + 204, y.begin() + 234));
  ASSERT_EQ(validation.earlier_forecast.size(), 2u);
  ASSERT_EQ(validation.earlier_forecast[0].size(), 30u);
  ASSERT_EQ(validation.earlier_forecast[1].size(), 30u);
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(validation.earlier_forecast[0][i], y[203 + i / 6 * 6]) << i;
  options.earlier_every = 0;
  EXPECT_TRUE(FitTarget(series, options).validation.earlier_actual.empty());
}

}  // namespace
}  // namespace fitd::local_fit_test
