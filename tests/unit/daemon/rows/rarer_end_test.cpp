#include "daemon/rows/rarer_end.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "common/time_units.h"

namespace fitd::rarer_end_test {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr TimeNs kNewYear = 1'672'531'200 * kNsPerSecond;  // 2023-01-01
constexpr TimeGrid kDays = {kNewYear, {Step::Unit::kNanosecond, kNsPerDay}};

// `dense` values of about 50, then values at these distances from the one before.
std::vector<double> Series(std::size_t dense, const std::vector<std::size_t>& distances, double size) {
  std::vector<double> values;
  for (std::size_t i = 0; i < dense; ++i) values.push_back(50 + static_cast<double>(i * 7 % 11));
  for (const std::size_t distance : distances) {
    values.resize(values.size() + distance - 1, kNone);
    values.push_back(size + static_cast<double>(values.size() % 7));
  }
  return values;
}

TEST(RarerEnd, FindsMonthsBehindDays) {
  // 2024-01-01 and the first days of the months behind it.
  EXPECT_EQ(StepOfRarerEnd(Series(366, {31, 29, 31}, 55), kDays), (Step{Step::Unit::kMonth, 1}));
  EXPECT_EQ(StepOfRarerEnd(Series(366, {31, 29}, 1600), kDays), (Step{Step::Unit::kMonth, 1}));
  EXPECT_EQ(StepOfRarerEnd(Series(366, {31, 29}, 55), kDays).count, 0);
  EXPECT_EQ(StepOfRarerEnd(Series(366, {31, 28, 31}, 55), kDays).count, 0);
}

TEST(RarerEnd, FindsWeeksBehindDaysAndDaysBehindHours) {
  EXPECT_EQ(StepOfRarerEnd(Series(100, {7, 7, 7, 7}, 350), kDays), (Step{Step::Unit::kNanosecond, 7 * kNsPerDay}));
  const TimeGrid hours = {kNewYear, {Step::Unit::kNanosecond, kNsPerHour}};
  EXPECT_EQ(StepOfRarerEnd(Series(480, {24, 24, 24}, 55), hours), (Step{Step::Unit::kNanosecond, kNsPerDay}));
}

TEST(RarerEnd, FindsQuartersBehindMonths) {
  const TimeGrid months = {kNewYear, {Step::Unit::kMonth, 1}};
  EXPECT_EQ(StepOfRarerEnd(Series(72, {3, 3, 3}, 100), months), (Step{Step::Unit::kMonth, 3}));
}

TEST(RarerEnd, PassesOverHolesAndSeriesThatWereAlwaysRare) {
  EXPECT_EQ(StepOfRarerEnd(Series(366, {3}, 55), kDays).count, 0);
  EXPECT_EQ(StepOfRarerEnd(Series(366, {2, 2, 2}, 55), kDays).count, 0);
  EXPECT_EQ(StepOfRarerEnd(Series(366, {7, 5, 7}, 55), kDays).count, 0);
  EXPECT_EQ(StepOfRarerEnd(Series(1, std::vector<std::size_t>(20, 7), 55), kDays).count, 0);
  EXPECT_EQ(StepOfRarerEnd(Series(366, {}, 55), kDays).count, 0);
  std::vector<std::size_t> always;
  for (int i = 0; i < 60; ++i) always.push_back(i % 2 == 0 ? 1 : 7);
  for (int i = 0; i < 3; ++i) always.push_back(7);
  EXPECT_EQ(StepOfRarerEnd(Series(2, always, 55), kDays).count, 0);
}

std::vector<double> Reversed(std::vector<double> values) {
  std::reverse(values.begin(), values.end());
  return values;
}

TEST(RarerBegin, FindsWhatComesMoreOftenSince) {
  const std::vector<std::size_t> weeks(20, 7);
  EXPECT_EQ(StepOfRarerBegin(Reversed(Series(300, weeks, 55)), kDays), (Step{Step::Unit::kNanosecond, 7 * kNsPerDay}));
  const TimeGrid months = {kNewYear, {Step::Unit::kMonth, 1}};
  EXPECT_EQ(StepOfRarerBegin(Reversed(Series(150, std::vector<std::size_t>(40, 3), 55)), months),
            (Step{Step::Unit::kMonth, 3}));
  const TimeGrid minutes = {kNewYear, {Step::Unit::kNanosecond, kNsPerMinute}};
  EXPECT_EQ(StepOfRarerBegin(Reversed(Series(1000, std::vector<std::size_t>(100, 5), 55)), minutes),
            (Step{Step::Unit::kNanosecond, 5 * kNsPerMinute}));
}

TEST(RarerBegin, PassesOverHolesAndFewValuesInFront) {
  EXPECT_EQ(StepOfRarerBegin(Reversed(Series(400, {7, 7, 7}, 55)), kDays).count, 0);
  EXPECT_EQ(StepOfRarerBegin(Reversed(Series(100, {7, 5, 9, 4}, 55)), kDays).count, 0);
  EXPECT_EQ(StepOfRarerBegin(Series(300, std::vector<std::size_t>(20, 7), 55), kDays).count, 0);
}

}  // namespace
}  // namespace fitd::rarer_end_test
