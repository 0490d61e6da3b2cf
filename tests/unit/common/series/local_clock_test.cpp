#include "common/series/local_clock.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/series/time_grid.h"
#include "common/time_units.h"

namespace fitd::local_clock_test {
namespace {

constexpr TimeNs kMarch2024 = 1'709'251'200 * kNsPerSecond;    // 2024-03-01T00:00Z; summer time from 31 March 01:00Z on
constexpr TimeNs kOctober2024 = 1'727'740'800 * kNsPerSecond;  // 2024-10-01T00:00Z; until 27 October 01:00Z

// `days` days of UTC, each value the hour that clocks in Berlin show (one, or two in summer, ahead of UTC).
std::vector<double> Hours(TimeNs start, int days, TimeNs change, int before, int after) {
  std::vector<double> hours;
  for (int i = 0; i < 24 * days; ++i) {
    const TimeNs time = start + i * kNsPerHour;
    hours.push_back(static_cast<double>((i + (time < change ? before : after)) % 24));
  }
  return hours;
}

TEST(LocalClock, PutsWhatIsBeforeSummerTimeAnHourAhead) {
  const TimeNs change = kMarch2024 + (30 * 24 + 1) * kNsPerHour;
  const std::vector<double> values = Hours(kMarch2024, 40, change, 1, 2);
  const SeriesView series{"a", values, {kMarch2024, {.count = kNsPerHour}}};
  const LocalClockSeries local(series, "Europe/Berlin");
  ASSERT_EQ(local.view().values.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(local.view().values[i], static_cast<double>((i + 2) % 24)) << i;
  }
  ASSERT_EQ(local.view().filled.size(), 1U) << "the hour that no clock shows";
  EXPECT_EQ(local.view().filled[0], (GapRun{30 * 24, 1}));
}

TEST(LocalClock, PutsWhatIsBeforeTheEndOfSummerTimeAnHourBack) {
  const TimeNs change = kOctober2024 + (26 * 24 + 1) * kNsPerHour;
  std::vector<double> values = Hours(kOctober2024, 30, change, 2, 1);
  const SeriesView series{"a", values, {kOctober2024, {.count = kNsPerHour}}};
  const LocalClockSeries local(series, "Europe/Berlin");
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(local.view().values[i], static_cast<double>((i + 1) % 24)) << i;
  }
  ASSERT_EQ(local.view().filled.size(), 1U) << "at the beginning";
  EXPECT_EQ(local.view().filled[0], (GapRun{0, 1}));
}

TEST(LocalClock, MovesShorterStepsByAsManyAsAnHourHas) {
  constexpr int kAnHour = 12;
  const std::vector<double> values(24 * kAnHour * 40, 1.0);
  const SeriesView series{"a", values, {kMarch2024, {.count = kNsPerHour / kAnHour}}};
  const LocalClockSeries local(series, "Europe/Berlin");
  ASSERT_EQ(local.view().filled.size(), 1U);
  EXPECT_EQ(local.view().filled[0], (GapRun{30 * 24 * kAnHour, kAnHour}));
}

TEST(LocalClock, LeavesMissingValuesMissingAndFilledOnesFilled) {
  std::vector<double> values(24 * 40, 1.0);
  values[100] = std::nan("");
  const GapRun filled[] = {{200, 3}};
  const SeriesView series{"a", values, {kMarch2024, {.count = kNsPerHour}}, filled};
  const LocalClockSeries local(series, "Europe/Berlin");
  EXPECT_TRUE(std::isnan(local.view().values[99]));
  ASSERT_EQ(local.view().filled.size(), 2U);
  EXPECT_EQ(local.view().filled[0], (GapRun{199, 3}));
}

TEST(LocalClock, GoesOnThroughAChange) {
  const TimeNs spring = kMarch2024 + (30 * 24 + 1) * kNsPerHour;
  const TimeNs autumn = kOctober2024 + (26 * 24 + 1) * kNsPerHour;
  const auto seen = [](TimeNs start, std::vector<double> values, const char* zone) {
    return OnClockFrom({start, {.count = kNsPerHour}}, values, zone);
  };
  const std::vector<double> forward = seen(spring - kNsPerHour, {1, 3, 4}, "Europe/Berlin");
  ASSERT_EQ(forward.size(), 4U);
  EXPECT_TRUE(std::isnan(forward[1]));
  EXPECT_EQ(forward[2], 3);
  EXPECT_EQ(seen(autumn - kNsPerHour, {2, 2.5, 3, 4}, "Europe/Berlin"), (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(seen(spring, {3, 4}, "Europe/Berlin").size(), 3U) << "right behind the last known value";
  EXPECT_EQ(seen(spring + kNsPerHour, {4, 5}, "Europe/Berlin"), (std::vector<double>{4, 5}));
  EXPECT_EQ(seen(spring - kNsPerHour, {1, 3}, ""), (std::vector<double>{1, 3}));
}

TEST(LocalClock, LeavesTheRestAsItIs) {
  const std::vector<double> values(24 * 40, 1.0);
  const auto as_it_is = [&values](TimeNs start, std::int64_t step, const char* zone) {
    return LocalClockSeries({"a", values, {start, {.count = step}}}, zone).is_as_it_is();
  };
  EXPECT_FALSE(as_it_is(kMarch2024, kNsPerHour, "Europe/Berlin"));
  EXPECT_TRUE(as_it_is(kMarch2024 + 31 * kNsPerDay, kNsPerHour, "Europe/Berlin")) << "no change";
  EXPECT_TRUE(as_it_is(kMarch2024, kNsPerDay, "Europe/Berlin"));
  EXPECT_TRUE(as_it_is(kMarch2024, 7 * kNsPerMinute, "Europe/Berlin"));
  for (const char* zone : {"", "UTC", "+01:00", "Mars/X"}) EXPECT_TRUE(as_it_is(kMarch2024, kNsPerHour, zone)) << zone;
}

}  // namespace
}  // namespace fitd::local_clock_test
