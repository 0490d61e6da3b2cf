#include "common/series/late_start.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fitd::late_start_test {
namespace {

SeriesView Of(const std::vector<double>& values, std::span<const GapRun> filled = {}) {
  return {"a", values, {0, {Step::Unit::kMonth, 1}}, filled};
}

std::vector<double> Behind(std::size_t count, double value, std::vector<double> rest) {
  rest.insert(rest.begin(), count, value);
  return rest;
}

const std::vector<double> kRest = {5, 6, 5.5, 7, 6.5, 6, 7.5, 8};

TEST(LateStart, IsBehindARunThatNeverComesAgain) {
  EXPECT_EQ(LateStart(Of(kRest), 1), 0U);
  EXPECT_EQ(LateStart(Of(Behind(7, 0, kRest)), 1), 7U);
  EXPECT_EQ(LateStart(Of(Behind(6, 0, kRest)), 1), 0U) << "short";
  EXPECT_EQ(LateStart(Of(Behind(12, 0, kRest)), 24), 0U) << "half a season";
  EXPECT_EQ(LateStart(Of(Behind(13, 0, kRest)), 24), 13U);
  std::vector<double> again = Behind(9, 0, kRest);
  again.push_back(0);
  EXPECT_EQ(LateStart(Of(again), 1), 0U);
  EXPECT_EQ(LateStart(Of(Behind(9, 0, {5, 6, 7, 8, 9, 10})), 1), 0U) << "few are left";
  EXPECT_EQ(LateStart(Of(std::vector<double>(20, 0.0)), 1), 0U);
  EXPECT_EQ(LateStart(Of({}), 1), 0U);
}

TEST(LateStart, OfAnotherValueIsFarFromAllLaterOnes) {
  EXPECT_EQ(LateStart(Of(Behind(9, 4.5, kRest)), 1), 0U) << "a rate that moves";
  EXPECT_EQ(LateStart(Of(Behind(9, -20, kRest)), 1), 9U);
}

TEST(LateStart, StandsStillAsTheTargetDoesLater) {
  std::vector<double> tariff = Behind(20, 10, Behind(15, 12, std::vector<double>(25, 15)));
  EXPECT_EQ(LateStart(Of(tariff), 1), 0U);
  EXPECT_EQ(LateStart(Of(Behind(20, 10, std::vector<double>(25, 15))), 1), 20U) << "nothing moved since";
  EXPECT_EQ(LateStart(Of(Behind(20, 0, tariff)), 1), 20U) << "zeros are of nothing yet";
}

TEST(LateStart, KnowsNothingOfMadeUpValues) {
  std::vector<double> values = Behind(9, 0, kRest);
  values[9] = 1;  // between
  const std::vector<GapRun> filled = {{4, 1}, {9, 1}, {12, 2}};
  EXPECT_EQ(LateStart(Of(values, filled), 1), 0U) << "five observed ones are left";
  values.insert(values.end(), {9, 8.5});
  ASSERT_EQ(LateStart(Of(values, filled), 1), 10U);
  const SeriesView series = Of(values, filled);
  const StartedSeries started(series, 10);
  EXPECT_EQ(started.view().values.size(), values.size() - 10);
  EXPECT_EQ(started.view().grid.start, series.grid.At(10));
  EXPECT_EQ(std::vector<GapRun>(started.view().filled.begin(), started.view().filled.end()),
            (std::vector<GapRun>{{2, 2}}));
  EXPECT_EQ(StartedSeries(series, 0).view().values.size(), values.size());
}

}  // namespace
}  // namespace fitd::late_start_test
