#include "common/models/combination/lagging.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fitd::lagging_test {
namespace {

using Path = std::vector<double>;

std::vector<double> Weights(const std::vector<double>& last, double scale, const std::vector<Path>& means) {
  std::vector<const Path*> paths;
  for (const Path& mean : means) paths.push_back(&mean);
  const std::vector<double> equal(means.size(), 1.0 / static_cast<double>(means.size()));
  return WithoutLagging(equal, ReachOf(last).value(), scale, paths);
}

TEST(Lagging, ReachIsTheLastThreeValuesAndAsMuchBeyond) {
  const Reach reach = ReachOf(Path{900, 4, 6, 5}).value();
  EXPECT_EQ(reach.lowest, 2);
  EXPECT_EQ(reach.highest, 8);
  EXPECT_EQ(reach.step, 2) << "the median of 896, 2 and 1";
  EXPECT_FALSE(ReachOf(Path{4, 6}).has_value());
  EXPECT_FALSE(ReachOf(Path{4, NAN, 6}).has_value());
}

// Four values after a level of 200 moved to 140 two members still see it on its way back.
TEST(Lagging, TakesNoMemberThatForecastsTheLevelOfBefore) {
  const std::vector<double> weights =
      Weights({200, 142, 141, 139, 138}, 4, {{140, 140, 140}, {180, 184, 186}, {152, 165, 180}, {138, 137, 136}});
  EXPECT_NEAR(weights[0], 0.5, 0.01);
  EXPECT_EQ(weights[1], 0);
  EXPECT_LT(weights[2], 0.02);
  EXPECT_NEAR(weights[0], weights[3], 1e-12);
}

// Values that grow by 5 % a step change by far more at their end than in the mean, and go on to.
TEST(Lagging, LeavesWhatGrowsAsBefore) {
  std::vector<double> last, grows, stays(6);
  for (int t = 0; t < 12; ++t) last.push_back(1000 * std::pow(1.05, t));
  for (int t = 12; t < 18; ++t) grows.push_back(1000 * std::pow(1.05, t));
  std::fill(stays.begin(), stays.end(), last.back());
  EXPECT_EQ(Weights(last, 20, {grows, stays}), std::vector<double>(2, 0.5)) << "20 is the mean change of 100 values";
}

TEST(Lagging, LeavesWhatGoesOnLikeTheLastValues) {
  const std::vector<double> equal(2, 0.5);
  EXPECT_EQ(Weights({10, 20, 30}, 10, {{40, 50, 60, 70, 80, 90, 100}, {30, 30, 30}}), equal) << "a line";
  EXPECT_EQ(Weights({1, 2, 4}, 1, {{8, 11}, {4, 4}}), equal) << "growth";
  EXPECT_EQ(Weights({103, 106, 101}, 5, {{100, 100, 100}, {102, 102, 102}}), equal) << "noise";
  EXPECT_EQ(Weights({10, 90, 10}, 8, {{10, 10}, {95, 95}}), equal) << "next to a spike anything was there before";
}

TEST(Lagging, LeavesAllWhereNoneIsNear) {
  const std::vector<double> weights = Weights({5, 5, 5}, 1, {{100, 100}, {120, 120}});
  EXPECT_EQ(weights, std::vector<double>(2, 0.5));
  EXPECT_EQ(Weights({5, 5, 5}, 0, {{9, 9}, {5, 5}}), std::vector<double>(2, 0.5)) << "without a scale";
}

}  // namespace
}  // namespace fitd::lagging_test
