// Steps that nearly are others: fixed hours of the day, sparse series, one year mistyped.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "daemon/times/civil_day.h"
#include "daemon/times/lay_series.h"

namespace fitd::odd_steps_test {
namespace {

constexpr std::int64_t kMonday = 19'359 * kNsPerDay;  // 2023-01-02

struct Laid {
  std::string step;
  std::string next;
  std::size_t points = 0;
  std::size_t made_up = 0;
  GridCounts counts;
};

Laid Lay(std::vector<Observation> o) {
  Laid laid;
  const SeriesRules rules;
  SeriesLayer layer(rules);
  const GridPlan plan = layer.Plan(o, laid.counts);
  std::vector<double> values(plan.points);
  LayOnGrid(o, plan, values, laid.counts);
  laid.step = FormatStep(plan.grid.step);
  laid.next = FormatTime(plan.grid.At(static_cast<std::int64_t>(plan.points)), TimeFormat::kDateTime);
  laid.points = plan.points;
  laid.made_up =
      static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }));
  return laid;
}

std::vector<Observation> DaysAt(std::initializer_list<int> hours, int days, bool weekends = true) {
  std::vector<Observation> o;
  for (int day = 0; day < days; ++day) {
    if (!weekends && day % 7 >= 5) continue;
    for (const int hour : hours) o.push_back({kMonday + day * kNsPerDay + hour * kNsPerHour, 0});
  }
  return o;
}

std::vector<Observation> Months(std::initializer_list<int> months) {
  std::vector<Observation> o;
  for (const int month : months) o.push_back({MidnightOf(2020 * 12 + month, 1), 0});
  return o;
}

TEST(OddSteps, HoursOfTheDayArePoints) {
  const auto is = [](const std::vector<Observation>& o, const char* step, const char* next) {
    const Laid laid = Lay(o);
    EXPECT_EQ(laid.step, step);
    EXPECT_EQ(laid.next, next);
    EXPECT_EQ(laid.points, o.size()) << step;
    EXPECT_EQ(laid.counts.snapped, 0U) << step;
  };
  is(DaysAt({7, 14, 21}, 100), "7h@Mon-Sun@07:00-21:00", "2023-04-12T07:00:00");
  is(DaysAt({7, 14, 21}, 10), "7h@Mon-Sun@07:00-21:00", "2023-01-12T07:00:00");
  is(DaysAt({7, 14, 21}, 100, false), "7h@Mon-Fri@07:00-21:00", "2023-04-12T07:00:00");
  is(DaysAt({8, 18}, 30), "10h@Mon-Sun@08:00-18:00", "2023-02-01T08:00:00");
  is(DaysAt({0, 9}, 30), "9h@Mon-Sun@00:00-09:00", "2023-02-01T00:00:00");
  is(DaysAt({6, 9, 18}, 30), "3h@Mon-Sun@06:00-09:00+18:00-18:00", "2023-02-01T06:00:00");
  is(DaysAt({6, 18}, 30), "12h", "2023-02-01T06:00:00");
  is(DaysAt({6, 18}, 100, false), "12h@Mon-Fri@06:00-18:00", "2023-04-12T06:00:00");
  is(DaysAt({6, 14, 22}, 30), "8h", "2023-02-01T06:00:00");
  for (const char* step : {"7h@Mon-Sun@07:00-21:00", "3h@Mon-Sun@06:00-09:00+18:00-18:00"}) {
    const Result<Step> read = ParseStep(step);
    ASSERT_TRUE(read.ok()) << step;
    EXPECT_EQ(FormatStep(*read), step);
  }
}

// Of currencies from Sunday 22:00 to Friday 21:00, of futures with a pause of an hour a day.
TEST(OddSteps, AWeekOfCurrenciesHasNoWeekend) {
  const auto hours = [](int first, int count, int open, int pause) {
    std::vector<Observation> o;
    for (std::int64_t t = kMonday + first * kNsPerHour; static_cast<int>(o.size()) < count; t += kNsPerHour) {
      const std::int64_t shifted = t - open * kNsPerHour;  // sessions begin at midnight, on Sunday to Thursday
      const int day = WeekdayOf(DayOf(shifted));
      if (day == 4 || day == 5 || CivilDayOf(shifted).clock >= (24 - pause) * kNsPerHour) continue;
      o.push_back({t, 0});
    }
    return o;
  };
  for (const int first : {0, 29}) {
    Laid laid = Lay(hours(first, 1500, 22, 0));
    EXPECT_EQ(laid.step, "1h@Sun-Thu@22:00-21:00");
    EXPECT_EQ(laid.made_up, 0U);
    EXPECT_EQ(laid.points, 1500U);
    laid = Lay(hours(first, 1500, 18, 1));
    EXPECT_EQ(laid.step, "1h@Sun-Thu@18:00-16:00");
    EXPECT_EQ(laid.made_up, 0U);
  }
}

// Whole days, so that no two may share a point, however many are missing between them.
TEST(OddSteps, AShortSparseSeriesKeepsItsObservations) {
  std::vector<Observation> days;
  for (const int day : {2, 6, 8, 9, 15, 18, 27, 29, 33, 37}) days.push_back({kMonday + day * kNsPerDay, 0});
  Laid laid = Lay(days);
  EXPECT_EQ(laid.step, "1D");
  EXPECT_EQ(laid.counts.lost + laid.counts.snapped, 0U);
  laid = Lay(Months({1, 3, 5, 12, 14, 17, 18, 21, 24, 28, 30}));
  EXPECT_EQ(laid.step, "1M");
  EXPECT_EQ(laid.counts.lost + laid.counts.snapped, 0U);
}

// One in each week, on any day, is a week.
TEST(OddSteps, OneInEachPeriodIsThatPeriod) {
  for (const int count : {12, 30, 100}) {
    std::vector<Observation> o;
    for (int i = 0; i < count; ++i) o.push_back({kMonday + (7 * i + i * i * 5 % 7) * kNsPerDay, 0});
    EXPECT_EQ(Lay(o).step, "7D") << count;
  }
}

std::vector<Observation> WithYear(std::vector<Observation> o, std::size_t place, int later) {
  const CivilDay day = CivilDayOf(o[place].time);
  o[place].time = MidnightOf(day.month + 12 * later, day.day);
  return o;
}

TEST(OddSteps, AYearMistypedIsCutOffInShortDataToo) {
  std::vector<Observation> days, months, weeks;
  for (int i = 0; i < 360; ++i) days.push_back({kMonday + i * kNsPerDay, 0});
  for (int i = 0; i < 120; ++i) months.push_back({MidnightOf(2010 * 12 + i, 1), 0});
  for (int i = 0; i < 260; ++i) weeks.push_back({kMonday + i * kNsPerWeek, 0});
  struct Case {
    std::vector<Observation> o;
    std::size_t points;
  };
  const Case cases[] = {{WithYear(days, 200, 1), 360},    {WithYear(days, 200, -1), 360},
                        {WithYear(days, 20, 1), 360},     {WithYear(days, 0, -1), 359},
                        {WithYear(months, 119, 10), 119}, {WithYear(months, 60, 10), 120},
                        {WithYear(weeks, 259, 3), 259}};
  for (const Case& one : cases) {
    const Laid laid = Lay(one.o);
    EXPECT_EQ(laid.points, one.points);
    EXPECT_EQ(laid.counts.stray, 1U);
    EXPECT_LE(laid.made_up, 1U);
  }
  // What comes a year and a month later is no such date: nothing is missing there.
  days.push_back({kMonday + (359 + 30) * kNsPerDay, 0});
  EXPECT_EQ(Lay(days).counts.stray, 0U);
}

}  // namespace
}  // namespace fitd::odd_steps_test
