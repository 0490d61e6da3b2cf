#include "daemon/clocks/found_clock.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "common/time_units.h"
#include "daemon/times/civil_day.h"

namespace fitd::found_clock_test {
namespace {

constexpr std::int64_t kSeptember2023 = 19'601;  // days since 1970, a Friday

// Times of `days` days from `first` on, in UTC, at minutes of the day on the clock of a place.
std::vector<Observation> LocalTimes(const char* place, std::int64_t first, int days, const std::vector<int>& minutes,
                                    bool weekends = true) {
  ZoneClock clock(*TimeZone::Find(place));
  std::vector<Observation> times;
  for (std::int64_t day = first; day < first + days; ++day) {
    if (!weekends && WeekdayOf(day) >= 5) continue;
    for (const int minute : minutes) times.push_back({clock.ToUtc(day * kNsPerDay + minute * kNsPerMinute), 0});
  }
  return times;
}

std::string Found(const std::vector<std::vector<Observation>>& targets, const OffsetsSeen& offsets = {}) {
  ClockSearch search(offsets);
  for (const std::vector<Observation>& target : targets) search.Look(target);
  const auto zone = search.Find();
  return zone ? zone->name() : "";
}

TEST(FoundClock, DaysOfAPlaceAreFoundFromTheFirstOneBehindAChange) {
  EXPECT_EQ(Found({LocalTimes("Europe/Berlin", kSeptember2023, 59, {0})}), "");
  EXPECT_EQ(Found({LocalTimes("Europe/Berlin", kSeptember2023, 60, {0})}), "Europe/Berlin");
  EXPECT_EQ(Found({LocalTimes("Europe/Paris", kSeptember2023, 90, {0})}), "Europe/Berlin");
  EXPECT_EQ(Found({LocalTimes("Europe/London", kSeptember2023, 90, {0}, false)}), "Europe/London");
  EXPECT_EQ(Found({LocalTimes("America/New_York", kSeptember2023, 90, {0})}), "America/New_York");
  EXPECT_EQ(Found({LocalTimes("Australia/Sydney", kSeptember2023, 90, {0})}), "Australia/Sydney");
}

TEST(FoundClock, UtcIsNoPlace) {
  EXPECT_EQ(Found({LocalTimes("UTC", kSeptember2023, 400, {0})}), "");
  EXPECT_EQ(Found({LocalTimes("UTC", kSeptember2023, 400, {540, 600, 660, 720})}), "");
  EXPECT_EQ(Found({LocalTimes("UTC", kSeptember2023, 90, {0}), LocalTimes("Europe/Berlin", kSeptember2023, 90, {0})}),
            "");
  // One reading that was late.
  std::vector<Observation> late = LocalTimes("UTC", kSeptember2023, 90, {7 * 60});
  late.back().time += kNsPerHour;
  EXPECT_EQ(Found({late}), "");
}

TEST(FoundClock, SessionsAreThoseOfAPlace) {
  std::vector<int> halves, hours;
  for (int minute = 570; minute < 960; minute += 30) halves.push_back(minute);
  for (int hour = 8; hour < 20; ++hour) hours.push_back(60 * hour);
  EXPECT_EQ(Found({LocalTimes("America/New_York", kSeptember2023, 120, halves, false)}), "America/New_York");
  EXPECT_EQ(Found({LocalTimes("Europe/Berlin", kSeptember2023, 100, hours)}), "Europe/Berlin");
  EXPECT_EQ(Found({LocalTimes("America/New_York", kSeptember2023, 40, halves, false)}), "");  // before the change
}

// Clocks of other places change a few weeks earlier or later, in which a session would be an hour off.
TEST(FoundClock, ThePlaceIsTheOneThatExplainsMost) {
  std::vector<int> halves;
  for (int minute = 570; minute < 960; minute += 30) halves.push_back(minute);
  for (const int days : {120, 400}) {
    EXPECT_EQ(Found({LocalTimes("America/New_York", kSeptember2023, days, halves, false)}), "America/New_York") << days;
    EXPECT_EQ(Found({LocalTimes("Australia/Sydney", kSeptember2023, days, halves, false)}), "Australia/Sydney") << days;
    EXPECT_EQ(Found({LocalTimes("America/New_York", kSeptember2023, days, {720})}), "America/New_York") << days;
  }
}

TEST(FoundClock, OffsetsRuleOut) {
  OffsetsSeen offsets;
  const std::vector<Observation> times =
      LocalTimes("America/Chicago", kSeptember2023, 90, {8 * 60, 12 * 60, 16 * 60, 20 * 60});
  offsets.Add(times.front().time, -300);
  offsets.Add(times.back().time, -360);
  EXPECT_EQ(Found({times}, offsets), "America/Chicago");
}

}  // namespace
}  // namespace fitd::found_clock_test
