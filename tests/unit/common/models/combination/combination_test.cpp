#include "common/models/combination/combination.h"

#include <gtest/gtest.h>

#include "tests/unit/common/models/combination/combination_samples.h"

namespace fitd::combination_test {
namespace {

TEST(Combination, GivesTheBetterAlgorithmTheLargerWeight) {
  const std::vector<Validation> validations = MakeFleet(200, 4, 8);
  const FleetCombination fleet = Learn(validations);
  EXPECT_EQ(fleet.rule(), CombineRule::kWeighted);
  ASSERT_NE(GroupOf(fleet, 4), nullptr);
  const std::vector<double>& w = GroupOf(fleet, 4)->weights;
  EXPECT_GT(w[0], w[1]);
  EXPECT_GT(w[1], w[2]);
  EXPECT_NEAR(w[0] + w[1] + w[2], 1, 1e-12);
}

TEST(Combination, LeavesOutAnAlgorithmWithoutAModelOfTheTarget) {
  const FleetCombination fleet = Learn(MakeFleet(50, 1, 6));
  const Model model = FitCombination(fleet, kNames, Traits(1, 20), Validation{}, {true, false, true});
  const std::vector<Forecast> components = {{{10, 10}, {}}, {{}, {}}, {{20, 20}, {}}};
  const Forecast forecast = PredictCombination(model, fleet, components, {});
  ASSERT_EQ(forecast.mean.size(), 2u);
  EXPECT_GE(forecast.mean[0], 10);  // the best may be all that is left
  EXPECT_LT(forecast.mean[0], 15);
  EXPECT_EQ(model.Parameter("weight:fair"), 0);
}

TEST(Combination, MedianMeanAndNoneDoWhatTheirNamesSay) {
  const std::vector<Validation> validations = MakeFleet(50, 1, 6);
  const std::vector<Forecast> components = {{{1}, {}}, {{2}, {}}, {{9}, {}}};
  const auto combined = [&](CombineRule rule) {
    const FleetCombination fleet = Learn(validations, rule);
    const Model model = FitCombination(fleet, kNames, Traits(1, 20), validations[0], {true, true, true});
    EXPECT_EQ(model.spec, CombineRuleName(rule));
    return PredictCombination(model, fleet, components, {}).mean[0];
  };
  EXPECT_DOUBLE_EQ(combined(CombineRule::kMedian), 2);
  EXPECT_DOUBLE_EQ(combined(CombineRule::kMean), 4);
  EXPECT_DOUBLE_EQ(combined(CombineRule::kNone), 1);
}

TEST(Combination, OneExplodingComponentDoesNotCarryTheMeanAway) {
  const FleetCombination fleet = Learn(MakeFleet(200, 1, 6), CombineRule::kWeighted);
  const Model model = FitCombination(fleet, kNames, Traits(1, 20), Validation{}, {true, true, true});
  const std::vector<Forecast> components = {{{100}, {}}, {{102}, {}}, {{-1e12}, {}}};
  const double combined = PredictCombination(model, fleet, components, {}).mean[0];
  EXPECT_GT(combined, 95);
  EXPECT_LE(combined, 102);
}

// Two kinds of target, each known to one of two algorithms, which says so by claiming less. Six held-out values of
// which one is far off say little by themselves.
TEST(Combination, GivesCreditToWhoClaimsLess) {
  std::vector<Validation> validations = MakeFleet(200, 1, 6);
  for (std::size_t i = 0; i < validations.size(); ++i) {
    Validation& v = validations[i];
    if (i % 2 == 1) std::swap(v.forecast[0], v.forecast[1]);
    if (i % 2 == 1) std::swap(v.deviation[0], v.deviation[1]);
  }
  const FleetCombination fleet = Learn(validations, CombineRule::kWeighted);
  EXPECT_GE(GroupOf(fleet, 1)->credit, 1);
  Validation own;
  own.traits = Traits(1);
  own.deviation = {{1, 1}, {3, 3}, {9, 9}};
  const auto weight_of_first = [&] {
    return FitCombination(fleet, kNames, own.traits, own, {true, true, true}).Parameter("weight:good");
  };
  const double claims_less = weight_of_first();
  std::swap(own.deviation[0], own.deviation[1]);
  EXPECT_GT(claims_less, 2 * weight_of_first());
  // Claims that have nothing to do with errors get none.
  validations = MakeFleet(200, 1, 6);
  for (std::size_t i = 0; i < validations.size(); ++i) {
    std::swap(validations[i].deviation[0], validations[i].deviation[i % 3]);
  }
  EXPECT_EQ(GroupOf(Learn(validations, CombineRule::kWeighted), 1)->credit, 0);
}

TEST(Combination, ATargetsOwnErrorsMoveItsWeights) {
  std::vector<Validation> validations = MakeFleet(100, 1, 6);
  const FleetCombination fleet = Learn(validations, CombineRule::kWeighted);
  Validation own = validations[0];
  const auto weight_of_good = [&] {
    return FitCombination(fleet, kNames, own.traits, own, {true, true, true}).Parameter("weight:good");
  };
  const double before = weight_of_good();
  for (double& f : own.forecast[0]) f += 50;
  EXPECT_LT(weight_of_good(), before);
}

TEST(Combination, WhatAllTargetsShareSaysLittleOfOne) {
  const std::vector<Validation> apart = MakeFleet(20, 1, 24);
  const std::vector<Validation> alike(apart.size(), apart[0]);
  const double trust = GroupOf(Learn(apart), 1)->trust;
  EXPECT_GT(trust, 1.5);
  EXPECT_LE(trust, 2.1);
  EXPECT_LT(GroupOf(Learn(alike), 1)->trust, 0.5);
  EXPECT_GT(GroupOf(Learn(MakeFleet(200, 1, 24)), 1)->trust, 3.5);
}

TEST(Combination, SeasonsHaveWeightsOfTheirOwn) {
  std::vector<Validation> validations = MakeFleet(200, 1, 6);
  for (Validation v : MakeFleet(200, 12, 6)) {
    std::swap(v.forecast[0], v.forecast[2]);  // where there is a season, "bad" is good
    validations.push_back(std::move(v));
  }
  const FleetCombination fleet = Learn(validations);
  ASSERT_EQ(fleet.groups.size(), 2u);
  EXPECT_GT(GroupOf(fleet, 1)->weights[0], GroupOf(fleet, 1)->weights[2]);
  EXPECT_LT(GroupOf(fleet, 12)->weights[0], GroupOf(fleet, 12)->weights[2]);
  EXPECT_EQ(GroupOf(fleet, 24), GroupOf(fleet, 12));  // the nearest where nothing was learned
}

TEST(Combination, AFewTargetsStayNearEqualWeights) {
  const FleetCombination few = Learn(MakeFleet(2, 1, 6));
  const FleetCombination many = Learn(MakeFleet(500, 1, 6));
  EXPECT_LT(GroupOf(few, 1)->weights[0], GroupOf(many, 1)->weights[0]);
  EXPECT_GT(GroupOf(few, 1)->weights[2], 0.05);
}

TEST(Combination, LearnsFromAnEvenSampleOfALargeFleet) {
  const std::vector<Validation> part = MakeFleet(kMostLearners, 1, 2);
  std::vector<Validation> whole;  // every learner is followed by one that must not matter
  for (const Validation& v : part) {
    whole.push_back(v);
    whole.push_back(v);
    for (double& f : whole.back().forecast[0]) f = 1e6;
  }
  const FleetCombination fleet = Learn(whole);
  EXPECT_EQ(GroupOf(fleet, 1)->weights, GroupOf(Learn(part), 1)->weights);
  EXPECT_EQ(GroupOf(fleet, 1)->targets, static_cast<double>(whole.size()));
}

TEST(Combination, ExtremeValuesAndMissingForecastsAreNoObstacle) {
  std::vector<Validation> validations = MakeFleet(20, 1, 4);
  for (double& v : validations[3].actual) v = 1e308;
  for (double& f : validations[4].forecast[1]) f = -1e308;
  for (double& f : validations[5].forecast[2]) f = std::nan("");
  validations[6].forecast[0].clear();
  for (auto& f : validations[7].forecast) f.clear();
  validations[8].traits.scale = 0;
  validations[9].actual.clear();
  const FleetCombination fleet = Learn(validations);
  for (const double w : GroupOf(fleet, 1)->weights) EXPECT_TRUE(w >= 0 && w <= 1);
  for (const double f : GroupOf(fleet, 1)->factors) EXPECT_TRUE(f > 0 && std::isfinite(f));
  for (const Validation& v : validations) {
    std::vector<Forecast> components;
    std::vector<bool> usable;
    for (const auto& f : v.forecast) {
      usable.push_back(!f.empty() && std::isfinite(f[0]));
      components.push_back({usable.back() ? f : std::vector<double>{}, {}});
    }
    const Model model = FitCombination(fleet, kNames, v.traits, v, usable);
    for (const double m : PredictCombination(model, fleet, components, {}).mean) EXPECT_TRUE(std::isfinite(m));
  }
}

TEST(Combination, HoldsOutNothingFromATargetThatIsTooShort) {
  EXPECT_EQ(HoldOut(14, 1, 6), 6);
  EXPECT_EQ(HoldOut(9, 1, 6), 0);
  EXPECT_EQ(HoldOut(41, 12, 18), 0);
  EXPECT_EQ(HoldOut(42, 12, 18), 18);
}

TEST(Combination, HoldsOutLessThanAHorizonWhereTooLittleWouldBeLeftForATrend) {
  EXPECT_EQ(HoldOut(18, 1, 14), 7);
  EXPECT_EQ(HoldOut(20, 1, 14), 8);
  EXPECT_EQ(HoldOut(26, 1, 14), 14);
  EXPECT_EQ(HoldOut(8, 1, 4), 4);
  for (std::size_t n = 10; n < 60; ++n) {
    EXPECT_GE(HoldOut(n, 1, 20), 4) << n;
    EXPECT_GE(n - static_cast<std::size_t>(HoldOut(n, 1, 20)), std::min<std::size_t>(n * 4 / 7, 12)) << n;
  }
}

TEST(Combination, AnOffsetChangesNoWeight) {
  std::vector<Validation> validations = MakeFleet(60, 1, 12);
  const std::vector<double> near = GroupOf(Learn(validations), 1)->weights;
  for (Validation& v : validations) {
    for (double& y : v.actual) y += 1e5;
    for (auto& f : v.forecast) {
      for (double& y : f) y += 1e5;
    }
  }
  const std::vector<double> far = GroupOf(Learn(validations), 1)->weights;
  for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(near[a], far[a], 0.02);
  EXPECT_GT(far[0], 0.5);
}

// Ten targets need another algorithm than the seventy others, and their own errors say so.
TEST(Combination, AMinorityKeepsItsOwnBestAlgorithm) {
  std::vector<Validation> validations = MakeFleet(80, 1, 12);
  const std::vector<Validation> another = MakeFleet(160, 1, 12);  // held-out values a horizon earlier
  for (std::size_t i = 0; i < validations.size(); ++i) {
    validations[i].earlier_actual = another[80 + i].actual;
    validations[i].earlier_forecast = another[80 + i].forecast;
    if (i % 8 != 0) continue;
    std::swap(validations[i].forecast[0], validations[i].forecast[2]);
    std::swap(validations[i].earlier_forecast[0], validations[i].earlier_forecast[2]);
  }
  const FleetCombination fleet = Learn(validations);
  EXPECT_GE(GroupOf(fleet, 1)->trust, 2);
  const Model few = FitCombination(fleet, kNames, validations[8].traits, validations[8], {true, true, true});
  const Model many = FitCombination(fleet, kNames, validations[9].traits, validations[9], {true, true, true});
  EXPECT_GT(few.Parameter("weight:bad"), 0.7);
  EXPECT_GT(many.Parameter("weight:good"), 0.9);
}

TEST(Combination, TheBestSingleIsTakenWhenItIsClearlyBetter) {
  std::vector<Validation> validations = MakeFleet(16, 1, 12);
  for (Validation& v : validations) {
    for (std::size_t a : {1U, 2U}) {
      for (double& f : v.forecast[a]) f += 60;  // the others share an error
    }
  }
  const FleetCombination fleet = Learn(validations);
  const Model model = FitCombination(fleet, kNames, validations[0].traits, validations[0], {true, true, true});
  EXPECT_GT(model.Parameter("weight:good"), 0.95);
}

// Which model is best for those says nothing of targets that cannot be validated and have a season.
TEST(Combination, TheBestSingleOfOtherSeasonsIsNotTaken) {
  std::vector<Validation> validations = MakeFleet(16, 1, 12);
  for (Validation& v : validations) {
    for (std::size_t a : {1U, 2U}) {
      for (double& f : v.forecast[a]) f += 60;
    }
  }
  FleetCombination fleet = Learn(validations);
  ASSERT_EQ(fleet.groups.size(), 1u);
  fleet.groups[0].rule = CombineRule::kNone;
  TargetTraits traits = validations[0].traits;
  EXPECT_EQ(FitCombination(fleet, kNames, traits, validations[0], {true, true, true}).spec, "none");
  traits.season = 52;
  traits.seasons = {52};
  EXPECT_EQ(FitCombination(fleet, kNames, traits, {}, {true, true, true}).spec, "weighted");
}

// A group of few targets has the fleet's weights rather than equal ones.
TEST(Combination, ASmallGroupIsDrawnToTheFleet) {
  std::vector<Validation> validations = MakeFleet(200, 4, 8);
  std::vector<Validation> small = MakeFleet(1, 12, 8);
  small[0].traits.seasons = {12, 84};
  for (auto& f : small[0].forecast) f = small[0].forecast[1];  // which tells nothing
  validations.push_back(small[0]);
  const FleetCombination fleet = Learn(validations);
  ASSERT_EQ(fleet.groups.size(), 2u);
  EXPECT_NEAR(fleet.groups[1].weights[0], fleet.groups[0].weights[0], 0.1);
}

TEST(Combination, StepsWithoutAnObservationCountForNothing) {
  std::vector<Validation> validations = MakeFleet(50, 1, 6);
  const std::vector<double> whole = GroupOf(Learn(validations), 1)->weights;
  for (Validation& v : validations) {
    v.actual.push_back(std::nan(""));
    for (auto& f : v.forecast) f.push_back(1e9);
    for (auto& d : v.deviation) d.push_back(1);
  }
  EXPECT_EQ(GroupOf(Learn(validations), 1)->weights, whole);
}

// One target of thirteen breaks while it is held out: the others have intervals of a usual width, and the coverage says
// what that costs. Where every target has rare large errors of its own, those are what is usual.
// One clock: a week in which all targets are missed alike by the algorithm that is the better one in the five before.
TEST(Combination, OneWeekOfAFleetDoesNotOutweighFiveBefore) {
  constexpr std::size_t kSteps = 24, kOrigins = 6;
  std::vector<Validation> validations(12);
  for (std::size_t i = 0; i < validations.size(); ++i) {
    Validation& v = validations[i];
    v.traits = Traits(24, 2000);
    v.forecast.resize(3);
    v.deviation.assign(3, std::vector<double>(kSteps, 5.0));
    v.earlier_forecast.resize(3);
    for (std::size_t t = 0; t < kOrigins * kSteps; ++t) {
      const std::size_t origin = t / kSteps;
      const bool last = origin + 1 == kOrigins;
      const double actual = 100 + static_cast<double>(t % kSteps + i);
      const double sign = origin % 2 == 0 ? 1 : -1;
      const double errors[] = {last ? 10.0 : 1.0, last ? 5.0 : 8.0 * sign, 20.0};
      (last ? v.actual : v.earlier_actual).push_back(actual);
      for (std::size_t a = 0; a < 3; ++a) {
        (last ? v.forecast[a] : v.earlier_forecast[a]).push_back(actual + errors[a]);
      }
    }
  }
  const FleetCombination several = Learn(validations);
  const std::vector<double> w = GroupOf(several, 24)->weights;
  EXPECT_GT(w[0], w[1]);
  const Model model = FitCombination(several, kNames, validations[0].traits, validations[0], {true, true, true});
  EXPECT_GT(model.Parameter("weight:good"), model.Parameter("weight:fair"));
  for (Validation& v : validations) {
    v.earlier_actual.clear();
    v.earlier_forecast.clear();
  }
  const FleetCombination one = Learn(validations);
  EXPECT_LT(GroupOf(one, 24)->weights[0], GroupOf(one, 24)->weights[1]);
}

TEST(Combination, AFloorIsKnownBesideMissingValues) {
  EXPECT_EQ(DescribeTarget(std::vector<double>{NAN, 3, 0, 4, NAN, 2}, {}).lowest, 0);
  EXPECT_TRUE(std::isnan(DescribeTarget(std::vector<double>{NAN, NAN}, {}).lowest));
}

TEST(Combination, FindsItsRulesByName) {
  for (const CombineRule rule :
       {CombineRule::kNone, CombineRule::kMedian, CombineRule::kMean, CombineRule::kWeighted}) {
    EXPECT_EQ(FindCombineRule(CombineRuleName(rule)), rule);
  }
  EXPECT_FALSE(FindCombineRule("average").has_value());
}

}  // namespace
}  // namespace fitd::combination_test
