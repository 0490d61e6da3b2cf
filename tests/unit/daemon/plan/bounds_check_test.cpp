#include "daemon/plan/bounds_check.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fitd::bounds_check_test {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Frame FrameOf(const std::vector<std::vector<double>>& series) {
  Frame frame;
  for (std::size_t i = 0; i < series.size(); ++i) frame.Append("t" + std::to_string(i), series[i], TimeGrid());
  frame.Sort();
  return frame;
}

TEST(BoundsCheckTest, BoundsOnValuesAreWithinAndNoBoundsAskNothing) {
  const Frame frame = FrameOf({{0, 3, 100}});
  for (const auto& [lowest, highest] : {std::pair<std::optional<double>, std::optional<double>>{0, 100},
                                        {std::nullopt, 100},
                                        {std::nullopt, std::nullopt}}) {
    const BoundsCheck check = CheckBounds(lowest, highest, frame);
    EXPECT_EQ(check.warning, "");
    EXPECT_EQ(check.refusal, "");
  }
}

TEST(BoundsCheckTest, SomeValuesOutsideAreCountedAndTheWorstTargetNamed) {
  const BoundsCheck check = CheckBounds(0, 100, FrameOf({{50, 101, kNone, 60}, {-1, -20, 5}, {1, 2, 3}}));
  EXPECT_EQ(check.warning,
            "--min 0: 2 of 9 values are below it, in 1 of 3 targets, such as 't1' (down to -20); no forecast is\n"
            "--max 100: 1 of 9 values are above it, in 1 of 3 targets, such as 't0' (up to 101); no forecast is");
  EXPECT_EQ(check.refusal, "");
}

TEST(BoundsCheckTest, BoundsOfOtherDataAreRefused) {
  const BoundsCheck check = CheckBounds(std::nullopt, 1, FrameOf({{50, kNone, 60}, {0.5, 0.7}}));
  EXPECT_EQ(
      check.refusal,
      "--max 1: every value of 1 of 2 targets is above it, such as 't0' (up to 60): their forecasts would all be 1; "
      "correct the bound, or train the targets that it is meant for alone");
  EXPECT_EQ(check.warning, "");
}

TEST(BoundsCheckTest, ARefusalNamesATargetWithNothingInside) {
  const BoundsCheck check = CheckBounds(std::nullopt, 1, FrameOf({{5, 6, 7, 0}, {2, 3}}));
  EXPECT_NE(check.refusal.find("such as 't1' (up to 3)"), std::string::npos) << check.refusal;
}

TEST(BoundsCheckTest, OneTargetOfManyMayLieOutside) {
  std::vector<std::vector<double>> series(10, {1, 2});
  series.push_back({-7, -7});
  const BoundsCheck check = CheckBounds(0, std::nullopt, FrameOf(series));
  EXPECT_EQ(check.refusal, "");
  EXPECT_NE(check.warning.find("'t10' (down to -7)"), std::string::npos) << check.warning;
  series.resize(1);
  series.push_back({-7, -7});
  EXPECT_NE(CheckBounds(0, std::nullopt, FrameOf(series)).refusal, "");
}

TEST(BoundsCheckTest, ValuesMadeUpForGapsDoNotCount) {
  Frame frame;
  frame.Append("t", std::vector<double>{1, -1, 1}, TimeGrid(), std::vector<GapRun>{{1, 1}});
  EXPECT_EQ(CheckBounds(0, std::nullopt, frame).warning, "");
}

}  // namespace
}  // namespace fitd::bounds_check_test
