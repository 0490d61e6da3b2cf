#include "common/series/target_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fitd::target_ranges_test {
namespace {

using ::testing::ElementsAre;

TEST(TargetRanges, AreJoinedWhereTheyTouchAndCountTheirTargets) {
  TargetRanges targets(2, 4);
  targets.Add(4, 4);
  targets.Add(4, 6);
  targets.Add(10, 11);
  EXPECT_THAT(targets.ranges(), ElementsAre(TargetRanges::Range{2, 6}, TargetRanges::Range{10, 11}));
  ASSERT_EQ(targets.size(), 5U);
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < targets.size(); ++i) places.push_back(targets[i]);
  EXPECT_THAT(places, ElementsAre(2, 3, 4, 5, 10));
  EXPECT_EQ(TargetRanges().size(), 0U);
  EXPECT_TRUE(TargetRanges(3, 3).empty());
}

TEST(TargetRanges, AreReadFromTheirText) {
  TargetRanges targets(0, 22);
  targets.Add(66, 88);
  EXPECT_EQ(targets.Text(), "0-22 66-88");
  EXPECT_EQ(*TargetRanges::Parse("0-22 66-88"), targets);
  EXPECT_EQ(*TargetRanges::Parse(""), TargetRanges());
  for (const char* wrong : {"-", "3-3", "4-3", "0-22,66-88", "0-22 22-30", "5-9 1-3", "0-22 ", " 0-22", "0-4294967296",
                            "1-2-3", "a-b", "7"}) {
    EXPECT_FALSE(TargetRanges::Parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace fitd::target_ranges_test
