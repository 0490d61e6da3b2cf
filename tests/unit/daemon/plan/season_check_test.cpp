#include "daemon/plan/season_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fitd::season_check_test {
namespace {

Frame FrameOf(const std::vector<std::size_t>& lengths) {
  Frame frame;
  for (std::size_t i = 0; i < lengths.size(); ++i)
    frame.Append("t" + std::to_string(i), std::vector<double>(lengths[i], 1.0), TimeGrid());
  frame.Sort();
  return frame;
}

TEST(SeasonCheckTest, TwoSeasonsAreEnough) {
  EXPECT_EQ(WarnOfShortSeasons(std::vector<int>{12}, FrameOf({24, 100, 4, 1})), "") << "four values have no model";
  EXPECT_EQ(WarnOfShortSeasons({}, FrameOf({5})), "");
}

TEST(SeasonCheckTest, TargetsWithLessAreCountedAndTheLongestNamed) {
  EXPECT_EQ(WarnOfShortSeasons(std::vector<int>{12}, FrameOf({18, 23, 24, 7})),
            "--season 12: 3 of 4 targets have less than two of it, such as 't1' with 23 values: where values are far "
            "from those one season before they are fitted without it (--models seasonal-naive repeats the last one)");
}

TEST(SeasonCheckTest, EverySeasonIsOneOfItsOwn) {
  const std::string text = WarnOfShortSeasons(std::vector<int>{24, 168}, FrameOf({300, 400}));
  EXPECT_TRUE(text.starts_with("--season 168: 1 of 2 targets")) << text;
}

}  // namespace
}  // namespace fitd::season_check_test
