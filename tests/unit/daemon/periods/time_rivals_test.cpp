#include "daemon/periods/time_rivals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fitd::time_rivals_test {
namespace {

const TimesOfRows kMonths = {"period", {"202301", "202302", "202303", "202304", "202305", "202306"}};

TEST(TimeRivals, WhenRowsWereWrittenIsNotTheirPeriod) {
  const std::vector<std::string> stamps = {"2023-02-03 00:00:00", "2023-03-04 01:07:00", "2023-04-05 02:14:00",
                                           "2023-05-03 03:21:00", "2023-06-07 04:28:00", "2023-07-04 05:35:00"};
  EXPECT_EQ(TimeOfRivals({"updated_at", stamps}, kMonths), RivalVerdict::kPeriod);
  EXPECT_EQ(TimeOfRivals({"due_date", stamps}, kMonths), RivalVerdict::kPeriod);
  const TimesOfRows split = {"Year", {"2023 1", "2023 2", "2023 3", "2023 4", "2023 5", "2023 6"}};
  EXPECT_EQ(TimeOfRivals({"load_ts", stamps}, split), RivalVerdict::kPeriod);
}

TEST(TimeRivals, DaysBesideTheirMonthAreTheTime) {
  const std::vector<std::string> days = {"2023-01-10", "2023-02-10", "2023-03-10",
                                         "2023-04-10", "2023-05-10", "2023-06-10"};
  EXPECT_EQ(TimeOfRivals({"date", days}, kMonths), RivalVerdict::kDate);
}

TEST(TimeRivals, AConstantIsNoTime) {
  const std::vector<std::string> exported(6, "2023-07-01 06:00:00");
  EXPECT_EQ(TimeOfRivals({"date", exported}, kMonths), RivalVerdict::kPeriod);
}

TEST(TimeRivals, TheBeginningBeatsTheEnd) {
  const TimesOfRows begins = {"interval_start", {"1704067200", "1704070800", "1704074400", "1704078000"}};
  const std::vector<std::string> ends = {"2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z", "2024-01-01T03:00:00Z",
                                         "2024-01-01T04:00:00Z"};
  EXPECT_EQ(TimeOfRivals({"interval_end", ends}, begins), RivalVerdict::kPeriod);
}

TEST(TimeRivals, TextsOfTimesBeginAtTheirFirstSecond) {
  EXPECT_EQ(SecondsOfTime("2024-01-01"), 1704067200);
  EXPECT_EQ(SecondsOfTime("2024-01-01 01:00:30 AM"), 1704067200 + 3630);
  EXPECT_EQ(SecondsOfTime("20240101"), 1704067200);
  EXPECT_EQ(SecondsOfTime("1704067200"), 1704067200);
  EXPECT_EQ(SecondsOfTime("1704067200123"), 1704067200);
  EXPECT_EQ(SecondsOfTime("45292.5"), 1704067200 + 43200);
  EXPECT_EQ(SecondsOfTime("2024-W02"), 1704067200 + 7 * 86400);
  EXPECT_EQ(SecondsOfTime("1960-W10"), -309916800);  // 1960-03-07
  for (const std::string text : {"", "x", "2024-13-01", "99999999999999999999", "1.2.3.4", "20241399",
                                 "2024-01-01 999999999:00", "2024-01-01 01:999999999", "2024-01-01 01:02:9999999999",
                                 "2024-Q999999999", "2024-H999999999", "2024-999999999", "2024-W999999999"})
    EXPECT_EQ(SecondsOfTime(text), 0) << text;
}

}  // namespace
}  // namespace fitd::time_rivals_test
