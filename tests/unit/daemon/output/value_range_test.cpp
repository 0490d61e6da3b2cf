#include "daemon/output/value_range.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fitd::value_range_test {
namespace {

TEST(ValueRange, IsReadFromTheOptionsOfARun) {
  const ValueRange range = ValueRangeOf(R"({"min":0,"max":99.5,"integer":true,"models":["ets"]})");
  EXPECT_EQ(range.lowest, 0);
  EXPECT_EQ(range.highest, 99.5);
  EXPECT_TRUE(range.integer);
  for (const char* options : {"", "{}", "[1]", "nonsense", R"({"min":"low","max":null,"integer":3})"}) {
    const ValueRange none = ValueRangeOf(options);
    EXPECT_FALSE(none.lowest || none.highest || none.integer) << options;
  }
}

TEST(ValueRange, BringsMeansAndBoundsInside) {
  Forecast forecast{{-3, 50.4, 104}, {{80, {-9, 40.2, 90}, {2, 60.2, 120}}}};
  BringInside({.lowest = 0, .highest = 100, .integer = true}, forecast);
  EXPECT_EQ(forecast.mean, (std::vector<double>{0, 50, 100}));
  EXPECT_EQ(forecast.intervals[0].lo, (std::vector<double>{0, 40, 90}));
  EXPECT_EQ(forecast.intervals[0].hi, (std::vector<double>{2, 60, 100}));
}

TEST(ValueRange, OfWholeNumbersEndsAtWholeNumbersAndHasNoMinusZero) {
  Forecast forecast{{-0.3, -9, 99}, {{80, {-0.2, -9, 98}, {-0.1, 7.2, 99.5}}}};
  BringInside({.lowest = -2.5, .highest = 90.7, .integer = true}, forecast);
  EXPECT_EQ(forecast.mean, (std::vector<double>{0, -2, 90}));
  EXPECT_EQ(forecast.intervals[0].lo, (std::vector<double>{0, -2, 90}));
  EXPECT_EQ(forecast.intervals[0].hi, (std::vector<double>{0, 7, 90}));
  EXPECT_FALSE(std::signbit(forecast.mean[0]));
  EXPECT_FALSE(std::signbit(forecast.intervals[0].lo[0]));
  EXPECT_FALSE(std::signbit(forecast.intervals[0].hi[0]));
}

TEST(ValueRange, LeavesForecastsAloneWithoutOne) {
  Forecast forecast{{-3.5}, {{80, {-9.25}, {2.75}}}};
  BringInside({}, forecast);
  EXPECT_EQ(forecast.mean[0], -3.5);
  EXPECT_EQ(forecast.intervals[0].lo[0], -9.25);
  EXPECT_EQ(forecast.intervals[0].hi[0], 2.75);
}

}  // namespace
}  // namespace fitd::value_range_test
