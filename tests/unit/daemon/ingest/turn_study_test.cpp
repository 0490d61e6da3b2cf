// Which column tells series apart whose times never meet.
#include "daemon/ingest/turn_study.h"

#include <gtest/gtest.h>

namespace fitd::turn_study_test {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;

// Rows of ids with a time and an offset each, by time or by id.
struct Rows {
  std::vector<TimeNs> times;
  TurnCandidate candidate{0, "unit", true, {}};

  void Add(TimeNs time, std::string_view id) {
    times.push_back(time);
    candidate.cells.push_back(id);
  }
  bool Found() const { return FindTurnTaker(times, std::span(&candidate, 1)).has_value(); }
};

Rows Turns(TimeNs step, TimeNs offset, bool by_id) {
  Rows rows;
  for (int k = 0; k < 2 && by_id; ++k) {
    for (int i = 0; i < 20; ++i) rows.Add(i * step + k * offset, k == 0 ? "a" : "b");
  }
  for (int i = 0; i < 20 && !by_id; ++i) {
    rows.Add(i * step, "a");
    rows.Add(i * step + offset, "b");
  }
  return rows;
}

TEST(TurnStudy, FindsIdsWithStepsOfTheirOwn) {
  EXPECT_TRUE(Turns(60 * kSecond, 7 * kSecond, false).Found());
  EXPECT_TRUE(Turns(60 * kSecond, 7 * kSecond, true).Found());
  EXPECT_TRUE(Turns(60 * kSecond, 30 * kSecond, true).Found());
  EXPECT_TRUE(Turns(60 * kSecond, 30 * kSecond, false).Found());  // in turns
}

TEST(TurnStudy, NumbersInTurnsAreIdsByTheirNameOnly) {
  Rows rows = Turns(60 * kSecond, 30 * kSecond, false);
  rows.candidate.text = false;
  EXPECT_FALSE(rows.Found());
  rows.candidate.name = "meter_no";
  EXPECT_TRUE(rows.Found());
}

TEST(TurnStudy, WeekdaysFlagsAndHalvesOfTheDayAreNone) {
  constexpr std::string_view kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  Rows weekdays;
  Rows flags;
  Rows halves;
  Rows mostly_good;
  for (int i = 0; i < 70; ++i) {
    weekdays.Add(i * 86'400 * kSecond, kDays[i % 7]);
    flags.Add(i * 60 * kSecond, i * i % 7 < 3 ? "on" : "off");
    mostly_good.Add(i * 60 * kSecond, i * i % 23 == 3 ? "bad" : "good");
    halves.Add(i * 3600 * kSecond, i % 24 < 12 ? "AM" : "PM");
  }
  EXPECT_FALSE(weekdays.Found());
  EXPECT_FALSE(flags.Found());
  EXPECT_FALSE(halves.Found());
  EXPECT_FALSE(mostly_good.Found()) << "at the step of all rows together";
}

TEST(TurnStudy, SpansThatFollowEachOtherAreOneSeries) {
  Rows rows;
  for (int i = 0; i < 40; ++i) rows.Add(i * 60 * kSecond, i < 20 ? "first" : "second");
  EXPECT_FALSE(rows.Found());
}

}  // namespace
}  // namespace fitd::turn_study_test
