#include "common/models/intermittent/intermittent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/models/base/filter.h"

namespace fitd::intermittent_test {
namespace {

const std::vector<double> kLevels = {80, 95};
const std::vector<double> kDemand = {0, 0, 3, 0, 0, 0, 5, 0, 4, 0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0};

FitOutcome Fit(std::string_view name, const std::vector<double>& y) {
  return FindAlgorithm(name)->Fit({.y = y, .seasons = {}});
}

Forecast Predict(const Model& model, int horizon) {
  return FindAlgorithm(model.algorithm)->Predict(model, horizon, kLevels);
}

// Croston's recursion as his paper has it, from the averages of the whole.
double CrostonByHand(const std::vector<double>& y, double alpha) {
  double demands = 0, size = 0;
  for (const double v : y) demands += v != 0 ? 1 : 0;
  for (const double v : y) size += v / demands;
  double interval = static_cast<double>(y.size()) / demands;
  double since = 1;
  for (const double v : y) {
    if (v != 0) {
      size = alpha * v + (1 - alpha) * size;
      interval = alpha * since + (1 - alpha) * interval;
      since = 0;
    }
    since += 1;
  }
  return size / interval;
}

TEST(Intermittent, CrostonSmoothsSizesAndIntervalsApart) {
  const Forecast f = Predict(Fit("croston", kDemand).model, 3);
  EXPECT_NEAR(f.mean[0], CrostonByHand(kDemand, 0.1), 1e-12);
  EXPECT_EQ(f.mean, std::vector<double>(3, f.mean[0]));
}

TEST(Intermittent, SbaTakesOutHalfOfAlpha) {
  EXPECT_NEAR(Predict(Fit("sba", kDemand).model, 1).mean[0], 0.95 * CrostonByHand(kDemand, 0.1), 1e-12);
}

TEST(Intermittent, TsbForgetsWhatIsNoLongerAskedFor) {
  std::vector<double> ended = kDemand;
  ended.insert(ended.end(), 60, 0.0);
  const double before = Predict(Fit("tsb", kDemand).model, 1).mean[0];
  EXPECT_NEAR(before, 0.9, 0.25);  // 18 in 20 steps
  EXPECT_LT(Predict(Fit("tsb", ended).model, 1).mean[0], 0.01);
  EXPECT_GT(Predict(Fit("croston", ended).model, 1).mean[0], 0.2) << "Croston learns nothing from zeros";
}

TEST(Intermittent, CountsForecastTheMedianAndQuantilesOfValues) {
  const Forecast f = Predict(Fit("counts", kDemand).model, 2);
  EXPECT_EQ(f.mean, std::vector<double>(2, 0.0));
  EXPECT_EQ(f.intervals[0].lo[1], 0);
  EXPECT_EQ(f.intervals[0].hi[1], 4);  // a tenth of the values is above it, recent ones counting more
  EXPECT_EQ(f.intervals[1].hi[0], 5);
}

TEST(Intermittent, CountsFollowALevelThatHasMoved) {
  std::vector<double> y(100, 0.0);
  for (std::size_t t = 60; t < y.size(); ++t) y[t] = 7;
  EXPECT_EQ(Predict(Fit("counts", y).model, 1).mean[0], 7);
}

TEST(Intermittent, AreMeantForValuesThatAreMostlyZero) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(IsIntermittent(kDemand));
  EXPECT_TRUE(IsIntermittent(std::vector<double>{0, kMissing, 2, 1, 0, 3}));
  EXPECT_FALSE(IsIntermittent(std::vector<double>{3, 1, 2, 1, 0, 3, 1, 1})) << "one zero in eight";
  EXPECT_FALSE(IsIntermittent(std::vector<double>{0, 0, 0, -1, 0, 2})) << "no demand is negative";
  EXPECT_FALSE(IsIntermittent(std::vector<double>{0, 0, 0}));
}

TEST(Intermittent, AreNotMeantForZerosThatASeasonTells) {
  std::vector<double> night, demand;
  for (std::size_t t = 0; t < 48; ++t) {
    night.push_back(t % 8 < 3 || t == 28 ? 0 : 5);
    demand.push_back(t * t % 11 < 7 ? 0 : 3);
  }
  EXPECT_TRUE(ZerosFollowSeason(night, 8));
  EXPECT_FALSE(ZerosFollowSeason(night, 7));
  EXPECT_FALSE(ZerosFollowSeason(night, 1));
  EXPECT_FALSE(ZerosFollowSeason(demand, 12)) << "twelve places explain something of any 48 values";
  EXPECT_FALSE(ZerosFollowSeason(std::span(night).first(15), 8)) << "not seen twice";
  EXPECT_FALSE(ZerosFollowSeason(std::vector<double>(40, 0.0), 4)) << "all zero";
  std::vector<double> rare(48, 0.0);
  for (const std::size_t t : {3, 15, 27, 39}) rare[t] = 2;
  EXPECT_FALSE(ZerosFollowSeason(rare, 12)) << "four demands in the same month are chance";
}

class IntermittentModels : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, IntermittentModels, testing::Values("croston", "sba", "tsb", "counts"));

TEST_P(IntermittentModels, RepeatConstantsAndSingleValues) {
  const FitOutcome constant = Fit(GetParam(), std::vector<double>(30, 0.1));
  EXPECT_EQ(constant.status, FitStatus::kConstant);
  const Forecast f = Predict(constant.model, 3);
  EXPECT_EQ(f.mean, std::vector<double>(3, 0.1));
  EXPECT_EQ(f.intervals[1].lo, f.mean);
  EXPECT_EQ(f.intervals[1].hi, f.mean);
  EXPECT_EQ(Fit(GetParam(), {42}).status, FitStatus::kShort);
  EXPECT_EQ(Predict(Fit(GetParam(), {42}).model, 1).mean[0], 42);
  EXPECT_EQ(Predict(Fit(GetParam(), std::vector<double>(9, 0.0)).model, 1).mean[0], 0);
}

TEST_P(IntermittentModels, StayFiniteAndAboveZero) {
  constexpr double kMax = std::numeric_limits<double>::max();
  for (const std::vector<double>& y :
       {std::vector<double>{0, 0, kMax, 0, 1, 0, kMax, 0}, std::vector<double>{5e-324, 0, 0, 1e-323, 0},
        std::vector<double>{0, -1e300, 0, 1e300, 0, 0, -1e300}, kDemand}) {
    const Forecast f = Predict(Fit(GetParam(), y).model, 4);
    for (std::size_t h = 0; h < 4; ++h) {
      EXPECT_TRUE(std::isfinite(f.mean[h]));
      for (const ForecastInterval& interval : f.intervals) {
        EXPECT_TRUE(std::isfinite(interval.lo[h]) && std::isfinite(interval.hi[h]));
        EXPECT_LE(interval.lo[h], interval.hi[h]);
        EXPECT_TRUE(interval.lo[h] >= 0 || !IsIntermittent(y));
      }
    }
  }
}

TEST_P(IntermittentModels, ScaleWithTheSeries) {
  std::vector<double> large = kDemand;
  for (double& v : large) v = std::ldexp(v, 900);
  const Forecast a = Predict(Fit(GetParam(), kDemand).model, 1), b = Predict(Fit(GetParam(), large).model, 1);
  EXPECT_EQ(std::ldexp(a.mean[0], 900), b.mean[0]);
  EXPECT_EQ(std::ldexp(a.intervals[1].hi[0], 900), b.intervals[1].hi[0]);
}

TEST_P(IntermittentModels, GoOnValueByValueAsAtOnce) {
  const Algorithm& algorithm = *FindAlgorithm(GetParam());
  const std::vector<double> more = {0, 0, 6, 0, std::numeric_limits<double>::quiet_NaN(), 1, 0};
  const Model fitted = Fit(GetParam(), kDemand).model;
  const Result<Model> at_once = Advance(algorithm, fitted, more);
  ASSERT_TRUE(at_once.ok());
  Model one_by_one = fitted;
  for (const double& v : more) one_by_one = *Advance(algorithm, one_by_one, {&v, 1});
  for (std::size_t s = 0; s < fitted.states.size(); ++s) {
    EXPECT_EQ(one_by_one.states[s].values, at_once->states[s].values);
    EXPECT_NE(one_by_one.states[s].values, fitted.states[s].values);
  }
  EXPECT_EQ(at_once->num_observations, kDemand.size() + more.size());
}

TEST_P(IntermittentModels, SayWhatIsDamaged) {
  const Algorithm& algorithm = *FindAlgorithm(GetParam());
  Model model = Fit(GetParam(), kDemand).model;
  EXPECT_EQ(algorithm.Damage(model), "");
  model.states.clear();
  EXPECT_NE(algorithm.Damage(model), "");
  EXPECT_EQ(algorithm.Resume(model), nullptr);
}

}  // namespace
}  // namespace fitd::intermittent_test
