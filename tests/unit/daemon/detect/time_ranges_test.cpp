#include "daemon/detect/time_ranges.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace fitd::time_ranges_test {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;
constexpr TimeNs kDay = 86'400 * kSecond;

TEST(ParseMute, TakesADateAsTheWholeDay) {
  const auto ranges = ParseMute("--mute", "1970-01-02/1970-01-03");
  ASSERT_TRUE(ranges.ok()) << ranges.status().message();
  ASSERT_EQ(ranges->size(), 1U);
  EXPECT_EQ((*ranges)[0].first, kDay);
  EXPECT_EQ((*ranges)[0].second, 3 * kDay - 1);
}

TEST(ParseMute, TakesTimesAsTheyAre) {
  const auto ranges = ParseMute("--mute", "1970-01-02T00:00:01/1970-01-02T00:00:09");
  ASSERT_TRUE(ranges.ok());
  EXPECT_EQ((*ranges)[0].second, kDay + 9 * kSecond);
}

TEST(ParseMute, ReadsACalendarAndNamesItsBadLine) {
  const TempDir dir;
  const std::string path = dir.path() + "/calendar";
  std::ofstream(path) << "# holidays\n\n1970-01-02/1970-01-02\r\n1970-02-01/1970-02-03\n";
  const auto ranges = ParseMute("--mute", path);
  ASSERT_TRUE(ranges.ok()) << ranges.status().message();
  EXPECT_EQ(ranges->size(), 2U);
  std::ofstream(path) << "1970-01-02\n";
  EXPECT_NE(ParseMute("--mute", path).status().message().find(path + ":1:"), std::string::npos);
}

TEST(ParseMute, RefusesWhatIsNeither) {
  EXPECT_EQ(ParseMute("--mute", "soon").status().code(), StatusCode::kUsage);
  EXPECT_EQ(ParseMute("--mute", "1970-01-03/1970-01-02").status().code(), StatusCode::kUsage);
}

TEST(ParseMute, ReadsNaiveTimesInTheZoneOfTheData) {
  const auto ranges = ParseMute("--mute", "1970-01-02/1970-01-02", "+02:00");
  ASSERT_TRUE(ranges.ok()) << ranges.status().message();
  EXPECT_EQ((*ranges)[0].first, kDay - 7200 * kSecond);
  EXPECT_EQ((*ranges)[0].second, 2 * kDay - 7200 * kSecond - 1);
  EXPECT_EQ(*ParseRangeStart("--since", "1970-01-02T00:00:00", "+02:00"), kDay - 7200 * kSecond);
  EXPECT_EQ(*ParseRangeStart("--since", "1970-01-02T00:00:00Z", "+02:00"), kDay);
  EXPECT_EQ(*ParseRangeStart("--since", "86400", "+02:00"), kDay) << "an epoch has no zone";
}

TEST(ParseRangeStart, NamesTheOption) {
  EXPECT_EQ(*ParseRangeStart("--since", "1970-01-02"), kDay);
  EXPECT_NE(ParseRangeStart("--since", "soon").status().message().find("--since"), std::string::npos);
}

}  // namespace
}  // namespace fitd::time_ranges_test
