#include "daemon/times/step_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <tuple>

#include "common/series/usual_season.h"
#include "daemon/times/civil_day.h"
#include "daemon/times/lay_series.h"

namespace fitd::step_choice_test {
namespace {

constexpr std::int64_t kHour = 3600 * kNsPerSecond;
constexpr std::int64_t kJanuary2024 = 19'723 * kNsPerDay;  // a Monday

struct Laid {
  std::string step;
  TimeGrid grid;
  std::vector<double> values;
  GridCounts counts;

  std::size_t made_up() const {
    return static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }));
  }
  std::string Next(std::int64_t k = 0) const {
    return FormatTime(grid.At(static_cast<std::int64_t>(values.size()) + k), TimeFormat::kDate);
  }
};

Laid Lay(std::vector<Observation> o, const SeriesRules& rules = {}) {
  Laid laid;
  SeriesLayer layer(rules);
  const GridPlan plan = layer.Plan(o, laid.counts);
  laid.values.resize(plan.points);
  LayOnGrid(o, plan, laid.values, laid.counts);
  laid.grid = plan.grid;
  laid.step = FormatStep(plan.grid.step);
  return laid;
}

// Observations at the times for which `keep` says so of n.
std::vector<Observation> Times(
    int n, const std::function<TimeNs(int)>& time, const std::function<bool(int)>& keep = [](int) { return true; }) {
  std::vector<Observation> out;
  for (int i = 0; i < n; ++i) {
    if (keep(i)) out.push_back({time(i), static_cast<double>(out.size())});
  }
  return out;
}

// Numbers that look like chance and are the same everywhere.
int Chance(int i, int below) {
  std::uint64_t x = static_cast<std::uint64_t>(i) * 0x9E3779B97F4A7C15ULL + 12345;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9ULL;
  x ^= x >> 32;
  return static_cast<int>(x % static_cast<std::uint64_t>(below));
}

TEST(StepChoice, SparseDaysAreDays) {
  for (const int seed : {1, 1000, 5000, 9000}) {
    for (const int percent : {15, 33, 60}) {
      const Laid laid = Lay(Times(
          300, [](int i) { return kJanuary2024 + i * kNsPerDay; },
          [&](int i) { return Chance(i + seed, 100) < percent; }));
      EXPECT_EQ(laid.step, "1D") << seed << " " << percent;
      EXPECT_EQ(laid.counts.lost, 0U);
    }
  }
}

TEST(StepChoice, ASecondStampBesideTheFirstIsNoStep) {
  std::vector<Observation> o;
  for (int i = 0; i < 120; ++i) {
    o.push_back({kJanuary2024 + i * kHour, static_cast<double>(i)});
    if (i % 2 == 1) o.push_back({kJanuary2024 + i * kHour + kNsPerSecond, static_cast<double>(i)});
  }
  const Laid laid = Lay(o);
  EXPECT_EQ(laid.step, "1h");
  EXPECT_EQ(laid.values.size(), 120U);
  EXPECT_EQ(laid.counts.merged, 60U);
  EXPECT_EQ(laid.counts.lost, 0U) << "a repeat of a value loses nothing";
}

TEST(StepChoice, BusinessDaysAreAStepOfTheirOwn) {
  const auto day = [](int i) { return kJanuary2024 + i * kNsPerDay; };
  const Laid laid = Lay(Times(420, day, [](int i) { return i % 7 < 5; }));
  EXPECT_EQ(laid.step, "B");
  EXPECT_EQ(laid.values.size(), 300U);
  EXPECT_EQ(laid.made_up(), 0U);
  EXPECT_EQ(UsualSeason(laid.grid.step), 5);
  EXPECT_EQ(laid.Next(), "2025-02-24");  // a Monday
  EXPECT_EQ(laid.Next(4), "2025-02-28");
  EXPECT_EQ(laid.Next(5), "2025-03-03");
  // Holidays are holes, and a special session on a Saturday is off the calendar.
  const Laid holidays = Lay(Times(420, day, [](int i) { return (i % 7 < 5 && i % 45 != 2) || i == 26; }));
  EXPECT_EQ(holidays.step, "B");
  EXPECT_EQ(holidays.counts.stray, 1U);
  EXPECT_LT(holidays.made_up(), 12U);
  const Laid six = Lay(Times(420, day, [](int i) { return i % 7 < 6; }));
  EXPECT_EQ(six.step, "Mon-Sat");
  EXPECT_EQ(UsualSeason(six.grid.step), 6);
  const Laid three = Lay(Times(420, day, [](int i) { return i % 7 == 0 || i % 7 == 2 || i % 7 == 4; }));
  EXPECT_EQ(three.step, "Mon+Wed+Fri");
  EXPECT_EQ(three.made_up(), 0U);
  // A day of the week is a week, and every day is a day.
  EXPECT_EQ(Lay(Times(420, day, [](int i) { return i % 7 == 3; })).step, "7D");
  EXPECT_EQ(Lay(Times(60, day)).step, "1D");
}

TEST(StepChoice, MarketHoursAreASession) {
  std::vector<Observation> o;
  for (int d = 0; d < 40; ++d) {
    if (d % 7 > 4) continue;
    for (int k = 0; k < 78; ++k) {
      o.push_back({kJanuary2024 + d * kNsPerDay + (570 + 5 * k) * 60 * kNsPerSecond, static_cast<double>(k)});
    }
  }
  const Laid laid = Lay(o);
  EXPECT_EQ(laid.step, "5min@Mon-Fri@09:30-15:55");
  EXPECT_EQ(laid.values.size(), o.size());
  EXPECT_EQ(laid.made_up(), 0U);
  EXPECT_EQ(UsualSeason(laid.grid.step), 78);
  for (std::size_t i = 0; i < laid.values.size(); ++i) ASSERT_EQ(laid.grid.At(static_cast<std::int64_t>(i)), o[i].time);
  EXPECT_EQ(FormatTime(laid.grid.At(static_cast<std::int64_t>(o.size())), TimeFormat::kDateTime),
            "2024-02-12T09:30:00");
}

// Currencies are traded round the clock but at weekends; a week and a half with a gap is no such thing.
TEST(StepChoice, RoundTheClockOnSomeDaysIsASession) {
  const auto hours = [](int days) {
    return Times(24 * days,
                 [](int i) { return kJanuary2024 + (i / 24 + i / 24 / 5 * 2) * kNsPerDay + i % 24 * kNsPerHour; });
  };
  const Laid laid = Lay(hours(40));
  EXPECT_EQ(laid.step, "1h@Mon-Fri@00:00-23:00");
  EXPECT_EQ(laid.made_up() + laid.counts.lost + laid.counts.snapped, 0U);
  EXPECT_EQ(laid.Next(), "2024-02-26");
  EXPECT_EQ(Lay(hours(8)).step, "1h");
}

TEST(StepChoice, AMarketClosesForLunch) {
  const auto minutes = [](int i) { return i < 24 ? 570 + 5 * i : 780 + 5 * (i - 24); };
  const Laid laid = Lay(Times(48 * 8, [&](int i) {
    const int day = i / 48 + i / 48 / 5 * 2;
    return kJanuary2024 + day * kNsPerDay + minutes(i % 48) * kNsPerMinute;
  }));
  EXPECT_EQ(laid.step, "5min@Mon-Fri@09:30-11:25+13:00-14:55");
  EXPECT_EQ(laid.made_up() + laid.counts.lost + laid.counts.snapped, 0U);
  EXPECT_EQ(laid.Next(), "2024-01-11T09:30:00");
}

TEST(StepChoice, DaysOfTheMonthAreAStep) {
  const auto on = [](int month, unsigned day) { return MidnightOf(2024 * 12 + month, day); };
  for (const auto& [first, second, step, next] : {std::tuple{1U, 15U, "M@1+15", "2025-01-01"},
                                                  {1U, 16U, "M@1+16", "2025-01-01"},
                                                  {15U, 31U, "M@15+end", "2025-01-15"}}) {
    const Laid laid = Lay(Times(24, [&](int i) { return on(i / 2, i % 2 == 0 ? first : second); }));
    EXPECT_EQ(laid.step, step);
    EXPECT_EQ(laid.made_up() + laid.counts.lost + laid.counts.snapped, 0U);
    EXPECT_EQ(laid.Next(), next);
  }
  EXPECT_EQ(UsualSeason(Step::OnMonthDays(3)), 24);
  // Weeks are seen on all days of the month.
  EXPECT_EQ(Lay(Times(60, [](int i) { return kJanuary2024 + i * 7 * kNsPerDay; })).step, "7D");
}

TEST(StepChoice, CompositesBeginAnewEachYear) {
  // From 2018 on, over a leap year; some composites are missing.
  for (const auto& [days, per_year, step, next] : {std::tuple{16, 23, "16D@year", "2022-01-01"},
                                                   {8, 46, "8D@year", "2022-01-01"},
                                                   {5, 73, "5D@year", "2022-01-01"}}) {
    std::vector<Observation> o;
    for (int i = 0; i < 4 * per_year; ++i) {
      if (i % 19 == 7) continue;
      const TimeNs time = MidnightOf((2018 + i / per_year) * 12, 1) + i % per_year * days * kNsPerDay;
      o.push_back({time, static_cast<double>(i)});
    }
    const Laid laid = Lay(o);
    EXPECT_EQ(laid.step, step);
    EXPECT_EQ(laid.values.size(), static_cast<std::size_t>(4 * per_year));
    EXPECT_EQ(laid.counts.lost + laid.counts.snapped, 0U);
    EXPECT_EQ(laid.Next(), next);
    EXPECT_EQ(UsualSeason(laid.grid.step), per_year);
    EXPECT_EQ(FormatStep(*ParseStep(step)), step);
    EXPECT_EQ(StepsBetween(laid.grid.step, o.front().time, o.back().time), 4 * per_year - 1);
  }
  // Without a new year to be seen, or where the distance goes on over it, it is a plain distance.
  EXPECT_EQ(Lay(Times(20, [](int i) { return kJanuary2024 + i * 16 * kNsPerDay; })).step, "16D");
  EXPECT_EQ(Lay(Times(60, [](int i) { return kJanuary2024 + i * 16 * kNsPerDay; })).step, "16D");
  EXPECT_FALSE(ParseStep("1D@year").ok());
  EXPECT_FALSE(ParseStep("200D@year").ok());
}

TEST(StepChoice, MonthsWhateverTheDayAndTheHour) {
  const auto month = [](int i) { return MidnightOf(2019 * 12 + i, 1); };
  const Laid clock = Lay(Times(60, [&](int i) { return month(i) + Chance(i, 86'400) * kNsPerSecond; }));
  EXPECT_EQ(clock.step, "1M");
  EXPECT_EQ(clock.Next(), "2024-01-01");
  const Laid day = Lay(Times(60, [&](int i) { return month(i) + Chance(i, 28) * kNsPerDay; }));
  EXPECT_EQ(day.step, "1M");
  EXPECT_EQ(day.values.size(), 60U);
  EXPECT_EQ(day.made_up(), 0U);
  EXPECT_EQ(day.counts.lost, 0U);
  SeriesRules monthly;
  monthly.frequency = *ParseFrequency("ME");
  const Laid ends = Lay(Times(60, [&](int i) { return month(i) + Chance(i, 28) * kNsPerDay; }), monthly);
  EXPECT_EQ(ends.values.size(), 60U);
  EXPECT_EQ(ends.Next(), "2024-01-31");
  const Laid quarters =
      Lay(Times(84, [&](int i) { return MidnightOf(2003 * 12 + 3 * i, 1) + Chance(i, 3) * kNsPerDay; }));
  EXPECT_EQ(quarters.step, "1Q");
  EXPECT_EQ(quarters.made_up(), 0U);
  EXPECT_EQ(quarters.Next(), "2024-01-01");
  EXPECT_EQ(UsualSeason(quarters.grid.step), 4);
}

TEST(StepChoice, OneMistypedYearIsCutOff) {
  std::vector<Observation> o = Times(360, [](int i) { return kJanuary2024 + i * kNsPerDay; });
  o.push_back({kJanuary2024 + 4000 * kNsPerDay, 1});
  const Laid laid = Lay(o);
  EXPECT_EQ(laid.values.size(), 360U);
  EXPECT_EQ(laid.counts.stray, 1U);
  EXPECT_EQ(laid.Next(), "2024-12-26");
}

TEST(StepChoice, OfTwoStretchesTheNewerIsKept) {
  std::vector<Observation> o = Times(300, [](int i) { return kJanuary2024 + i * kNsPerDay; });
  for (int i = 0; i < 200; ++i) o.push_back({kJanuary2024 + (3000 + i) * kNsPerDay, 2});
  const Laid laid = Lay(o);
  EXPECT_EQ(laid.values.size(), 200U);
  EXPECT_EQ(laid.counts.stray, 300U);
}

TEST(StepChoice, ThePhaseAtTheEndCounts) {
  // Midnights of Berlin, as UTC: 23:00 in winter, 22:00 in summer.
  const Laid laid = Lay(
      Times(245, [](int i) { return kJanuary2024 + (60 + i) * kNsPerDay + (i >= 30 && i < 214 ? 22 : 23) * kHour; }));
  EXPECT_EQ(laid.values.size(), 245U);
  EXPECT_EQ(laid.grid.start % kNsPerDay, 23 * kHour);
  EXPECT_EQ(laid.counts.lost, 0U);
}

TEST(StepChoice, DaysOfAZoneAreItsOwn) {
  SeriesRules berlin;
  berlin.zone = TimeZone::Find("Europe/Berlin").value();
  ZoneClock clock(berlin.zone);
  const auto local = [&](int i) { return clock.ToUtc(kJanuary2024 + (60 + i) * kNsPerDay); };
  const Laid laid = Lay(Times(245, local), berlin);
  EXPECT_EQ(laid.step, "1D");
  EXPECT_EQ(laid.values.size(), 245U);
  EXPECT_EQ(laid.counts.snapped, 0U);
  EXPECT_EQ(laid.grid.start % kNsPerDay, 0);  // on the wall
  // Hours are counted by the clock of the world, also where the wall shows one twice.
  std::vector<Observation> hours;
  for (int i = 0; i < 48; ++i) {
    const TimeNs utc = 20'022 * kNsPerDay + 12 * kHour + i * kHour;             // 2024-10-26T12:00Z
    hours.push_back({clock.ToUtc(clock.ToWall(utc)), static_cast<double>(i)});  // as the parser reads it
  }
  const Laid hourly = Lay(hours, berlin);
  EXPECT_EQ(hourly.step, "1h");
  EXPECT_EQ(hourly.values.size(), 48U);
  EXPECT_EQ(hourly.made_up(), 0U);
  EXPECT_EQ(hourly.counts.duplicates, 0U);
}

TEST(Aggregate, PutsTheRowsOfAPeriodTogether) {
  std::vector<Observation> events;
  for (int i = 0; i < 100; ++i) events.push_back({kJanuary2024 + i * 7 * kHour, i % 4 + 1.0});
  const std::pair<const char*, double> first_day[] = {{"sum", 10}, {"mean", 2.5}, {"last", 4},  {"first", 1},
                                                      {"min", 1},  {"max", 4},    {"count", 4}, {"median", 2.5}};
  for (const auto& [how, expected] : first_day) {
    SeriesRules rules;
    rules.frequency = *ParseFrequency("1D");
    rules.aggregate = *FindAggregate(how);
    const Laid laid = Lay(events, rules);
    EXPECT_EQ(laid.values.size(), 29U) << how;
    EXPECT_EQ(laid.values[0], expected) << how;
    EXPECT_EQ(laid.counts.lost, 0U);
  }
  SeriesRules weekly;
  weekly.frequency = *ParseFrequency("W-SUN");
  weekly.aggregate = Aggregate::kCount;
  const Laid weeks = Lay(events, weekly);
  EXPECT_EQ(FormatTime(weeks.grid.start, TimeFormat::kDate), "2024-01-07");
  EXPECT_EQ(weeks.values[0], 24);
  SeriesRules monthly;
  monthly.frequency = *ParseFrequency("MS");
  monthly.aggregate = Aggregate::kSum;
  EXPECT_EQ(Lay(events, monthly).values.size(), 1U);
  EXPECT_FALSE(FindAggregate("avg"));
}

TEST(Observations, DistancesOfCenturiesAreNoOverflow) {
  constexpr TimeNs kLeast = std::numeric_limits<TimeNs>::min();
  constexpr TimeNs kMost = std::numeric_limits<TimeNs>::max();
  EXPECT_EQ(SaturatedDistance(3, 10), 7);
  EXPECT_EQ(SaturatedDistance(kLeast, kMost), kMost);
  EXPECT_EQ(SaturatedDistance(kMost, kLeast), kLeast);
  EXPECT_EQ(SaturatedDistance(-2, kMost), kMost);
}

}  // namespace
}  // namespace fitd::step_choice_test
