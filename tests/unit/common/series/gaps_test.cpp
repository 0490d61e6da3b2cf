#include "common/series/gaps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/fit/local_fit.h"

namespace fitd::gaps_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(FillGaps, Linear) {
  std::vector<double> v = {1, kNaN, kNaN, 4, kNaN, 6};
  EXPECT_EQ(FillGaps(v, GapPolicy::kLinear, 1), 3U);
  const std::vector<double> expected = {1, 2, 3, 4, 5, 6};
  for (std::size_t i = 0; i < v.size(); ++i) EXPECT_NEAR(v[i], expected[i], 1e-12);
}

TEST(FillGaps, Previous) {
  std::vector<double> v = {1, kNaN, kNaN, 4};
  EXPECT_EQ(FillGaps(v, GapPolicy::kPrevious, 1), 2U);
  EXPECT_EQ(v, (std::vector<double>{1, 1, 1, 4}));
}

TEST(FillGaps, NoneCountsAndLeavesThem) {
  std::vector<double> v = {1, kNaN, 3};
  EXPECT_EQ(FillGaps(v, GapPolicy::kNone, 1), 1U);
  EXPECT_TRUE(std::isnan(v[1]));
}

TEST(FillGaps, SaysWhichValuesItMadeUp) {
  std::vector<double> v = {1, kNaN, kNaN, 4, kNaN, 6};
  std::vector<GapRun> runs;
  EXPECT_EQ(FillGaps(v, GapPolicy::kLinear, 1, &runs), 3U);
  EXPECT_EQ(runs, (std::vector<GapRun>{{1, 2}, {4, 1}}));
  const std::vector<double> observed = ObservedValues({"", v, {}, runs});
  ASSERT_EQ(observed.size(), 6U);
  for (const std::size_t i : {1U, 2U, 4U}) EXPECT_TRUE(std::isnan(observed[i]));
  EXPECT_EQ(observed[3], 4);
  EXPECT_TRUE(ObservedValues({"", v, {}, {}}).empty());
}

// What is made up before and among the held-out values knows them: it must neither be scored nor forecast from.
TEST(FitTarget, HoldsOutOnlyWhatWasObserved) {
  std::vector<double> y;
  for (int i = 0; i < 40; ++i) y.push_back(i % 2 == 0 ? 10 : 20);
  const std::vector<GapRun> filled = {{35, 2}, {38, 1}};
  LocalFitOptions options;
  options.algorithms = {"naive"};
  options.seasons = std::vector<int>();
  options.horizon = 4;
  options.validate = true;
  const TargetFit fit = FitTarget({"a", y, {0, {Step::Unit::kNanosecond, 1}}, filled}, options);
  // Values 36 to 39 would be held out; 35 is made up, so the forecasts start behind 34.
  ASSERT_EQ(fit.validation.actual.size(), 4U);
  EXPECT_TRUE(std::isnan(fit.validation.actual[0]));
  EXPECT_TRUE(std::isnan(fit.validation.actual[1]));
  EXPECT_EQ(fit.validation.actual[2], y[37]);
  EXPECT_TRUE(std::isnan(fit.validation.actual[3]));
  ASSERT_EQ(fit.validation.forecast.size(), 1U);
  EXPECT_EQ(fit.validation.forecast[0][0], y[34]);
  EXPECT_EQ(fit.traits.num_observations, 40U);
  EXPECT_NEAR(fit.traits.scale, 10, 1e-12);
}

TEST(FillGaps, SeasonalFollowsTheSeason) {
  std::vector<double> v;
  for (int i = 0; i < 40; ++i) v.push_back(100 + (i % 4 == 2 ? 50 : 0));
  v[17] = v[18] = v[19] = kNaN;
  EXPECT_EQ(FillGaps(v, GapPolicy::kSeasonal, 4), 3U);
  EXPECT_NEAR(v[17], 100, 2);
  EXPECT_NEAR(v[18], 150, 2);
  EXPECT_NEAR(v[19], 100, 2);
}

TEST(FillGaps, SeasonalIsLinearWhenTheSeasonIsNotSeenTwice) {
  std::vector<double> v = {1, kNaN, 3, 4};
  EXPECT_EQ(FillGaps(v, GapPolicy::kSeasonal, 12), 1U);
  EXPECT_EQ(v[1], 2);
}

TEST(ValuesUntil, KnowNothingOfWhatComesLater) {
  std::vector<double> values;
  for (int i = 0; i < 24; ++i) values.push_back(i % 4 + (i >= 20 ? 100 : 0));  // the last season is another one
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const int gap : {5, 10, 15}) values[static_cast<std::size_t>(gap)] = nan;
  for (const GapPolicy policy : {GapPolicy::kLinear, GapPolicy::kPrevious, GapPolicy::kSeasonal}) {
    std::vector<double> complete = values;
    std::vector<GapRun> runs;
    FillGaps(complete, policy, 4, &runs);
    std::vector<double> then(values.begin(), values.begin() + 20);
    FillGaps(then, policy, 4);
    const SeriesView series{"a", complete, {0, {Step::Unit::kNanosecond, 1}}, runs};
    EXPECT_EQ(ValuesUntil(series, ObservedValues(series), complete, 20, 4), then);
  }
  const SeriesView left_out{"a", values, {0, {Step::Unit::kNanosecond, 1}}};
  const CompleteValues complete(values, 4);
  std::vector<double> then(values.begin(), values.begin() + 20);
  FillGaps(then, GapPolicy::kSeasonal, 4);
  EXPECT_EQ(ValuesUntil(left_out, ObservedValues(left_out), complete.view(), 20, 4), then);
}

// As when the first reading was an outlier: a model takes no NaN.
TEST(ValuesUntil, HaveAFirstValueThatWasMadeUp) {
  const std::vector<double> complete = {5, 5, 1, 2, 6, 1, 3, 4, 2, 6};
  const std::vector<GapRun> runs = {{0, 1}};
  const SeriesView series{"a", complete, {0, {Step::Unit::kNanosecond, 1}}, runs};
  EXPECT_EQ(ValuesUntil(series, ObservedValues(series), complete, 6, 1),
            std::vector<double>(complete.begin(), complete.begin() + 6));
}

TEST(CompleteValues, AreTheSeriesItselfWhenNothingIsMissing) {
  const std::vector<double> v = {1, 2, 4};
  EXPECT_EQ(CompleteValues(v, 1).view().data(), v.data());
}

// What `--gaps none` leaves missing must not move what comes behind it.
TEST(CompleteValues, KeepSeasonAndTrendInTheirPlaces) {
  std::vector<double> y;
  for (int i = 0; i < 36; ++i) y.push_back(100 + i % 12);
  y[30] = kNaN;
  LocalFitOptions options;
  options.algorithms = {"seasonal-naive"};
  options.seasons = std::vector<int>{12};
  const auto next = [&] {
    SeriesView series;
    series.id = "a";
    series.values = y;
    const TargetFit fit = FitTarget(series, options, FindAlgorithm);
    const Algorithm* algorithm = FindAlgorithm(options.algorithms[0]);
    return algorithm->Predict(fit.fits[0].outcome.model, 12, {}).mean;
  };
  const std::vector<double> season = next();
  for (int h = 0; h < 12; ++h) EXPECT_NEAR(season[h], 100 + h, h == 6 ? 1 : 1e-9) << h;
  y.clear();
  for (int i = 0; i < 60; ++i) y.push_back(i % 3 == 1 ? kNaN : i);
  options.seasons = std::vector<int>{};
  for (const char* name : {"ets", "arima", "theta:otm"}) {
    options.algorithms = {name};
    const std::vector<double> trend = next();
    for (int h = 0; h < 4; ++h) EXPECT_NEAR(trend[h], 60 + h, 1e-3) << name << h;
  }
}

}  // namespace
}  // namespace fitd::gaps_test
