#include "common/series/time_zone.h"

#include <gtest/gtest.h>

namespace fitd::time_zone_test {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;
constexpr TimeNs kHour = 3600 * kSecond;
constexpr TimeNs kSpring = 1'711'846'800 * kSecond;  // 2024-03-31T01:00:00Z, the clock of Berlin goes to 03:00
constexpr TimeNs kAutumn = 1'729'990'800 * kSecond;  // 2024-10-27T01:00:00Z, back to 02:00

std::shared_ptr<const TimeZone> Zone(std::string_view name) {
  Result<std::shared_ptr<const TimeZone>> zone = TimeZone::Find(name);
  EXPECT_TRUE(zone.ok()) << zone.status().message();
  return zone.ok() ? *zone : nullptr;
}

TEST(TimeZone, KnowsPlacesAndFixedOffsets) {
  EXPECT_TRUE(Zone("Europe/Berlin")->is_place());
  EXPECT_EQ(Zone("Europe/Berlin")->At(kSpring - 1).offset, kHour);
  EXPECT_EQ(Zone("Europe/Berlin")->At(kSpring).offset, 2 * kHour);
  EXPECT_EQ(Zone("Europe/Berlin")->At(kSpring).begin, kSpring);
  EXPECT_EQ(Zone("Europe/Berlin")->At(kSpring).end, kAutumn);
  EXPECT_FALSE(Zone("+05:30")->is_place());
  EXPECT_EQ(Zone("+05:30")->At(kSpring).offset, 5 * kHour + kHour / 2);
  EXPECT_EQ(Zone("-0330")->At(kSpring).offset, -(3 * kHour + kHour / 2));
  EXPECT_EQ(Zone("UTC")->At(kSpring).offset, 0);
}

TEST(TimeZone, SuggestsTheNameThatIsNearest) {
  const auto zone = TimeZone::Find("Europe/Berln");
  ASSERT_FALSE(zone.ok());
  EXPECT_EQ(zone.status().code(), StatusCode::kUsage);
  EXPECT_NE(zone.status().message().find("Europe/Berlin"), std::string::npos) << zone.status().message();
  for (const char* none : {"", "Mars/X", "+25:00", "+1:2:3", "05:30"}) EXPECT_FALSE(TimeZone::Find(none).ok()) << none;
}

TEST(ZoneClock, ReadsAnHourThatComesTwiceAsTheFirst) {
  ZoneClock clock(Zone("Europe/Berlin"));
  const TimeNs twice = clock.ToWall(kAutumn - kHour / 2);  // 02:30 in summer
  EXPECT_EQ(clock.ToWall(kAutumn + kHour / 2), twice);
  EXPECT_EQ(clock.ToUtc(twice), kAutumn - kHour / 2);
  EXPECT_EQ(clock.RepeatedBy(kAutumn - kHour / 2), kHour);
  EXPECT_EQ(clock.RepeatedBy(kAutumn + kHour / 2), 0);
  EXPECT_EQ(clock.RepeatedBy(kSpring), 0);
}

TEST(ZoneClock, ReadsAnHourThatIsSkippedAsIfItWereThere) {
  ZoneClock clock(Zone("Europe/Berlin"));
  const TimeNs skipped = kSpring + kHour + kHour / 2;  // 02:30 on the wall
  EXPECT_EQ(clock.ToUtc(skipped), kSpring + kHour / 2);
}

// Every half hour of two years there and back, in whatever order they come.
TEST(ZoneClock, GivesBackEveryTimeThatIsShownOnce) {
  for (const char* place : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"}) {
    ZoneClock clock(Zone(place));
    for (const TimeNs direction : {TimeNs{1}, TimeNs{-1}}) {
      for (TimeNs i = 0; i < 2 * 366 * 48; ++i) {
        const TimeNs utc = kSpring + direction * i * (kHour / 2);
        const TimeNs back = clock.ToUtc(clock.ToWall(utc));
        const std::int64_t later = utc - back;
        ASSERT_TRUE(later == 0 || later == clock.RepeatedBy(back)) << place << ' ' << utc;
      }
    }
  }
}

TEST(TimeZone, WritesAndTakesOffsets) {
  EXPECT_EQ(FormatOffset(kHour), "+01:00");
  EXPECT_EQ(FormatOffset(-(3 * kHour + kHour / 2), false), "-0330");
  EXPECT_EQ(FormatOffset(0), "+00:00");
  const struct {
    std::string_view text, rest;
    int minutes;
  } cases[] = {{"UTC", "", 0}, {"CEST next", " next", 120}, {"EST", "", -300}, {"JST)", ")", 540}};
  for (const auto& c : cases) {
    std::string_view text = c.text;
    std::int32_t minutes = -1;
    EXPECT_TRUE(TakeZoneName(text, &minutes)) << c.text;
    EXPECT_EQ(minutes, c.minutes) << c.text;
    EXPECT_EQ(text, c.rest);
  }
  for (const std::string_view several : {"CST", "IST", "BST", "XYZ", ""}) {
    std::string_view text = several;
    std::int32_t minutes = -1;
    EXPECT_FALSE(TakeZoneName(text, &minutes)) << several;
    EXPECT_EQ(text, several);
  }
}

}  // namespace
}  // namespace fitd::time_zone_test
