#include "daemon/times/grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "common/series/usual_season.h"
#include "daemon/times/grid_plan.h"
#include "daemon/times/step_choice.h"
#include "daemon/times/time_parser.h"

namespace fitd::grid_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

std::vector<Observation> At(std::initializer_list<const char*> times) {
  std::vector<Observation> out;
  TimeParser parser;
  TimeFormat format = TimeFormat::kDate;
  for (const char* text : times) {
    out.push_back({0, static_cast<double>(out.size())});
    EXPECT_EQ(parser.Parse(text, &out.back().time, &format), TimeError::kNone) << text;
  }
  return out;
}

std::vector<Observation> AtSeconds(std::initializer_list<std::int64_t> seconds) {
  std::vector<Observation> out;
  for (const std::int64_t s : seconds) out.push_back({s * kSecond, static_cast<double>(out.size())});
  return out;
}

std::string StepOf(const std::vector<Observation>& observations) {
  return FormatStep(InferStep(observations));
}

TEST(InferStep, TakesTheMostCommonStep) {
  EXPECT_EQ(StepOf(AtSeconds({0, 300, 600, 1500, 1800})), "5min");
  EXPECT_EQ(StepOf(AtSeconds({0, 3600, 7200, 7260})), "1h");
  EXPECT_EQ(StepOf({{0, 0}, {1, 0}, {2, 0}}), "1ns");
  EXPECT_EQ(StepOf(At({"2024-01-01", "2024-01-08", "2024-01-15"})), "7D");
  EXPECT_EQ(StepOf(AtSeconds({5})), "unknown");
}

TEST(InferStep, KnowsTheCalendar) {
  EXPECT_EQ(StepOf(At({"2024-01-01", "2024-02-01", "2024-03-01"})), "1M");
  EXPECT_EQ(StepOf(At({"2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"})), "1M");
  EXPECT_EQ(StepOf(At({"2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31"})), "1M");
  EXPECT_EQ(StepOf(At({"2024-01-30", "2024-02-29", "2024-03-30"})), "1M");
  EXPECT_EQ(StepOf(At({"2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"})), "1Q");
  EXPECT_EQ(StepOf(At({"1975-01-01", "1976-01-01", "1977-01-01", "1978-01-01"})), "1Y");
  EXPECT_EQ(StepOf(At({"2021-06-30", "2022-06-30"})), "1Y");
  EXPECT_EQ(StepOf(At({"2024-01-01", "2024-02-01"})), "1M");
  EXPECT_EQ(StepOf(At({"2024-01-01", "2024-02-01", "2024-04-01", "2024-05-01"})), "1M");
  EXPECT_EQ(StepOf(At({"2024-01-01", "2024-01-29", "2024-02-26", "2024-03-25"})), "28D");
}

TEST(InferStep, RoundsTheMedianWhenTimesJitter) {
  std::vector<Observation> jittered;
  for (std::int64_t i = 0; i < 50; ++i) jittered.push_back({i * 60 * kSecond + i * i % 37 * 1'000'003, 0});
  EXPECT_EQ(StepOf(jittered), "1min");
}

TEST(SortAndDeduplicate, LastOfEqualTimesWins) {
  std::vector<Observation> o = AtSeconds({10, 20, 10, 30, 20, 20});
  GridCounts counts;
  SortAndDeduplicate(o, counts);
  ASSERT_EQ(o.size(), 3U);
  EXPECT_EQ(o[0].value, 2);
  EXPECT_EQ(o[1].value, 5);
  EXPECT_EQ(o[2].value, 3);
  EXPECT_EQ(counts.duplicates, 3U);
  EXPECT_EQ(counts.unordered, 2U);
}

std::vector<double> Lay(const std::vector<Observation>& o, const Step& step, GridCounts& counts,
                        TimeGrid* grid = nullptr) {
  const GridPlan plan = PlanGrid(o, {step}, counts);
  if (grid) *grid = plan.grid;
  std::vector<double> out(plan.points);
  LayOnGrid(o, plan, out, counts);
  return out;
}

TEST(Grid, LeavesHolesForMissingSteps) {
  GridCounts counts;
  const auto v = Lay(AtSeconds({0, 60, 240}), {Step::Unit::kNanosecond, 60 * kSecond}, counts);
  ASSERT_EQ(v.size(), 5U);
  EXPECT_EQ(v[1], 1);
  EXPECT_TRUE(std::isnan(v[2]));
  EXPECT_EQ(v[4], 2);
  EXPECT_EQ(counts.snapped, 0U);
}

TEST(Grid, SnapsToThePhaseOfTheLongestRegularStretch) {
  GridCounts counts;
  TimeGrid grid;
  const auto v = Lay(AtSeconds({7, 65, 125, 185, 245}), {Step::Unit::kNanosecond, 60 * kSecond}, counts, &grid);
  EXPECT_EQ(grid.start, 5 * kSecond);
  EXPECT_EQ(v.size(), 5U);
  EXPECT_EQ(counts.snapped, 1U);
}

TEST(Grid, LaterObservationAtTheSamePointWins) {
  GridCounts counts;
  const auto v = Lay(AtSeconds({0, 60, 70, 120}), {Step::Unit::kNanosecond, 60 * kSecond}, counts);
  ASSERT_EQ(v.size(), 3U);
  EXPECT_EQ(v[1], 2);
  EXPECT_EQ(counts.merged, 1U);
  EXPECT_EQ(counts.snapped, 1U);
}

TEST(Grid, LaysMonthEndsWithoutSnapping) {
  GridCounts counts;
  TimeGrid grid;
  const auto o = At({"2023-02-28", "2023-03-31", "2023-04-30", "2023-06-30"});
  const auto v = Lay(o, InferStep(o), counts, &grid);
  ASSERT_EQ(v.size(), 5U);
  EXPECT_TRUE(std::isnan(v[3]));
  EXPECT_EQ(counts.snapped, 0U);
  EXPECT_EQ(FormatTime(grid.At(5), TimeFormat::kDate), "2023-07-31");
}

TEST(Grid, CutsAStrayStampOffInsteadOfFillingDecades) {
  GridCounts counts;
  std::vector<Observation> o = {{0, -1}};
  for (std::int64_t i = 0; i < 100; ++i) o.push_back({1'700'000'000 * kSecond + i * kSecond, 1});
  TimeGrid grid;
  const auto v = Lay(o, InferStep(o), counts, &grid);
  EXPECT_EQ(v.size(), 100U);
  EXPECT_EQ(grid.start, 1'700'000'000 * kSecond);
  EXPECT_EQ(counts.stray, 1U);
}

TEST(Grid, NearestIndexRoundsBothWays) {
  const TimeGrid minutes{0, {Step::Unit::kNanosecond, 60 * kSecond}};
  EXPECT_EQ(NearestIndex(minutes, 29 * kSecond), 0);
  EXPECT_EQ(NearestIndex(minutes, 31 * kSecond), 1);
  EXPECT_EQ(NearestIndex(minutes, -29 * kSecond), 0);
  EXPECT_EQ(NearestIndex(minutes, -31 * kSecond), -1);
  const TimeGrid months{0, {Step::Unit::kMonth, 1}};
  EXPECT_EQ(NearestIndex(months, 3 * kDay), 0);
  EXPECT_EQ(NearestIndex(months, 28 * kDay), 1);
  EXPECT_EQ(NearestIndex(months, -2 * kDay), 0);
  EXPECT_EQ(NearestIndex(months, -20 * kDay), -1);
}

TEST(InferStep, StampsThatAreLateInTurnsHaveTheStepTheyKeepOnAverage) {
  std::vector<Observation> minutes;
  std::vector<Observation> odd;  // 61 s and nothing else, with gaps
  for (std::int64_t i = 0; i < 500; ++i) {
    minutes.push_back({(60 * i + i % 4) * kSecond, 1});
    if (i % 7 != 3) odd.push_back({61 * i * kSecond, 1});
  }
  EXPECT_EQ(InferStep(minutes), (Step{Step::Unit::kNanosecond, 60 * kSecond}));
  EXPECT_EQ(InferStep(odd), (Step{Step::Unit::kNanosecond, 61 * kSecond}));
  // Steps of centuries do not overflow.
  const std::vector<Observation> far = {
      {-9'200'000'000'000'000'000, 1}, {1'700'000'000'000'000'003, 1}, {9'200'000'000'000'000'000, 1}};
  EXPECT_GT(InferStep(far).count, 0);
}

// A start on February 28 is a month end by chance when the others are 28ths.
TEST(Grid, KeepsADayOfTheMonthThatBeginsAtAMonthEnd) {
  using std::chrono::month;
  using std::chrono::sys_days;
  using std::chrono::year;
  const auto at = [](int months, unsigned day) {
    const std::chrono::year_month ym = year{2023 + months / 12} / month{static_cast<unsigned>(months % 12) + 1};
    const auto last = (ym / std::chrono::last).day();
    const sys_days date{ym / (day == 0 ? last : std::min(last, std::chrono::day{day}))};
    return TimeNs{date.time_since_epoch().count()} * kDay;
  };
  for (const unsigned day : {28U, 29U, 30U, 0U}) {  // 0: month ends
    for (const int first : {0, 1, 3, 5, 12, 13}) {
      for (const int step : {1, 3, 6}) {
        std::vector<Observation> times;
        for (int i = 0; i < 12; ++i) times.push_back({at(first + step * i, day), 1});
        GridCounts counts;
        const GridPlan plan = PlanGrid(times, {InferStep(times)}, counts);
        ASSERT_EQ(plan.points, 12U) << day << " " << first << " " << step;
        for (int i = 0; i < 16; ++i) {
          ASSERT_EQ(plan.grid.At(i), at(first + step * i, day)) << day << " " << first << " " << step << " " << i;
        }
      }
    }
  }
}

TEST(UsualSeason, FollowsFromTheStep) {
  EXPECT_EQ(UsualSeason({Step::Unit::kMonth, 1}), 12);
  EXPECT_EQ(UsualSeason({Step::Unit::kMonth, 3}), 4);
  EXPECT_EQ(UsualSeason({Step::Unit::kMonth, 12}), 1);
  EXPECT_EQ(UsualSeason({Step::Unit::kNanosecond, kDay}), 7);
  EXPECT_EQ(UsualSeason({Step::Unit::kNanosecond, 3600 * kSecond}), 24);
  EXPECT_EQ(UsualSeason({Step::Unit::kNanosecond, 300 * kSecond}), 288);
  EXPECT_EQ(UsualSeason({Step::Unit::kNanosecond, 1}), 1);
  EXPECT_EQ(UsualSeason({}), 1);
}

TEST(Grid, ATargetSeenOnceGetsTheUsualStep) {
  constexpr TimeNs kHour = 3'600'000'000'000;
  std::vector<Frame::Entry> entries(4);
  entries[0].grid = {5 * kHour, {}};
  entries[1].grid = {0, {Step::Unit::kMonth, 1}};
  entries[2].grid = {0, {Step::Unit::kNanosecond, 600'000'000'000}};
  entries[3].grid = {0, {Step::Unit::kMonth, 1}};
  StepSingleTimes(entries);
  EXPECT_EQ(entries[0].grid.step, (Step{Step::Unit::kMonth, 1}));
  EXPECT_EQ(entries[2].grid.step.count, 600'000'000'000);
  std::vector<Frame::Entry> alone(1);
  alone[0].grid = {5 * kHour, {}};
  StepSingleTimes(alone);
  EXPECT_EQ(alone[0].grid.At(1), 6 * kHour);
  alone[0].grid = {24 * kHour, {}};
  StepSingleTimes(alone);
  EXPECT_EQ(alone[0].grid.At(1), 48 * kHour);
}

TEST(Grid, ThePointOfADayIsThereWhenItsTimeHasCome) {
  constexpr TimeNs kHours = 3600LL * 1'000'000'000;
  const TimeGrid evenings{18 * kHours, {Step::Unit::kNanosecond, 24 * kHours}};
  EXPECT_EQ(LastIndexBy(evenings, 3 * 24 * kHours + 12 * kHours), 2);
  EXPECT_EQ(LastIndexBy(evenings, 3 * 24 * kHours + 18 * kHours), 3);
  EXPECT_EQ(LastIndexBy(evenings, 3 * 24 * kHours + 19 * kHours), 3);
}

}  // namespace
}  // namespace fitd::grid_test
