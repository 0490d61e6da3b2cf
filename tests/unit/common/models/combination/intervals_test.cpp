// Intervals of the ensemble: what they cover, and what moves their width.
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "common/models/combination/weights.h"
#include "tests/unit/common/models/combination/combination_samples.h"

namespace fitd::intervals_test {
namespace {

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

// One member far off moves neither the median nor its interval; it moves a mean.
TEST(Combination, AMedianIsAsWideAsMostMembersAre) {
  const std::vector<std::vector<double>> means = {{10}, {11}, {9}, {10}, {-500}};
  const std::vector<double> deviation = {3}, weights(5, 0.2);
  std::vector<const std::vector<double>*> paths, deviations(5, &deviation);
  for (const std::vector<double>& mean : means) paths.push_back(&mean);
  const Combined median = CombinePaths(CombineRule::kMedian, weights, Traits(1, 1), paths, deviations);
  EXPECT_EQ(median.mean[0], 10);
  EXPECT_GT(median.deviation[0], 3);
  EXPECT_LT(median.deviation[0], 6);
  EXPECT_GT(CombinePaths(CombineRule::kMean, weights, Traits(1, 1), paths, deviations).deviation[0], 100);
}

// Four that agree to a hundredth say no more than four that agree to a half; without a season what explodes is drawn
// in.
TEST(Combination, AMemberInsideWhatOthersClaimIsNotDrawnIn) {
  const std::vector<double> deviation = {3}, weights = {0.6, 0.1, 0.1, 0.1, 0.1};
  std::vector<const std::vector<double>*> deviations(5, &deviation);
  for (const double apart : {0.01, 0.5}) {
    const std::vector<std::vector<double>> means = {{6}, {10}, {10 + apart}, {10 - apart}, {10 + 2 * apart}};
    std::vector<const std::vector<double>*> paths;
    for (const std::vector<double>& mean : means) paths.push_back(&mean);
    const TargetTraits seasonal = Traits(12, 1), without = Traits(1, 1);
    EXPECT_NEAR(CombinePaths(CombineRule::kWeighted, weights, seasonal, paths, deviations).mean[0], 7.6, 0.2) << apart;
    EXPECT_GT(CombinePaths(CombineRule::kWeighted, weights, without, paths, deviations).mean[0], 7.8) << apart;
  }
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

// The errors of one target go together, as those beside a level that has just moved: however many, they say little.
// Those of many targets say it of all.
TEST(Combination, OneTargetsErrorsAreOneSurprise) {
  const auto width = [](std::size_t targets) {
    std::vector<Validation> fleet = MakeFleet(targets, 12, 12);
    for (Validation& v : fleet) {
      v.deviation.assign(3, std::vector<double>(12, 3.0));
      for (std::vector<double>& forecast : v.forecast) {
        for (std::size_t h = 0; h < 12; ++h) forecast[h] = v.actual[h] + 24;
      }
    }
    const Model model = FitCombination(Learn(fleet), kNames, Traits(12), Validation{}, {true, true, true});
    const double levels[] = {80};
    const std::vector<Forecast> components(3, Component(std::vector<double>(12, 10), 3));
    return PredictCombination(model, Learn(fleet), components, levels).intervals[0].hi[0] - 10;
  };
  const double own = 1.2816 * 3;
  EXPECT_LT(width(1), 2 * own);
  EXPECT_GT(width(1), own);
  EXPECT_GT(width(60), 3 * own);
}

// A member that has seen a season twice is less sure than the one that is fitted to all will be.
TEST(Combination, ErrorsBesideANewSeasonNarrowNothing) {
  const auto width = [](std::uint64_t n) {
    std::vector<Validation> fleet = MakeFleet(100, 7, 14);
    for (Validation& v : fleet) {
      v.traits.num_observations = n;
      v.deviation.assign(3, std::vector<double>(14, 60.0));
    }
    const FleetCombination learned = Learn(fleet);
    const Model model = FitCombination(learned, kNames, Traits(7), Validation{}, {true, true, true});
    const double levels[] = {80};
    const std::vector<Forecast> components(3, Component(std::vector<double>(14, 10), 3));
    return PredictCombination(model, learned, components, levels).intervals[0].hi[0] - 10;
  };
  EXPECT_NEAR(width(14), 1.2816 * 3, 0.4);
  EXPECT_LT(width(70), 0.5 * width(14));
}

// A step of what had stood still, or nearly, in the values held out: members that know it have deviations of its size.
TEST(Combination, OneStepOfATargetAloneDoesNotWidenWhatKnowsIt) {
  for (const double deviation : {1e-14, 1e-6, 0.01}) {
    std::vector<Validation> fleet = MakeFleet(1, 1, 10);
    for (std::size_t h = 0; h < 10; ++h) {
      fleet[0].actual[h] = h < 7 ? 100 : 110;
      for (std::size_t a = 0; a < 3; ++a) fleet[0].forecast[a][h] = 100 + deviation * static_cast<double>(a);
    }
    fleet[0].deviation.assign(3, std::vector<double>(10, deviation));
    const FleetCombination learned = Learn(fleet);
    const Model model = FitCombination(learned, kNames, fleet[0].traits, fleet[0], {true, true, true});
    const std::vector<double> levels = {80, 95};
    const Forecast f = PredictCombination(model, learned, std::vector<Forecast>(3, Component({110}, 1.4)), levels);
    EXPECT_GT(f.intervals[0].hi[0], 111) << deviation;
    EXPECT_LT(f.intervals[1].hi[0], 125) << deviation;
  }
}

TEST(Combination, LevelsBeyondTheErrorsThereAreAreExtrapolated) {
  const FleetCombination fleet = Learn(MakeFleet(20, 1, 6), CombineRule::kMean);
  const Model model = FitCombination(fleet, kNames, Traits(1), Validation{}, {true, true, true});
  const std::vector<double> levels = {80, 90, 95, 99, 99.9};
  const Forecast f = PredictCombination(model, fleet, std::vector<Forecast>(3, Component({10}, 3)), levels);
  for (std::size_t l = 1; l < levels.size(); ++l)
    EXPECT_GT(f.intervals[l].hi[0], f.intervals[l - 1].hi[0]) << levels[l];
}

// Members that do not know how wrong their first step is, as those fitted to filled gaps.
TEST(Combination, FirstStepsAreAsWideAsTheyHaveToBe) {
  std::vector<Validation> fleet = MakeFleet(400, 1, 12);
  for (Validation& v : fleet) {
    for (std::vector<double>& forecast : v.forecast) {
      for (std::size_t h = 0; h < 2; ++h) forecast[h] = v.actual[h] + (h == 0 ? 3 : 2) * (forecast[h] - v.actual[h]);
    }
  }
  const FleetCombination learned = Learn(fleet, CombineRule::kMean);
  const FleetGroup& group = *GroupOf(learned, 1);
  EXPECT_GT(EarlyFactor(group, 0), 1.15 * EarlyFactor(group, 11));
  EXPECT_LT(EarlyFactor(group, 0), 4 * EarlyFactor(group, 11));
  const std::vector<Forecast> components = {Component(std::vector<double>(12, 10.0), 2)};
  const Model model = FitCombination(learned, kNames, Traits(1), Validation{}, {true, false, false});
  const double levels[] = {80.0};
  const std::vector<Forecast> all = {components[0], {}, {}};
  const ForecastInterval interval = PredictCombination(model, learned, all, levels).intervals[0];
  EXPECT_GT(interval.hi[0] - 10, 1.15 * (interval.hi[11] - 10));
  const std::optional<FleetCombination> again = UnpackFleet(PackFleet(learned));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->Group({}, false)->early, group.early);
}

TEST(Combination, StepsThatAreAlikeStayAlike) {
  const FleetCombination learned = Learn(MakeFleet(400, 1, 12), CombineRule::kMean);
  EXPECT_NEAR(EarlyFactor(*GroupOf(learned, 1), 0), 1, 0.05);
}

// Every second target's errors are mostly small beside their deviation, which spikes make.
TEST(Combination, IntervalsHaveTheShapeOfATargetsErrors) {
  std::vector<Validation> validations = MakeFleet(400, 1, 12);
  for (std::size_t i = 0; i < validations.size(); i += 2) {
    Validation& v = validations[i];
    v.traits.tails = {0.3, 1};
    for (std::size_t h = 0; h < v.actual.size(); ++h) {
      for (std::vector<double>& f : v.forecast) f[h] = v.actual[h] + 0.3 * (f[h] - v.actual[h]);
    }
  }
  const FleetCombination fleet = Learn(validations, CombineRule::kNone);
  const double levels[] = {80, 95};
  std::array<std::array<double, 2>, 2> inside{};
  for (std::size_t i = 0; i < validations.size(); ++i) {
    const Validation& v = validations[i];
    std::vector<Forecast> components;
    for (std::size_t a = 0; a < 3; ++a) components.push_back(Component(v.forecast[a], v.deviation[a][0]));
    const Model model = FitCombination(fleet, kNames, v.traits, v, {true, true, true});
    const Forecast forecast = PredictCombination(model, fleet, components, levels);
    for (std::size_t h = 0; h < 12; ++h) {
      inside[i % 2][0] += v.actual[h] >= forecast.intervals[0].lo[h] && v.actual[h] <= forecast.intervals[0].hi[h];
    }
    EXPECT_GT(forecast.intervals[1].hi[0], forecast.intervals[0].hi[0]);
  }
  for (const auto& kind : inside) EXPECT_NEAR(kind[0] / (200 * 12), 0.8, 0.05);
  const std::optional<Validation> kept = UnpackValidation(PackValidation(validations[0]));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->traits.tails.at80, 0.3);
}

// All members claim after 24 values what they do after 240, and err twice as much.
TEST(Combination, IntervalsOfShortHistoriesAreWidenedApart) {
  std::vector<Validation> validations = MakeFleet(400, 1, 12);
  for (std::size_t i = 0; i < validations.size(); ++i) {
    Validation& v = validations[i];
    v.traits.num_observations = i % 2 == 0 ? 240 : 24;
    if (i % 2 == 0) continue;
    for (std::size_t h = 0; h < v.actual.size(); ++h) {
      for (std::vector<double>& f : v.forecast) f[h] += h % 2 == 0 ? 6 : -6;
    }
  }
  const FleetGroup group = *GroupOf(Learn(validations, CombineRule::kMean), 1);
  EXPECT_NEAR(BrevityFactor(group, 24) / BrevityFactor(group, 240), 1.5, 0.2);
  EXPECT_LT(BrevityFactor(group, 36), BrevityFactor(group, 24));
  const FleetGroup alike = *GroupOf(Learn(MakeFleet(400, 1, 12), CombineRule::kMean), 1);
  EXPECT_EQ(BrevityFactor(alike, 24), 1);
  FleetCombination fleet;
  fleet.algorithms = 3;
  fleet.groups = {group};
  const std::optional<FleetCombination> kept = UnpackFleet(PackFleet(fleet));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(BrevityFactor(kept->groups[0], 24), BrevityFactor(group, 24));
}

// Fleets whose last horizon was a calm one; in those before all members were off alike.
TEST(Combination, IntervalsKnowAllOriginsThatAFleetWasValidatedFrom) {
  std::vector<Validation> calm = MakeFleet(100, 1, 12);
  for (Validation& v : calm) {
    const Validation last = v;
    v.earlier_forecast.resize(3);
    for (int origin = 0; origin < 4; ++origin) {
      v.earlier_actual.insert(v.earlier_actual.end(), last.actual.begin(), last.actual.end());
      for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t h = 0; h < 12; ++h) {
          v.earlier_forecast[a].push_back(last.forecast[a][h] + (origin % 2 == 0 ? 30 : -30));
        }
      }
    }
  }
  const FleetGroup several = *GroupOf(Learn(calm, CombineRule::kMean), 1);
  for (Validation& v : calm) {
    v.earlier_actual.resize(12);  // one origin more, as short series have it
    for (std::vector<double>& f : v.earlier_forecast) f.resize(12);
  }
  const FleetGroup two = *GroupOf(Learn(calm, CombineRule::kMean), 1);
  EXPECT_GT(several.factors[16], 1.5 * two.factors[16]) << "at 80 %";
}

}  // namespace
}  // namespace fitd::intervals_test
