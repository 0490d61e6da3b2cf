// Durations, sizes and times of a job, from text and the clock.
#include <gtest/gtest.h>

#include "common/job/detect_values.h"
#include "common/job/job.h"

namespace fitd::job_values_test {
namespace {

using std::chrono::nanoseconds;

TEST(Job, Durations) {
  EXPECT_EQ(*ParseDuration("30s"), std::chrono::seconds(30));
  EXPECT_EQ(*ParseDuration("500ms"), std::chrono::milliseconds(500));
  EXPECT_EQ(*ParseDuration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(*ParseDuration("1.5"), std::chrono::milliseconds(1500));
  EXPECT_EQ(*ParseDuration("2min"), std::chrono::minutes(2));
  EXPECT_EQ(*ParseDuration("0"), nanoseconds(0));
  EXPECT_EQ(*ParseDuration("7us3ns"), nanoseconds(7003));
  for (const char* bad : {"", "s", "-1s", "1x", "1s2", "1.2.3s", "1e3s", "inf", "nan", " 1s", "1 s", "99999999999h",
                          ".", "1h5", "0h5", "0m30"}) {
    EXPECT_FALSE(ParseDuration(bad).ok()) << bad;
  }
}

TEST(Job, FailureLimits) {
  Job::Failures failures;
  EXPECT_TRUE(ParseFailureLimit("20", failures));
  EXPECT_EQ(failures.max_count, 20);
  EXPECT_TRUE(ParseFailureLimit("2.5%", failures));
  EXPECT_EQ(failures.max_percent, 2.5);
  EXPECT_FALSE(failures.max_count);
  for (const char* bad : {"", "%", "0x10", " 5", "5 ", "+5", "-1", "nan", "inf", "5%%", "five"}) {
    EXPECT_FALSE(ParseFailureLimit(bad, failures)) << bad;
    EXPECT_EQ(failures.max_percent, 2.5);
  }
}

TEST(Job, Sizes) {
  EXPECT_EQ(*ParseSize("512M"), std::uint64_t{512} << 20);
  EXPECT_EQ(*ParseSize("1G"), std::uint64_t{1} << 30);
  EXPECT_EQ(*ParseSize("1.5GiB"), std::uint64_t{3} << 29);
  EXPECT_EQ(*ParseSize("2KB"), 2048U);
  EXPECT_EQ(*ParseSize("4096"), 4096U);
  EXPECT_EQ(*ParseSize("7B"), 7U);
  for (const char* bad : {"", "G", "-1G", "1X", "1 G", "1GG", "1iB", "1e3", "99999999T"}) {
    EXPECT_FALSE(ParseSize(bad).ok()) << bad;
  }
}

TEST(Job, ADetectionIsDueWhenAMultipleOfItsPeriodHasGoneBy) {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto at = [](std::chrono::minutes since_1970) { return std::chrono::system_clock::time_point(since_1970); };
  EXPECT_FALSE(IsDue(hours(1), at(minutes(61)), at(minutes(119))));
  EXPECT_TRUE(IsDue(hours(1), at(minutes(119)), at(minutes(120))));
  EXPECT_TRUE(IsDue(hours(1), at(minutes(61)), at(minutes(600))));
  EXPECT_FALSE(IsDue(hours(24), at(minutes(1441)), at(minutes(2879))));
  EXPECT_TRUE(IsDue(hours(24), at(minutes(2879)), at(minutes(2880))));
}

}  // namespace
}  // namespace fitd::job_values_test
