#include "daemon/times/aggregate.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace fitd {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;
constexpr TimeNs kHour = 3600 * kSecond;
constexpr TimeNs kDay = 24 * kHour;

Frequency Days() {
  return {Step{Step::Unit::kNanosecond, kDay}};
}

// Events of `days` days at these hours, which shift by some minutes from day to day and have no step.
std::vector<Observation> Events(int days, const std::vector<double>& hours) {
  std::vector<Observation> rows;
  for (int day = 0; day < days; ++day) {
    const TimeNs shift = (day * 37 % 17) * 61 * kSecond;
    for (const double hour : hours)
      rows.push_back({day * kDay + static_cast<TimeNs>(hour * 3600) * kSecond + shift, 1});
  }
  return rows;
}

std::uint64_t Dropped(std::vector<Observation> rows, const DataSpan& span, bool strict,
                      std::optional<PeriodShares> usual = std::nullopt) {
  GridCounts counts;
  const std::size_t before = rows.size();
  DropPartsOfPeriods(rows, Days(), {span, usual, strict}, counts);
  EXPECT_EQ(counts.parts, before - rows.size());
  return counts.parts;
}

DataSpan SpanOf(const std::vector<Observation>& rows) {
  return {rows.front().time, rows.back().time};
}

TEST(Aggregate, ADayThatEndsEarlierThanTheOthersIsAPart) {
  std::vector<Observation> rows = Events(30, {0.3, 5.2, 9.9, 13.4, 18.8, 22.9});
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 0u);
  rows.resize(rows.size() - 3);
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 3u);
  // Where other targets go on, this one had no event in the evening.
  EXPECT_EQ(Dropped(rows, {0, 30 * kDay}, false), 0u);
  rows.erase(rows.begin(), rows.begin() + 2);
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 7u);
  EXPECT_EQ(Dropped(rows, {-kHour, 30 * kDay}, false), 0u);
}

TEST(Aggregate, HoursOfAShopAreItsWholeDay) {
  const std::vector<Observation> rows = Events(30, {8.1, 9.4, 12.2, 15.9, 17.3});
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 0u);
  EXPECT_EQ(Dropped(rows, SpanOf(rows), true), 0u);
}

TEST(Aggregate, FewPeriodsTellOfNoPart) {
  const std::vector<Observation> rows = Events(3, {0.4, 9.9, 13.7});
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 0u);
  EXPECT_EQ(Dropped(rows, SpanOf(rows), true), 3u);  // from 0:24 on, but until 13:42 only
  EXPECT_EQ(Dropped(Events(1, {9.9, 13.7}), {9 * kHour, 14 * kHour}, false), 0u);
  EXPECT_EQ(Dropped(Events(1, {9.9, 13.7}), {9 * kHour, 14 * kHour}, true), 2u);
}

TEST(Aggregate, ALonePeriodIsComparedWithEarlierOnes) {
  const std::vector<Observation> shop = Events(30, {8.1, 9.4, 12.2, 15.9, 17.3});
  const std::optional<PeriodShares> usual = UsualShares(shop, Days());
  ASSERT_TRUE(usual);
  EXPECT_NEAR(usual->to_last, 17.3 / 24, 0.03);
  EXPECT_NEAR(usual->from_first, 1 - 8.1 / 24, 0.03);
  const std::vector<Observation> day = Events(1, {8.1, 9.4, 12.2, 15.9, 17.4});
  EXPECT_EQ(Dropped(day, SpanOf(day), true, usual), 0u);
  const std::vector<Observation> morning = Events(1, {8.1, 9.4});
  EXPECT_EQ(Dropped(morning, SpanOf(morning), true, usual), 2u);
  EXPECT_FALSE(UsualShares(Events(9, {8.1, 12.2}), Days()));
  std::vector<Observation> hours;
  for (int hour = 0; hour < 14; ++hour) hours.push_back({hour * kHour, 1});
  EXPECT_EQ(Dropped(hours, SpanOf(hours), true, PeriodShares{1, 23.0 / 24}), 14u);
  for (int hour = 14; hour < 24; ++hour) hours.push_back({hour * kHour, 1});
  EXPECT_EQ(Dropped(hours, SpanOf(hours), true, PeriodShares{1, 1}), 0u);
}

TEST(Aggregate, AShiftOfThreeIsMissed) {
  std::vector<Observation> rows;
  for (int shift = 0; shift < 60; ++shift) rows.push_back({7 * kHour + shift * 8 * kHour, 1});
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 0u);
  rows.pop_back();
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 2u);
}

TEST(Aggregate, StepsShowTheEndOfAPeriod) {
  std::vector<Observation> rows;
  for (int hour = 0; hour < 10 * 24; ++hour) rows.push_back({hour * kHour, 1});
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 0u);
  rows.resize(rows.size() - 1);  // an hour of a day may be missing
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 0u);
  rows.resize(rows.size() - 5);
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 18u);
  rows.erase(rows.begin(), rows.begin() + 6);
  EXPECT_EQ(Dropped(rows, SpanOf(rows), false), 36u);
}

TEST(Aggregate, PutsTheRowsOfADayTogether) {
  const std::vector<Observation> rows = {{kHour, 1}, {2 * kHour, 4}, {kDay + kHour, 2}};
  const auto values = [&](Aggregate how) {
    std::vector<double> all;
    for (const Observation& o : AggregateRows(rows, Days(), how)) all.push_back(o.value);
    return all;
  };
  EXPECT_EQ(values(Aggregate::kSum), (std::vector<double>{5, 2}));
  EXPECT_EQ(values(Aggregate::kMean), (std::vector<double>{2.5, 2}));
  EXPECT_EQ(values(Aggregate::kLast), (std::vector<double>{4, 2}));
  EXPECT_EQ(values(Aggregate::kMedian), (std::vector<double>{2.5, 2}));
  EXPECT_EQ(values(Aggregate::kCount), (std::vector<double>{2, 1}));
}

}  // namespace
}  // namespace fitd
