// The ensemble as plain numbers: this version and the first one.
#include <gtest/gtest.h>

#include "tests/unit/common/models/combination/combination_samples.h"

namespace fitd::pack_test {
namespace {

TEST(Combination, PackedValuesComeBackAndDamagedOnesDoNot) {
  std::vector<Validation> validations = MakeFleet(30, 4, 8);
  validations[3].traits.doubtful = true;
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
  EXPECT_TRUE(validation->traits.doubtful);
  for (std::size_t cut = 0; cut < one.size(); ++cut)
    EXPECT_FALSE(UnpackValidation(std::span(one).first(cut)).has_value());
  for (std::size_t cut = 0; cut < packed.size(); ++cut)
    EXPECT_FALSE(UnpackFleet(std::span(packed).first(cut)).has_value());
}

// Version 3 is version 6 without a credit and with one width for all steps and lengths, by the weights of means.
TEST(Combination, ReadsTheThirdVersionOfAFleet) {
  FleetCombination fleet = Learn(MakeFleet(30, 1, 8));
  fleet.groups.resize(1);
  FleetGroup& group = fleet.groups[0];
  group.credit = group.early = group.early_mean = group.brevity = group.brevity_mean = 0;
  std::vector<double> third = PackFleet(fleet);
  const std::vector<double> sixth = third;
  third[0] = 3;
  constexpr std::ptrdiff_t kCreditAt = 3 + 1 + 1 + 5;  // behind header, no seasons, kind, rule to trust
  third.erase(third.begin() + kCreditAt);
  third.resize(third.size() - 5);  // early and brevity, each with its mean, and the width's weights end the group
  const auto back = UnpackFleet(third);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(PackFleet(*back), sixth);
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

}  // namespace
}  // namespace fitd::pack_test
