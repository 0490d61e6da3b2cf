#include "common/models/combination/combination.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace fitd {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"good", "fair", "bad"};

TargetTraits Traits(int season, std::uint64_t n = 60) {
  TargetTraits traits;
  traits.season = season;
  if (season > 1) traits.seasons = {season};
  traits.num_observations = n;
  traits.scale = 2;
  traits.level = 100;
  return traits;
}

const FleetGroup* GroupOf(const FleetCombination& fleet, int season) {
  return fleet.Group(Traits(season).seasons);
}

// A component with these means and one deviation at every step.
Forecast Component(std::vector<double> mean, double deviation) {
  ForecastInterval interval{kOneDeviation, mean, mean};
  for (double& v : interval.lo) v -= deviation;
  for (double& v : interval.hi) v += deviation;
  return {std::move(mean), {interval}};
}

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
    v.traits = Traits(season);
    v.forecast.resize(3);
    v.deviation = {std::vector<double>(steps, 1.0), std::vector<double>(steps, 3.0), std::vector<double>(steps, 9.0)};
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

TEST(Combination, IntervalsCoverWhatTheyPromise) {
  const FleetCombination fleet = Learn(MakeFleet(1000, 12, 18));
  // The members' own deviations and a factor that fades in with the fleet, so within the five points that are promised.
  EXPECT_NEAR(fleet.Coverage(80), 0.80, 0.05);
  EXPECT_NEAR(fleet.Coverage(95), 0.95, 0.03);
  const std::vector<Validation> fresh = MakeFleet(1400, 12, 18);  // the last 400 were not learned from
  const double levels[] = {80, 95};
  double inside[2] = {0, 0};
  for (std::size_t i = 1000; i < fresh.size(); ++i) {
    const Validation& v = fresh[i];
    std::vector<Forecast> components;
    for (std::size_t a = 0; a < 3; ++a) components.push_back(Component(v.forecast[a], v.deviation[a][0]));
    const Model model = FitCombination(fleet, kNames, v.traits, Validation{}, {true, true, true});
    const Forecast forecast = PredictCombination(model, fleet, components, levels);
    for (int l = 0; l < 2; ++l) {
      for (std::size_t h = 0; h < 18; ++h) {
        inside[l] += v.actual[h] >= forecast.intervals[l].lo[h] && v.actual[h] <= forecast.intervals[l].hi[h];
      }
    }
  }
  EXPECT_NEAR(inside[0] / (400 * 18), 0.80, 0.05);
  EXPECT_NEAR(inside[1] / (400 * 18), 0.95, 0.02);
}

TEST(Combination, OneExplodingComponentDoesNotCarryTheMeanAway) {
  const FleetCombination fleet = Learn(MakeFleet(200, 1, 6), CombineRule::kWeighted);
  const Model model = FitCombination(fleet, kNames, Traits(1, 20), Validation{}, {true, true, true});
  const std::vector<Forecast> components = {{{100}, {}}, {{102}, {}}, {{-1e12}, {}}};
  const double combined = PredictCombination(model, fleet, components, {}).mean[0];
  EXPECT_GT(combined, 95);
  EXPECT_LE(combined, 102);
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

TEST(Combination, WithoutValidationAveragesForecastsAndDeviations) {
  const std::vector<Validation> none(4);
  const FleetCombination fleet = Learn(none);
  EXPECT_TRUE(std::isnan(fleet.Coverage(80)));
  const Model model = FitCombination(fleet, kNames, Traits(1, 5), Validation{}, {true, true, false});
  const std::vector<Forecast> components = {Component({10}, 2), Component({10}, 4), {{}, {}}};
  const double levels[] = {kOneDeviation};
  const Forecast forecast = PredictCombination(model, fleet, components, levels);
  EXPECT_DOUBLE_EQ(forecast.mean[0], 10);
  EXPECT_NEAR(forecast.intervals[0].lo[0], 7, 1e-6);
  EXPECT_NEAR(forecast.intervals[0].hi[0], 13, 1e-6);
}

// No cliff at some number of targets, no component that takes the bounds with it.
TEST(Combination, IntervalsOfAnyFleetAreNearTheComponentsOwn) {
  double before = 0;
  for (const std::size_t targets : {17U, 18U, 19U, 20U, 21U}) {
    const FleetCombination fleet = Learn(MakeFleet(targets, 1, 6), CombineRule::kMean);
    const Model model = FitCombination(fleet, kNames, Traits(1), Validation{}, {true, true, true});
    const std::vector<double> levels = {80, 95};
    const std::vector<Forecast> components = {Component({10}, 2), Component({10}, 2), Component({10}, 1e300)};
    const Forecast f = PredictCombination(model, fleet, components, levels);
    const double width = f.intervals[0].hi[0] - 10;
    EXPECT_GE(width, 1);
    EXPECT_LE(width, 8);
    EXPECT_GT(f.intervals[1].hi[0], f.intervals[0].hi[0] + 0.5);
    if (before > 0) {
      EXPECT_NEAR(width / before, 1, 0.1) << targets;
    }
    before = width;
  }
}

// A constant added to all data makes relative errors small; the weights are the same.
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
TEST(Combination, AFewBreaksDoNotWidenEverybodysIntervals) {
  std::vector<Validation> calm = MakeFleet(400, 1, 6);
  std::vector<Validation> broken = calm;
  for (std::size_t i = 0; i < broken.size(); i += 13) {
    for (std::size_t h = 3; h < 6; ++h) broken[i].actual[h] += 1000;
  }
  std::vector<Validation> bursts = calm;
  for (std::size_t i = 0; i < bursts.size(); ++i) bursts[i].actual[i % 6] += 1000;
  const auto width = [](const FleetCombination& fleet) {
    const Model model = FitCombination(fleet, kNames, Traits(1), Validation{}, {true, true, true});
    const double levels[] = {95};
    const Forecast f =
        PredictCombination(model, fleet, std::vector<Forecast>(3, Component(std::vector<double>(6, 10), 3)), levels);
    return f.intervals[0].hi[5] - f.intervals[0].lo[5];
  };
  const FleetCombination learned = Learn(broken, CombineRule::kMean);
  EXPECT_LT(width(learned), 3 * width(Learn(calm, CombineRule::kMean)));
  EXPECT_NEAR(learned.Coverage(95), 0.95, 0.02);
  EXPECT_GT(width(Learn(bursts, CombineRule::kMean)), 200);
}

TEST(Combination, LevelsBeyondTheErrorsThereAreAreExtrapolated) {
  const FleetCombination fleet = Learn(MakeFleet(20, 1, 6), CombineRule::kMean);
  const Model model = FitCombination(fleet, kNames, Traits(1), Validation{}, {true, true, true});
  const std::vector<double> levels = {80, 90, 95, 99, 99.9};
  const Forecast f = PredictCombination(model, fleet, std::vector<Forecast>(3, Component({10}, 3)), levels);
  for (std::size_t l = 1; l < levels.size(); ++l)
    EXPECT_GT(f.intervals[l].hi[0], f.intervals[l - 1].hi[0]) << levels[l];
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
  EXPECT_EQ(validation->deviation, validations[3].deviation);
  EXPECT_EQ(validation->traits.seasons, std::vector<int>{4});
  for (std::size_t cut = 0; cut < one.size(); ++cut)
    EXPECT_FALSE(UnpackValidation(std::span(one).first(cut)).has_value());
  for (std::size_t cut = 0; cut < packed.size(); ++cut)
    EXPECT_FALSE(UnpackFleet(std::span(packed).first(cut)).has_value());
}

// What stores of fitd 1.0 hold: one season a group, no deviations.
TEST(Combination, ReadsTheFirstVersionsOfBoth) {
  const std::vector<double> validation = {1, 12, 60, 2.5, 100, 2, 10, 11, 2, 2, 9, 10, 0};
  const auto v = UnpackValidation(validation);
  ASSERT_TRUE(v.has_value());
  EXPECT_EQ(v->traits.seasons, std::vector<int>{12});
  EXPECT_EQ(v->actual, (std::vector<double>{10, 11}));
  EXPECT_EQ(v->forecast[0], (std::vector<double>{9, 10}));
  EXPECT_TRUE(v->forecast[1].empty());
  constexpr std::size_t kLevels = std::size(kConformalLevels);
  std::vector<double> fleet = {1, 2, 3, 1, 12, 30, 1, 2, 0.25, 0.75, 2, 5, 4, 4, 4, 4, 4, 4, kLevels};
  fleet.resize(fleet.size() + kLevels, 1.0);
  fleet.push_back(kLevels);
  fleet.resize(fleet.size() + kLevels, 0.5);
  const auto f = UnpackFleet(fleet);
  ASSERT_TRUE(f.has_value());
  EXPECT_EQ(GroupOf(*f, 12)->weights, (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(f->rule(), CombineRule::kWeighted);
  const std::vector<std::string_view> names = {"good", "bad"};
  const Model model = FitCombination(*f, names, v->traits, *v, {true, true});
  const double levels[] = {80};
  const Forecast forecast = PredictCombination(model, *f, std::vector{Component({10}, 1), Component({12}, 1)}, levels);
  EXPECT_DOUBLE_EQ(forecast.intervals[0].hi[0], 14);  // 11.5 and one unit of the scale
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
