#include "common/models/combination/prior.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "common/models/combination/prior_table.h"
#include "common/models/combination/weights.h"
#include "tests/unit/common/models/combination/combination_samples.h"

namespace fitd::prior_test {
namespace {

// The good, the fair and the bad member of the samples are these.
CombinationPrior PriorFor(std::uint64_t targets, std::vector<std::string> names = {"ces", "theta", "pooled-ar"}) {
  return {std::move(names), targets};
}

TEST(CombinationPrior, TablesSayWeightsAndFactorsThatCanBe) {
  for (const CombinationTable& table : CombinationTables()) {
    double sum = 0;
    for (const double w : table.weights) sum += w;
    EXPECT_NEAR(sum, 1, 1e-3) << table.season;
    for (std::size_t r = 0; r < table.rule_error.size(); ++r) EXPECT_LT(table.rule_error[r], 1) << table.season;
    for (const double f : table.factors) EXPECT_TRUE(f > 0.3 && f < 4) << table.season << ": " << f;
    EXPECT_GT(table.values, 20) << table.season;
  }
  EXPECT_EQ(CombinationTables().front().season, 1);
}

TEST(CombinationPrior, IsWhereTheWeightsOfALargeFleetStartAndNoMore) {
  std::vector<Validation> validations = MakeFleet(200, 4, 8);
  for (Validation& v : validations) v.traits.num_observations = 27;
  const FleetCombination own = Learn(validations);
  const FleetCombination drawn = Learn(validations, std::nullopt, PriorFor(200));
  EXPECT_NE(GroupOf(drawn, 4)->weights, GroupOf(own, 4)->weights);
  EXPECT_NEAR(GroupOf(drawn, 4)->weights[0], GroupOf(own, 4)->weights[0], 0.01) << "where they tell";
  EXPECT_EQ(GroupOf(drawn, 4)->error, GroupOf(own, 4)->error);
  for (Validation& v : validations) v.forecast[1] = v.forecast[2] = v.forecast[0];
  const std::vector<double> weights = GroupOf(Learn(validations, std::nullopt, PriorFor(200)), 4)->weights;
  EXPECT_GT(weights[2], 2 * weights[0]) << "pooled-ar, where they tell nothing";
  EXPECT_EQ(PriorOf(PriorFor(kTargetsWithoutPrior), *GroupOf(own, 4), 27).share, 0);
}

// Where its own members all do as well, a target has the weights of M3's quarterly series, which are as short.
TEST(CombinationPrior, GivesATargetThatTellsNothingItsWeights) {
  Validation v = MakeFleet(1, 4, 8)[0];
  v.traits.num_observations = 20;
  v.forecast[1] = v.forecast[2] = v.forecast[0];
  const std::vector<double> weights = GroupOf(Learn({v}, std::nullopt, PriorFor(1)), 4)->weights;
  const CombinationTable& table = CombinationTables()[1];
  EXPECT_NEAR(weights[2] / weights[0], table.weights[5] / table.weights[2], 1e-6);
  EXPECT_NEAR(weights[1] / weights[0], table.weights[3] / table.weights[2], 1e-6);
}

// Its own errors speak for "ces", M3's for "pooled-ar".
TEST(CombinationPrior, MovesTheWeightsOfOneTargetAndHardlyThoseOfFifty) {
  std::vector<Validation> validations = MakeFleet(50, 4, 8);
  for (Validation& v : validations) v.traits.num_observations = 27;
  const std::vector<Validation> one(validations.begin(), validations.begin() + 1);
  const FleetCombination alone = Learn(one, std::nullopt, PriorFor(1));
  EXPECT_EQ(alone.rule(), CombineRule::kWeighted);
  EXPECT_GT(GroupOf(alone, 4)->weights[2], 1.2 * GroupOf(Learn(one), 4)->weights[2]);
  const std::vector<double> many = GroupOf(Learn(validations, std::nullopt, PriorFor(50)), 4)->weights;
  EXPECT_GT(many[0], 0.5);
  EXPECT_NEAR(many[0], GroupOf(Learn(validations), 4)->weights[0], 0.01);
}

// What M3 says of a member's forecasts is no word for its deviations: alone a target has it by the root in its width.
TEST(CombinationPrior, CountsForLessInTheWidthOfATargetAlone) {
  std::vector<Validation> validations = MakeFleet(2, 4, 8);
  for (Validation& v : validations) v.traits.num_observations = 27;
  const FleetCombination two = Learn(validations, std::nullopt, PriorFor(2));
  EXPECT_EQ(GroupOf(two, 4)->width_power, 1);
  const std::vector<double> weights = {0.2, 0.3, 0.5};
  EXPECT_EQ(WidthWeights(*GroupOf(two, 4), weights), weights);
  validations.pop_back();
  FleetCombination alone = Learn(validations, std::nullopt, PriorFor(1));
  EXPECT_EQ(GroupOf(alone, 4)->width_power, 0.5);
  EXPECT_EQ(GroupOf(Learn(validations), 4)->width_power, 1) << "without a prior";
  alone.groups[0].weights = {0.04, 0.36, 0.6};
  const std::vector<double> width = WidthWeights(alone.groups[0], std::vector<double>{0.04, 0.36, 0.0});
  EXPECT_NEAR(width[1] / width[0], 3, 1e-12);
  EXPECT_EQ(width[2], 0);
  const std::optional<FleetCombination> again = UnpackFleet(PackFleet(alone));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->groups[0].width_power, 0.5);
}

TEST(CombinationPrior, FadesWithTheLengthOfTheSeries) {
  FleetGroup group;
  group.seasons = {12};
  EXPECT_EQ(PriorOf(PriorFor(1), group, 50).share, 1);
  for (const std::uint64_t targets : {std::uint64_t{1}, kTargetsWithoutPrior}) {
    EXPECT_EQ(PriorOf(PriorFor(targets), group, 50).likeness, 1);
    EXPECT_LT(PriorOf(PriorFor(targets), group, 1000).likeness, 0.1);
  }
}

TEST(CombinationPrior, KnowsNothingOfLongSeasonsNorOfZeros) {
  FleetGroup group;
  for (const std::vector<int>& seasons : {std::vector<int>{24}, std::vector<int>{7, 365}}) {
    group.seasons = seasons;
    EXPECT_EQ(PriorOf(PriorFor(1), group, 50).share, 0);
  }
  group.seasons = {7};
  EXPECT_EQ(PriorOf(PriorFor(1), group, 20).share, 1);
  group.intermittent = true;
  EXPECT_EQ(PriorOf(PriorFor(1), group, 20).share, 0);
}

TEST(CombinationPrior, TakesAnAlgorithmItDoesNotKnowForItsWeakest) {
  FleetGroup group;
  const GroupPrior prior = PriorOf(PriorFor(1, {"naive", "ets", "pooled-ar"}), group, 20);
  EXPECT_EQ(prior.logits[0], prior.logits[1]);
  EXPECT_LT(prior.logits[1], prior.logits[2]);
  EXPECT_EQ(PriorOf(PriorFor(1, {"naive", "mine", "ets"}), group, 20).share, 0) << "one alone has no weight to tell";
}

TEST(CombinationPrior, NeverNarrowsAnInterval) {
  FleetGroup group;
  for (const std::vector<int>& seasons : {std::vector<int>{}, std::vector<int>{4}, std::vector<int>{12}}) {
    group.seasons = seasons;
    for (const double factor : PriorOf(PriorFor(1), group, 20).factors) EXPECT_GE(factor, 1);
  }
}

// What is too short to be validated had equal weights before.
TEST(CombinationPrior, SpeaksForATargetThatCannotBeValidated) {
  Validation v;
  v.traits = Traits(4, 10);
  const FleetCombination fleet = Learn({v}, std::nullopt, PriorFor(1));
  ASSERT_NE(GroupOf(fleet, 4), nullptr);
  ASSERT_TRUE(UnpackFleet(PackFleet(fleet)).has_value());
  const Model model = FitCombination(fleet, kNames, v.traits, v, {true, true, true});
  EXPECT_EQ(model.spec, "weighted");
  EXPECT_GT(model.Parameter("weight:bad"), 0.6);  // pooled-ar
  EXPECT_TRUE(Learn({v}).groups.empty());
}

}  // namespace
}  // namespace fitd::prior_test
