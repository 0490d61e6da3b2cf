#include "common/fit/proportional_growth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace fitd::proportional_growth_test {
namespace {

Step Days() {
  return ParseStep("1D").value();
}

std::vector<double> Make(std::size_t n, const std::function<double(double t, double noise)>& value) {
  std::mt19937 bits(9);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) y.push_back(value(static_cast<double>(t), normal(bits)));
  return y;
}

TEST(GrowsInProportion, WhatGrowsOrFallsByPercentsDoes) {
  const auto exponential = [](double rate) {
    return Make(48, [&](double t, double u) { return 50 * std::exp(rate * t + 0.05 * u); });
  };
  EXPECT_TRUE(GrowsInProportion(exponential(0.05), Days(), {}));
  EXPECT_TRUE(GrowsInProportion(exponential(-0.05), Days(), {}));
  EXPECT_FALSE(GrowsInProportion(exponential(0.01), Days(), {})) << "not much";
}

TEST(GrowsInProportion, LinesNoiseAndWhatHasZerosDoNot) {
  EXPECT_FALSE(GrowsInProportion(Make(48, [](double t, double u) { return 20 + 10 * t + 8 * u; }), Days(), {}));
  EXPECT_FALSE(GrowsInProportion(Make(48, [](double, double u) { return 100 * std::exp(0.5 * u); }), Days(), {}));
  std::vector<double> zero = Make(48, [](double t, double) { return std::exp(0.1 * t); });
  EXPECT_TRUE(GrowsInProportion(zero, Days(), {}));
  zero[20] = 0;
  EXPECT_FALSE(GrowsInProportion(zero, Days(), {}));
  EXPECT_FALSE(GrowsInProportion(std::vector<double>(48, 5.0), Days(), {}));
}

TEST(GrowsInProportion, ALongSeasonDoesWhereItIsWiderAtAHigherLevel) {
  const auto season = [](double t) { return 0.3 * std::sin(2 * std::acos(-1.0) * t / 52); };
  const auto weeks = [&](double rate) {
    return Make(208, [&](double t, double u) { return 50 * std::exp(rate * t + season(t) + 0.05 * u); });
  };
  EXPECT_TRUE(GrowsInProportion(weeks(0.002), Days(), {52}, true));
  EXPECT_TRUE(GrowsInProportion(weeks(-0.002), Days(), {52}, true));
  EXPECT_FALSE(GrowsInProportion(weeks(0), Days(), {52}, true));
  EXPECT_FALSE(GrowsInProportion(weeks(0.002), Days(), {52})) << "not long";
  const std::vector<double> added =
      Make(208, [&](double t, double u) { return 50 * std::exp(0.002 * t) + 50 * season(t) + u; });
  EXPECT_FALSE(GrowsInProportion(added, Days(), {52}, true));
  std::vector<double> zero = weeks(0.002);
  zero[20] = 0;
  EXPECT_FALSE(GrowsInProportion(zero, Days(), {52}, true));
  EXPECT_FALSE(GrowsInProportion(std::span(zero).last(150), Days(), {52}, true)) << "not three seasons";
}

TEST(GrowsInProportion, FewValuesDoAlongALineAndYearsDoNot) {
  const std::vector<double> y = Make(60, [](double t, double u) { return std::exp(0.1 * t + 0.02 * u); });
  const std::span<const double> all(y);
  EXPECT_FALSE(GrowsInProportion(all.first(kLeastToGrow - 1), Days(), {}));
  EXPECT_TRUE(GrowsInProportion(all.first(kLeastToGrow), Days(), {}));
  EXPECT_TRUE(GrowsInProportion(all, ParseStep("1M").value(), {12}));
  EXPECT_FALSE(GrowsInProportion(all.first(47), ParseStep("1M").value(), {12})) << "four seasons at least";
  const Step years = ParseStep("12M").value();
  EXPECT_FALSE(GrowsInProportion(all, years, {}));
  const std::vector<double> noisy = Make(20, [](double t, double u) { return std::exp(0.1 * t + 0.3 * u); });
  EXPECT_FALSE(GrowsInProportion(noisy, Days(), {})) << "no line";
  const std::vector<double> slow = Make(20, [](double t, double u) { return std::exp(0.04 * t + 0.002 * u); });
  EXPECT_FALSE(GrowsInProportion(slow, Days(), {})) << "not threefold";
  EXPECT_TRUE(GrowsInProportion(Make(20, [](double t, double) { return std::exp(0.1 * t); }), Days(), {}));
  for (const double last : {14.0, 16.0, 30.0}) {
    const std::vector<double> ended =
        Make(20, [&](double t, double u) { return std::exp(0.1 * std::min(t, last) + 0.02 * u); });
    EXPECT_EQ(GrowsInProportion(ended, Days(), {}), last > 20) << last;
  }
}

std::vector<std::string> Members(const std::vector<double>& y) {
  LocalFitOptions options;
  options.seasons = std::vector<int>();
  options.algorithms = DefaultMembers(options.seasons);
  options.members_by_season = true;
  options.horizon = 12;
  options.validate = true;
  SeriesView series;
  series.id = "t";
  series.values = y;
  series.grid.step = Days();
  std::vector<std::string> names;
  for (const AlgorithmFit& one : FitTarget(series, options).fits) names.push_back(one.algorithm);
  return names;
}

using Names = std::vector<std::string>;

TEST(LeaveWithoutGrowth, OnlyLogarithmsForecastWhatClearlyGrows) {
  EXPECT_EQ(Members(Make(60, [](double t, double u) { return 20 * std::exp(0.1 * t + 0.05 * u); })),
            (Names{"log:ets", "log:arima"}));
  // Threefold: they are members among others.
  EXPECT_EQ(Members(Make(60, [](double t, double u) { return 20 * std::exp(0.025 * t + 0.05 * u); })),
            (Names{"ets", "arima", "ces", "theta", "lgt", "log:ets", "log:arima"}));
  // Of few values, among others.
  EXPECT_EQ(Members(Make(20, [](double t, double u) { return 20 * std::exp(0.12 * t + 0.03 * u); })),
            (Names{"ets", "arima", "ces", "theta", "lgt", "log:ets", "log:arima"}));
  // Growth that has come to an end.
  EXPECT_EQ(Members(Make(60, [](double t, double u) { return 20 * std::exp(0.06 * std::min(t, 54.0) + 0.05 * u); })),
            (Names{"ets", "arima", "ces", "theta", "lgt", "log:ets", "log:arima"}));
  // Growth that comes to an end.
  EXPECT_EQ(
      Members(Make(60, [](double t, double u) { return 5000 / (1 + 400 * std::exp(-0.2 * t)) * std::exp(0.05 * u); })),
      (Names{"ets", "arima", "ces", "theta", "lgt", "log:ets", "log:arima"}));
  EXPECT_EQ(Members(Make(60, [](double t, double u) { return 200 + 10 * t + 8 * u; })),
            (Names{"ets", "arima", "ces", "theta", "lgt"}));
}

}  // namespace
}  // namespace fitd::proportional_growth_test
