#include "daemon/update/new_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/fit/target_history.h"
#include "common/series/observations.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/times/grid.h"

namespace fitd::new_values_test {
namespace {

constexpr TimeNs kHour = 3'600'000'000'000;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

class NewValuesTest : public testing::Test {
 protected:
  NewValuesTest() : history_(EncodeHistory(HistoryOf(values_))) {
    known_.id = "a";
    known_.grid = {100 * kHour, {Step::Unit::kNanosecond, kHour}};
    known_.num_values = values_.size();
    known_.fingerprint = FingerprintTarget({"a", values_, known_.grid});
    known_.history = history_;
  }
  // Observations from `start` hours on.
  NewValues Place(std::vector<double> values, double start, std::int64_t step = kHour) const {
    const TimeGrid grid{static_cast<TimeNs>(start * static_cast<double>(kHour)), {Step::Unit::kNanosecond, step}};
    return PlaceValues({"a", values, grid}, known_);
  }

  std::vector<double> values_ = {1, 2, 3, 4};
  std::string history_;
  KnownSeries known_;
};

TEST_F(NewValuesTest, WhatFollowsIsNew) {
  const NewValues placed = Place({5, 6}, 104);
  EXPECT_EQ(placed.values, (std::vector<double>{5, 6}));
  EXPECT_EQ(placed.observed, 2U);
  EXPECT_EQ(placed.known, 0U);
}

// A grid of a few rows alone may lie anywhere: they count.
TEST_F(NewValuesTest, RowsArePlacedByThemselves) {
  const TimeNs hours[] = {104, 105, 109};
  std::vector<double> rows;
  for (const TimeNs hour : hours) {
    double pair[2];
    PackObservation(hour * kHour, static_cast<double>(hour), pair);
    rows.insert(rows.end(), pair, pair + 2);
  }
  const std::vector<double> laid = {104, 109};
  SeriesView series{"a", laid, {103 * kHour, {Step::Unit::kNanosecond, 6 * kHour}}};
  series.rows = rows;
  const NewValues placed = PlaceValues(series, known_);
  ASSERT_EQ(placed.values.size(), 6U);
  EXPECT_EQ(placed.values.front(), 104);
  EXPECT_EQ(placed.values[1], 105);
  EXPECT_EQ(placed.values.back(), 109);
  EXPECT_EQ(placed.observed, 3U);
}

TEST_F(NewValuesTest, AnOutageIsNoLongerStep) {
  std::vector<double> values(30, kNone);
  for (const std::size_t i : {0, 1, 2, 27, 28, 29}) values[i] = 5;
  EXPECT_EQ(Place(values, 104).problem, "");
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 3 == 0 ? 5 : kNone;
  EXPECT_NE(Place(values, 104).problem.find("lie 3 steps apart"), std::string::npos);
}

// Days of Berlin in UTC: from 22:00 in summer, from 23:00 in winter.
TEST_F(NewValuesTest, DaysMoveWithTheClock) {
  constexpr TimeNs kDay = 24 * kHour;
  known_.grid = {20'000 * kDay + 22 * kHour, {Step::Unit::kNanosecond, kDay}};
  const TimeGrid later{20'004 * kDay + 23 * kHour, {Step::Unit::kNanosecond, kDay}};
  const std::vector<double> values = {5, 6};
  NewValues placed = PlaceValues({"a", values, later}, known_, {.tells_utc = true});
  EXPECT_EQ(placed.values, values);
  EXPECT_EQ(placed.clock_change, kHour);
  EXPECT_EQ(placed.snapped, 0U);
  placed = PlaceValues({"a", values, later}, known_, {});
  EXPECT_EQ(placed.values, values);
  EXPECT_EQ(placed.clock_change, 0) << "times without a zone";
  // Clocks change within the rows.
  std::vector<double> rows;
  for (const TimeNs time : {20'004 * kDay + 22 * kHour, 20'005 * kDay + 23 * kHour, 20'006 * kDay + 23 * kHour,
                            20'007 * kDay + 23 * kHour}) {
    double pair[2];
    PackObservation(time, 7, pair);
    rows.insert(rows.end(), pair, pair + 2);
  }
  SeriesView series{"a", values, later};
  series.rows = rows;
  placed = PlaceValues(series, known_, {.tells_utc = true});
  EXPECT_EQ(placed.values, std::vector<double>(4, 7));
  EXPECT_EQ(placed.clock_change, kHour);
  // At midnight the day before contains an earlier hour.
  known_.grid.start = 20'000 * kDay;
  placed = PlaceValues({"a", values, {20'004 * kDay - kHour, later.step}}, known_, {.tells_utc = true});
  EXPECT_EQ(placed.values, values);
  EXPECT_EQ(placed.clock_change, -kHour);
  placed = PlaceValues({"a", values, {20'004 * kDay, later.step}}, known_, {.tells_utc = true});
  EXPECT_EQ(placed.clock_change, 0);
}

TEST_F(NewValuesTest, RowsOfAShorterStepAreRefused) {
  EXPECT_TRUE(Place({5, 6, 7}, 104, kHour / 2).problem.empty());  // one point has two
  const NewValues finer = Place({5, 6, 7, 8, 9, 10, 11, 12}, 104, kHour / 4);
  EXPECT_NE(finer.problem.find("have one already"), std::string::npos);
  EXPECT_TRUE(finer.values.empty());
}

TEST_F(NewValuesTest, WhereThereIsNoRowThereWasNothing) {
  const NewValues placed =
      PlaceValues({"a", std::vector<double>{6, kNone, 8}, {105 * kHour, {Step::Unit::kNanosecond, kHour}}}, known_,
                  {.zero_until = 109 * kHour});
  EXPECT_EQ(placed.values, (std::vector<double>{0, 6, 0, 8, 0, 0}));
  EXPECT_EQ(placed.observed, 6U);
}

TEST_F(NewValuesTest, AReadingThatCannotBeOneIsMissing) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(50 + i % 7);
  const std::string history = EncodeHistory(HistoryOf(values));
  const std::string short_history = EncodeHistory(HistoryOf(std::span(values).first(19)));
  KnownSeries known = known_;
  known.num_values = values.size();
  known.history = history;
  const TimeGrid after{130 * kHour, known.grid.step};
  const NewValues placed = PlaceValues({"a", std::vector<double>{55, 1e6, 52}, after}, known);
  EXPECT_EQ(placed.observed, 2U);
  ASSERT_EQ(placed.values.size(), 3U);
  EXPECT_TRUE(std::isnan(placed.values[1]));
  ASSERT_EQ(placed.outliers.size(), 1U);
  EXPECT_EQ(placed.outliers[0].time, 131 * kHour);
  EXPECT_EQ(placed.outliers[0].value, 1e6);
  const std::vector<double> two = {1e6, 52, 1.1e6};  // the second one makes it data
  EXPECT_EQ(PlaceValues({"a", two, after}, known).outliers.size(), 1U);
  EXPECT_EQ(PlaceValues({"a", two, after}, known, {.keep_outliers = true}).observed, 3U);
  EXPECT_EQ(PlaceValues({"a", std::vector<double>{400, -300}, after}, known).outliers.size(), 0U);
  // As many as are told from when a series is trained.
  known.num_values = 19;
  known.history = short_history;
  EXPECT_EQ(PlaceValues({"a", std::vector<double>{1e6}, {119 * kHour, known.grid.step}}, known).outliers.size(), 0U);
  EXPECT_EQ(PlaceValues({"a", std::vector<double>{55, 1e6}, {119 * kHour, known.grid.step}}, known).outliers.size(),
            1U);
}

TEST_F(NewValuesTest, APointHoldsItsPeriod) {
  constexpr TimeNs kDay = 24 * kHour;  // 1970-01-01 was a Thursday
  const TimeGrid working{0, Step::OnWeekdays(0b0011111)};
  EXPECT_EQ(IndexOfGrid(working, kDay), 1);
  EXPECT_EQ(IndexOfGrid(working, 4 * kDay + 14 * kHour), 2);
  EXPECT_EQ(IndexOfGrid(working, 2 * kDay), kOffGrid);
  const TimeGrid quarters{0, {Step::Unit::kMonth, 3}};
  EXPECT_EQ(IndexOfGrid(quarters, 80 * kDay), 0);
  EXPECT_EQ(IndexOfGrid(quarters, 90 * kDay - kHour), 1);  // of a clock in another zone
  const TimeGrid days{0, {Step::Unit::kNanosecond, kDay}};
  EXPECT_EQ(IndexOfGrid(days, kDay + 23 * kHour), 1);
  const TimeGrid noons{kDay / 2, {Step::Unit::kNanosecond, kDay}};
  EXPECT_EQ(IndexOfGrid(noons, 2 * kDay + 9 * kHour), 2);
  const TimeGrid hours{0, {Step::Unit::kNanosecond, kHour}};
  EXPECT_EQ(IndexOfGrid(hours, kHour - 1), 1);
}

TEST_F(NewValuesTest, GapsAreMissing) {
  const NewValues placed = Place({6, kNone, 8}, 105);
  ASSERT_EQ(placed.values.size(), 4U);
  EXPECT_TRUE(std::isnan(placed.values[0]) && std::isnan(placed.values[2]));
  EXPECT_EQ(placed.values[3], 8);
  EXPECT_EQ(placed.observed, 2U);
}

TEST_F(NewValuesTest, WhatIsKnownIsSkippedAndCorrectionsAreFound) {
  const NewValues same = Place({1, 2, 3, 4, 5}, 100);
  EXPECT_EQ(same.known, 4U);
  EXPECT_EQ(same.corrections, 0U);
  EXPECT_EQ(same.values, std::vector<double>{5});
  const NewValues changed = Place({7, 3, 8}, 101);
  EXPECT_EQ(changed.known, 3U);
  EXPECT_EQ(changed.corrections, 2U);
  EXPECT_EQ(changed.first_correction, 101 * kHour);
  EXPECT_TRUE(changed.values.empty());
}

TEST_F(NewValuesTest, OldCorrectionsShowInTheWhole) {
  TargetHistory history = HistoryOf(values_);
  history.recent = history.recent.substr(3);  // only the last is remembered one by one
  history.second = history.second.substr(3);
  history_ = EncodeHistory(history);
  known_.history = history_;
  EXPECT_FALSE(Place({1, 2, 3, 4}, 100).restated);
  const NewValues changed = Place({1, 9, 3, 4, 5}, 100);
  EXPECT_TRUE(changed.restated);
  EXPECT_EQ(changed.corrections, 0U);
  EXPECT_FALSE(changed.first_correction.has_value());
  EXPECT_FALSE(Place({9, 3, 4}, 101).restated);  // not from the beginning: nothing to tell by
}

TEST_F(NewValuesTest, TimesOffTheGridGoToTheNearestPoint) {
  const NewValues placed = Place({5, 6, 7}, 104.1, kHour / 2);  // 104.1, 104.6, 105.1
  EXPECT_EQ(placed.values, (std::vector<double>{5, 7}));
  EXPECT_EQ(placed.snapped, 3U);
  EXPECT_EQ(placed.merged, 1U);
}

TEST_F(NewValuesTest, AnotherSeriesIsNoContinuation) {
  EXPECT_FALSE(Place({5}, 100 + 4 + 1001).problem.empty());
  EXPECT_TRUE(Place({5}, 100 + 4 + 900).problem.empty());
  known_.grid.step.count = 0;
  EXPECT_FALSE(Place({5}, 104).problem.empty());
}

TEST_F(NewValuesTest, PeriodsThatWereLeftOutAreMissingAndNoZeros) {
  PlacingRules rules;
  rules.zero_until = 109 * kHour;
  rules.part_periods = {105 * kHour, 106 * kHour, 109 * kHour};
  const std::vector<double> values = {6};
  const NewValues placed = PlaceValues({"a", values, {106 * kHour, known_.grid.step}}, known_, rules);
  ASSERT_EQ(placed.values.size(), 5U);
  EXPECT_EQ(placed.observed, 4U);
  EXPECT_EQ(placed.values[0], 0);
  EXPECT_TRUE(std::isnan(placed.values[1]));
  EXPECT_EQ(placed.values[2], 6);
  const std::vector<double> all = WithZeros({"b", values, {107 * kHour, known_.grid.step}}, rules);
  EXPECT_EQ(all, (std::vector<double>{6, 0}));
  EXPECT_TRUE(WithZeros({"b", values, {107 * kHour, known_.grid.step}}, {}).empty());
}

TEST_F(NewValuesTest, LateValuesAreNoCorrections) {
  TargetHistory history = HistoryOf(values_);
  const GapRun filled{1, 1};
  history.ForgetFilled({&filled, 1}, values_.size());
  history_ = EncodeHistory(history);
  known_.history = history_;
  const NewValues placed = Place({1, 7, 8, 4}, 100);
  EXPECT_EQ(placed.known, 4U);
  EXPECT_EQ(placed.late, 1U);
  EXPECT_EQ(placed.corrections, 1U);
}

}  // namespace
}  // namespace fitd::new_values_test
