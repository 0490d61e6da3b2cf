// Targets that are mostly zero in a fleet: learned apart from the others, with quantiles for intervals.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "common/models/combination/combination.h"

namespace fitd::intermittent_test {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"ets", "tsb", "counts"};

// Regular targets that ets forecasts well, and intermittent ones whose median is 0.
std::vector<Validation> MakeFleet() {
  std::vector<Validation> fleet;
  for (std::size_t i = 0; i < 80; ++i) {
    Validation v;
    v.traits.num_observations = 50;
    v.traits.scale = 1;
    v.traits.intermittent = i % 2 == 1;
    const bool zeros = v.traits.intermittent;
    for (std::size_t h = 0; h < 10; ++h) {
      const bool demand = (h + i) % 5 == 0;
      v.actual.push_back(zeros ? (demand ? 4.0 : 0.0) : 50 + static_cast<double>((3 * h + i) % 7));
    }
    v.forecast = {std::vector<double>(10, zeros ? 1.5 : 53.0), std::vector<double>(10, 0.8),
                  std::vector<double>(10, 0.0)};
    if (!zeros) v.forecast[1] = v.forecast[2] = {};
    for (const std::vector<double>& f : v.forecast) v.deviation.emplace_back(f.size(), 2.0);
    fleet.push_back(v);
  }
  return fleet;
}

FleetCombination LearnCounts(const std::vector<Validation>& fleet) {
  return LearnCombination(
      kNames.size(), fleet.size(), [&](std::size_t i) -> const Validation& { return fleet[i]; }, std::nullopt);
}

Forecast Component(double mean, double lo, double hi) {
  Forecast forecast{{mean}, {}};
  for (const double level : {80.0, kOneDeviation}) forecast.intervals.push_back({level, {lo}, {hi}});
  return forecast;
}

TEST(IntermittentCombination, IsLearnedApart) {
  const std::vector<Validation> validations = MakeFleet();
  const FleetCombination fleet = LearnCounts(validations);
  ASSERT_EQ(fleet.groups.size(), 2u);
  const FleetGroup* zeros = fleet.Group({}, true);
  EXPECT_TRUE(zeros->intermittent);
  EXPECT_GT(zeros->weights[2], zeros->weights[0]) << "zero has the least absolute error";
  EXPECT_EQ(fleet.Group({}, false)->weights, (std::vector<double>{1, 0, 0}));
  EXPECT_FALSE(fleet.Coverage(80) != fleet.Coverage(80)) << "that of the regular ones";
}

TEST(IntermittentCombination, HasTheQuantilesOfCountsAroundItsMean) {
  const std::vector<Validation> validations = MakeFleet();
  const FleetCombination fleet = LearnCounts(validations);
  const std::vector<Forecast> components = {Component(1.5, -1, 4), Component(0.8, 0, 3), Component(0, 0, 4)};
  const double levels[] = {80};
  TargetTraits traits = validations[1].traits;
  const Model zeros = FitCombination(fleet, kNames, traits, validations[1], {true, true, true});
  const Forecast f = PredictCombination(zeros, fleet, components, levels);
  EXPECT_EQ(f.intervals[0].lo[0], 0);
  EXPECT_EQ(f.intervals[0].hi[0], 4);
  traits.intermittent = false;
  const Model regular = FitCombination(fleet, kNames, traits, validations[0], {true, false, false});
  const Forecast g = PredictCombination(regular, fleet, {{components[0], {}, {}}}, levels);
  EXPECT_LT(g.intervals[0].lo[0], 0) << "by the member's deviation";
}

TEST(IntermittentCombination, ComesBackFromItsArchives) {
  const std::vector<Validation> validations = MakeFleet();
  const auto one = UnpackValidation(PackValidation(validations[1]));
  ASSERT_TRUE(one.has_value());
  EXPECT_TRUE(one->traits.intermittent);
  EXPECT_FALSE(UnpackValidation(PackValidation(validations[0]))->traits.intermittent);
  const auto fleet = UnpackFleet(PackFleet(LearnCounts(validations)));
  ASSERT_TRUE(fleet.has_value());
  EXPECT_TRUE(fleet->groups[1].intermittent);
}

}  // namespace
}  // namespace fitd::intermittent_test
