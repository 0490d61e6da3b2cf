#include "common/models/combination/combination.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
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

// Values that were not observed change nothing, whatever a forecast says of them.
TEST(Combination, LearnsNothingFromValuesThatWereNotObserved) {
  std::vector<Validation> observed = MakeFleet(200, 4, 8);
  std::vector<Validation> holes = observed;
  for (std::size_t i = 0; i < holes.size(); ++i) {
    for (std::size_t h = i % 2; h < 8; h += 2) {
      holes[i].actual[h] = std::numeric_limits<double>::quiet_NaN();
      for (auto& f : holes[i].forecast) f[h] = 1e6;
    }
  }
  const FleetCombination fleet = Learn(holes);
  const FleetGroup& group = *fleet.Group(4);
  EXPECT_NEAR(fleet.Coverage(80), 0.80, 0.02);
  for (std::size_t q = 0; q < group.quantiles.size(); ++q) {
    ASSERT_TRUE(std::isfinite(group.quantiles[q])) << q;
    ASSERT_LT(group.quantiles[q], 100) << q;
  }
  EXPECT_NEAR(group.error[0], Learn(observed).Group(4)->error[0], 0.2);
  // A step that nobody was observed at has the quantiles of its neighbour.
  for (Validation& v : holes) v.actual[0] = v.actual[5] = std::numeric_limits<double>::quiet_NaN();
  const FleetCombination sparse = Learn(holes);
  for (const double q : sparse.Group(4)->quantiles) ASSERT_TRUE(std::isfinite(q));
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

TEST(Combination, OneExplodingComponentDoesNotCarryTheMeanAway) {
  const FleetCombination fleet = Learn(MakeFleet(200, 1, 6), CombineRule::kWeighted);
  const Model model = FitCombination(fleet, kNames, {1, 20, 2.0, 100.0}, Validation{}, {true, true, true});
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
  EXPECT_GT(fleet.Group(1)->weights[0], fleet.Group(1)->weights[2]);
  EXPECT_LT(fleet.Group(12)->weights[0], fleet.Group(12)->weights[2]);
  EXPECT_EQ(fleet.Group(24), fleet.Group(12));  // the nearest where nothing was learned
}

TEST(Combination, AFewTargetsStayNearEqualWeights) {
  const FleetCombination few = Learn(MakeFleet(2, 1, 6));
  const FleetCombination many = Learn(MakeFleet(500, 1, 6));
  EXPECT_LT(few.Group(1)->weights[0], many.Group(1)->weights[0]);
  EXPECT_GT(few.Group(1)->weights[2], 0.05);
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
  EXPECT_EQ(fleet.Group(1)->weights, Learn(part).Group(1)->weights);
  EXPECT_EQ(fleet.Group(1)->targets, static_cast<double>(whole.size()));
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
  for (const double w : fleet.Group(1)->weights) EXPECT_TRUE(w >= 0 && w <= 1);
  for (const double q : fleet.Group(1)->quantiles) EXPECT_TRUE(q >= 0);
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

TEST(Combination, AFewTargetsHaveTheirComponentsIntervalsAtEveryLevel) {
  for (const std::size_t targets : {1U, 5U, 18U}) {
    const FleetCombination fleet = Learn(MakeFleet(targets, 1, 6), CombineRule::kMean);
    EXPECT_TRUE(std::isnan(fleet.Coverage(95)));
    const Model model = FitCombination(fleet, kNames, {1, 60, 2.0, 100.0}, Validation{}, {true, true, true});
    const std::vector<double> levels = {80, 95};
    const Forecast component = {{10}, {{80, {8}, {12}}, {95, {7}, {13}}}};
    const Forecast exploding = {{10}, {{80, {-1e300}, {1e300}}, {95, {-1e300}, {1e300}}}};
    const Forecast f = PredictCombination(model, fleet, std::vector{component, component, exploding}, levels);
    EXPECT_GE(f.intervals[0].hi[0], 12);
    EXPECT_LE(f.intervals[0].hi[0], 16);
    EXPECT_GE(f.intervals[1].hi[0], f.intervals[0].hi[0] + 1);
  }
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
    const Model model = FitCombination(fleet, kNames, {1, 60, 2.0, 100.0}, Validation{}, {true, true, true});
    const double levels[] = {95};
    const Forecast f =
        PredictCombination(model, fleet, std::vector<Forecast>(3, {std::vector<double>(6, 10), {}}), levels);
    return f.intervals[0].hi[5] - f.intervals[0].lo[5];
  };
  const FleetCombination learned = Learn(broken, CombineRule::kMean);
  EXPECT_LT(width(learned), 3 * width(Learn(calm, CombineRule::kMean)));
  EXPECT_NEAR(learned.Coverage(95), (0.95 + 12.0 / 13) / 2, 0.005);
  EXPECT_GT(width(Learn(bursts, CombineRule::kMean)), 1900);
}

TEST(Combination, LevelsBeyondTheErrorsThereAreAreExtrapolated) {
  const FleetCombination fleet = Learn(MakeFleet(20, 1, 6), CombineRule::kMean);
  const Model model = FitCombination(fleet, kNames, {1, 60, 2.0, 100.0}, Validation{}, {true, true, true});
  const std::vector<double> levels = {80, 90, 95, 99, 99.9};
  const Forecast f = PredictCombination(model, fleet, std::vector<Forecast>(3, {{10}, {}}), levels);
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
