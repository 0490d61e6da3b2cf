#include "daemon/periods/numbered_times.h"

#include <gtest/gtest.h>

namespace fitd {
namespace {

TEST(NumberedTimesTest, TextsNameTheirYears) {
  EXPECT_EQ(YearNamedIn("2023-05-01 00:00"), 2023);
  EXPECT_EQ(YearNamedIn("31.12.1999"), 1999);
  EXPECT_EQ(YearNamedIn("202301010000"), 2023);
  EXPECT_EQ(YearNamedIn("1672531200"), 2023);
  EXPECT_EQ(YearNamedIn("1672531200000"), 2023);
  EXPECT_EQ(YearNamedIn("W1 12"), 0);
}

TEST(NumberedTimesTest, DatesWithoutMarksAreTimes) {
  EXPECT_TRUE(SayTimes({{"202211", 2022}, {"202212", 2022}, {"202301", 2023}}));
  EXPECT_TRUE(SayTimes({{"20230102", 2023}, {"20230101", 2023}}));
  EXPECT_TRUE(SayTimes({{"221230", 2022}, {"230102", 2023}}));
  EXPECT_TRUE(SayTimes({{"2023001", 2023}, {"2023002", 2023}}));
  EXPECT_TRUE(SayTimes({{"202252", 2022}, {"202301", 2023}}));
  EXPECT_TRUE(SayTimes({{"202212312300", 2022}, {"202301010000", 2022}}));
  EXPECT_FALSE(SayTimes({{"202211", 2022}, {"202213", 2022}}));
  EXPECT_FALSE(SayTimes({{"20230101", 2023}, {"20230132", 2023}}));
  EXPECT_FALSE(SayTimes({{"20230101", 2020}, {"20230102", 2020}}));
  EXPECT_FALSE(SayTimes({{"20230101", 2023}, {"20230103", 2023}, {"20230102", 2023}}));
}

TEST(NumberedTimesTest, SecondsOfTheYearAreTimes) {
  EXPECT_TRUE(SayTimes({{"1672531200", 2023}, {"1672534800", 2023}}));
  EXPECT_TRUE(SayTimes({{"1672534799999", 2023}, {"1672538399999", 2023}}));
  EXPECT_FALSE(SayTimes({{"1672531200", 2023}, {"1672531977", 2023}}));
  // Seconds of no whole minute, near the times beside them.
  EXPECT_TRUE(SayTimes({{"1672531237", 2023, 1672531200}, {"1672617674", 2023, 1672617600}}));
  EXPECT_FALSE(SayTimes({{"1672531237", 2023, 1682531200}, {"1672617674", 2023, 1682617600}}));
  EXPECT_FALSE(SayTimes({{"1672531200", 2019}, {"1672534800", 2019}}));
}

TEST(NumberedTimesTest, SharesOfYearsTakeSeveralYears) {
  std::vector<TimedNumber> months;
  const std::vector<std::string_view> digits = {"2022.5000", "2022.5833", "2022.6667", "2022.7500",
                                                "2022.8333", "2022.9167", "2023.0000", "2023.0833",
                                                "2023.1667", "2023.2500", "2023.3333", "2023.4167"};
  for (const std::string_view text : digits) months.push_back({text, text.starts_with("2022") ? 2022 : 2023});
  EXPECT_TRUE(SayTimes(months));
  EXPECT_FALSE(SayTimes({{"2022.5", 2022}, {"2022.6", 2022}}));
}

}  // namespace
}  // namespace fitd
