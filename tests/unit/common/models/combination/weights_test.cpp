#include "common/models/combination/weights.h"

#include <gtest/gtest.h>

namespace fitd::weights_test {
namespace {

const std::vector<bool> kAll(3, true);

FleetGroup GroupOfMany() {
  FleetGroup group;
  group.targets = 1e6;  // no credit but a learned one
  group.weights = {0.2, 0.2, 0.6};
  return group;
}

TEST(Weights, AMemberFarFromWhatANearOneSaysItMayBeTakesNoPart) {
  const FleetGroup group = GroupOfMany();
  const std::vector<double> weights = TargetWeights(CombineRule::kWeighted, &group, {{1, 1.1, 10}, {1, 1, 8}}, kAll);
  EXPECT_EQ(weights[2], 0);
  EXPECT_NEAR(weights[0] + weights[1], 1, 1e-12);
  for (const CombineRule rule : {CombineRule::kMean, CombineRule::kMedian}) {
    EXPECT_NEAR(TargetWeights(rule, &group, {{1, 1.1, 10}, {1, 1, 8}}, kAll)[2], 1.0 / 3, 1e-12) << "their names";
  }
}

TEST(Weights, AMemberThatWasNearByChanceDrivesNoOtherOut) {
  const FleetGroup group = GroupOfMany();
  // The first says itself that it may be off by 5, as far as the others were.
  const std::vector<double> weights = TargetWeights(CombineRule::kWeighted, &group, {{0.5, 5, 5}, {5, 5, 5}}, kAll);
  EXPECT_GT(weights[2], 0.2);
  EXPECT_GT(weights[1], 0.05);
}

TEST(Weights, WithoutErrorsOrClaimsNoneLeaves) {
  const FleetGroup group = GroupOfMany();
  EXPECT_NEAR(TargetWeights(CombineRule::kWeighted, &group, {}, kAll)[2], 0.6, 1e-12);
  EXPECT_GT(TargetWeights(CombineRule::kWeighted, &group, {{1, 1, 100}, {}}, kAll)[2], 0);
}

TEST(Weights, ATargetAloneBelievesThoseThatClaimLittleAndWereRight) {
  FleetGroup group = GroupOfMany();
  group.targets = 1;
  group.credit = 2;
  const std::vector<double> honest = TargetWeights(CombineRule::kWeighted, &group, {{1, 1, 1}, {1, 1, 5}}, kAll);
  EXPECT_LT(honest[2], 0.2);
  const std::vector<double> bold = TargetWeights(CombineRule::kWeighted, &group, {{4, 4, 4}, {1, 5, 5}}, kAll);
  EXPECT_NEAR(bold[0], bold[1], 0.01) << "it was no better than the others";
}

}  // namespace
}  // namespace fitd::weights_test
