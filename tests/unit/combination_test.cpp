#include "common/models/combination.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace fitd {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"good", "fair", "bad"};

// Forecasts that miss by 1, 3 and 9 percent, with errors independent between algorithms.
std::vector<Validation> MakeFleet(std::size_t targets, int season, std::size_t steps) {
  std::mt19937 bits(7);
  const auto normal = [&] {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(bits()) / 4294967296.0;
    return sum;
  };
  std::vector<Validation> fleet(targets);
  for (Validation& v : fleet) {
    v.traits = {season, 60, 2.0, 100.0};
    v.forecast.resize(3);
    for (std::size_t h = 0; h < steps; ++h) {
      v.actual.push_back(100 + 10 * normal());
      const double size[] = {1, 3, 9};
      for (std::size_t a = 0; a < 3; ++a) v.forecast[a].push_back(v.actual.back() + size[a] * normal());
    }
  }
  return fleet;
}

FleetCombination Learn(const std::vector<Validation>& fleet, std::optional<CombineRule> rule = std::nullopt) {
  return LearnCombination(
      3, fleet.size(), [&](std::size_t i) -> const Validation& { return fleet[i]; }, rule);
}

TEST(Combination, GivesTheBetterAlgorithmTheLargerWeight) {
  const std::vector<Validation> validations = MakeFleet(200, 4, 8);
  const FleetCombination fleet = Learn(validations);
  EXPECT_EQ(fleet.rule, CombineRule::kWeighted);
  ASSERT_NE(fleet.Group(4), nullptr);
  const std::vector<double>& w = fleet.Group(4)->weights;
  EXPECT_GT(w[0], w[1]);
  EXPECT_GT(w[1], w[2]);
  EXPECT_NEAR(w[0] + w[1] + w[2], 1, 1e-12);
}

TEST(Combination, LeavesOutAnAlgorithmWithoutAModelOfTheTarget) {
  const FleetCombination fleet = Learn(MakeFleet(50, 1, 6));
  const Model model = FitCombination(fleet, kNames, {1, 20, 2.0, 100.0}, Validation{}, {true, false, true});
  const std::vector<Forecast> components = {{{10, 10}, {}}, {{}, {}}, {{20, 20}, {}}};
  const Forecast forecast = PredictCombination(model, fleet, components, {});
  ASSERT_EQ(forecast.mean.size(), 2u);
  EXPECT_GT(forecast.mean[0], 10);
  EXPECT_LT(forecast.mean[0], 15);
  EXPECT_EQ(model.Parameter("weight:fair"), 0);
}

TEST(Combination, MedianMeanAndNoneDoWhatTheirNamesSay) {
  const std::vector<Validation> validations = MakeFleet(50, 1, 6);
  const std::vector<Forecast> components = {{{1}, {}}, {{2}, {}}, {{9}, {}}};
  const auto combined = [&](CombineRule rule) {
    const FleetCombination fleet = Learn(validations, rule);
    const Model model = FitCombination(fleet, kNames, {1, 20, 2.0, 100.0}, validations[0], {true, true, true});
    EXPECT_EQ(model.spec, CombineRuleName(rule));
    return PredictCombination(model, fleet, components, {}).mean[0];
  };
  EXPECT_DOUBLE_EQ(combined(CombineRule::kMedian), 2);
  EXPECT_DOUBLE_EQ(combined(CombineRule::kMean), 4);
  EXPECT_DOUBLE_EQ(combined(CombineRule::kNone), 1);
}

TEST(Combination, ConformalIntervalsCoverWhatTheyPromise) {
  const FleetCombination fleet = Learn(MakeFleet(1000, 12, 18));
  EXPECT_NEAR(fleet.Coverage(80), 0.80, 0.01);
  EXPECT_NEAR(fleet.Coverage(95), 0.95, 0.01);
  const std::vector<Validation> fresh = MakeFleet(1400, 12, 18);  // the last 400 were not learned from
  const double levels[] = {80, 95};
  double inside[2] = {0, 0};
  for (std::size_t i = 1000; i < fresh.size(); ++i) {
    const Validation& v = fresh[i];
    std::vector<Forecast> components;
    for (const auto& f : v.forecast) components.push_back({f, {}});
    const Model model = FitCombination(fleet, kNames, v.traits, Validation{}, {true, true, true});
    const Forecast forecast = PredictCombination(model, fleet, components, levels);
    for (int l = 0; l < 2; ++l) {
      for (std::size_t h = 0; h < 18; ++h) {
        inside[l] += v.actual[h] >= forecast.intervals[l].lo[h] && v.actual[h] <= forecast.intervals[l].hi[h];
      }
    }
  }
  EXPECT_NEAR(inside[0] / (400 * 18), 0.80, 0.03);
  EXPECT_NEAR(inside[1] / (400 * 18), 0.95, 0.02);
}

TEST(Combination, WithoutValidationAveragesForecastsAndIntervals) {
  const std::vector<Validation> none(4);
  const FleetCombination fleet = Learn(none);
  EXPECT_TRUE(std::isnan(fleet.Coverage(80)));
  const Model model = FitCombination(fleet, kNames, {1, 5, 1.0, 1.0}, Validation{}, {true, true, false});
  const std::vector<Forecast> components = {{{10}, {{80, {8}, {12}}}}, {{20}, {{80, {16}, {24}}}}, {{}, {}}};
  const double level = 80;
  const Forecast forecast = PredictCombination(model, fleet, components, {&level, 1});
  EXPECT_DOUBLE_EQ(forecast.mean[0], 15);
  EXPECT_DOUBLE_EQ(forecast.intervals[0].lo[0], 12);
  EXPECT_DOUBLE_EQ(forecast.intervals[0].hi[0], 18);
}

TEST(Combination, PackedValuesComeBackAndDamagedOnesDoNot) {
  const std::vector<Validation> validations = MakeFleet(30, 4, 8);
  const FleetCombination fleet = Learn(validations);
  const std::vector<double> packed = PackFleet(fleet);
  const auto back = UnpackFleet(packed);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(PackFleet(*back), packed);
  const std::vector<double> one = PackValidation(validations[3]);
  const auto validation = UnpackValidation(one);
  ASSERT_TRUE(validation.has_value());
  EXPECT_EQ(validation->actual, validations[3].actual);
  EXPECT_EQ(validation->forecast, validations[3].forecast);
  for (std::size_t cut = 0; cut < one.size(); ++cut)
    EXPECT_FALSE(UnpackValidation(std::span(one).first(cut)).has_value());
  for (std::size_t cut = 0; cut < packed.size(); ++cut)
    EXPECT_FALSE(UnpackFleet(std::span(packed).first(cut)).has_value());
}

TEST(Combination, FindsItsRulesByName) {
  for (const CombineRule rule :
       {CombineRule::kNone, CombineRule::kMedian, CombineRule::kMean, CombineRule::kWeighted}) {
    EXPECT_EQ(FindCombineRule(CombineRuleName(rule)), rule);
  }
  EXPECT_FALSE(FindCombineRule("average").has_value());
}

}  // namespace
}  // namespace fitd
