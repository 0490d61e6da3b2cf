#include "daemon/output/clock_steps.h"

#include <gtest/gtest.h>

#include <numeric>

namespace fitd::clock_steps_test {
namespace {

constexpr TimeNs kHour = 3'600'000'000'000;
constexpr TimeNs kSpring = 1'711'846'800'000'000'000;  // 2024-03-31T01:00:00Z: the clock of Berlin is put forward
constexpr TimeNs kAutumn = 1'729'990'800'000'000'000;  // 2024-10-27T01:00:00Z: and back

// Steps 0, 1, 2, ... as a forecast of a target whose last hour is two before `change`.
std::vector<double> StepsAround(TimeNs change, const std::string& zone, int horizon, TimeNs step = kHour) {
  ClockSteps clock(zone);
  const TimeGrid grid = {change - 10 * step, {Step::Unit::kNanosecond, step}};
  Forecast forecast;
  forecast.mean.resize(static_cast<std::size_t>(clock.Take(grid, 9, horizon)));
  std::iota(forecast.mean.begin(), forecast.mean.end(), 0);
  forecast.intervals = {{80, forecast.mean, forecast.mean}};
  clock.Apply(forecast);
  EXPECT_EQ(forecast.intervals[0].lo, forecast.mean);
  EXPECT_EQ(forecast.intervals[0].hi, forecast.mean);
  return forecast.mean;
}

TEST(ClockSteps, LeavesOutTheHourThatTheClockSkips) {
  EXPECT_EQ(StepsAround(kSpring, "Europe/Berlin", 4), (std::vector<double>{0, 2, 3, 4}));
}

TEST(ClockSteps, GivesTheHourThatTheClockShowsTwiceTwice) {
  EXPECT_EQ(StepsAround(kAutumn, "Europe/Berlin", 4), (std::vector<double>{0, 0, 1, 2}));
}

TEST(ClockSteps, GoesOnAsItIsWithoutAChange) {
  const std::vector<double> same = {0, 1, 2, 3};
  EXPECT_EQ(StepsAround(kSpring, "", 4), same);
  EXPECT_EQ(StepsAround(kSpring, "+01:00", 4), same);
  EXPECT_EQ(StepsAround(kSpring, "Asia/Kolkata", 4), same);
  EXPECT_EQ(StepsAround(kSpring, "Europe/Berlin", 1), std::vector<double>{0});
  EXPECT_EQ(StepsAround(kSpring, "Europe/Berlin", 4, 24 * kHour), same) << "days follow the grid";
}

TEST(ClockSteps, LeavesShortForecastsShort) {
  ClockSteps clock("Europe/Berlin");
  EXPECT_EQ(clock.Take({kSpring - 10 * kHour, {Step::Unit::kNanosecond, kHour}}, 9, 4), 5);
  Forecast forecast;
  clock.Apply(forecast);
  EXPECT_TRUE(forecast.mean.empty());
  forecast.mean = {7, 8, 9};
  clock.Apply(forecast);
  EXPECT_EQ(forecast.mean, (std::vector<double>{7, 9}));
}

}  // namespace
}  // namespace fitd::clock_steps_test
