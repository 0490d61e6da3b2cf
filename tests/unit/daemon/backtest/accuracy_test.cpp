#include "daemon/backtest/accuracy.h"

#include <gtest/gtest.h>

#include <cmath>

#include "daemon/backtest/windows.h"

namespace fitd::accuracy_test {
namespace {

Forecast Make(std::vector<double> mean, double width) {
  Forecast forecast;
  forecast.mean = std::move(mean);
  for (const double level : {10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0}) {
    ForecastInterval interval{level, {}, {}};
    for (const double v : forecast.mean) {
      interval.lo.push_back(v - width * level / 100);
      interval.hi.push_back(v + width * level / 100);
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

TEST(Accuracy, MeasuresByHand) {
  AccuracyBoard board({"a"}, 2, 1);
  const std::vector<double> known = {1, 3, 2, 6};  // one-step changes 2, 1, 4
  const ErrorScale scale = ScaleOf(known, 1);
  EXPECT_DOUBLE_EQ(scale.absolute, 7.0 / 3);
  EXPECT_DOUBLE_EQ(scale.square, 7.0);
  const std::vector<Forecast> forecasts = {Make({10, 10}, 2)};
  board.Add(0, std::vector<double>{11, 14}, scale, forecasts);
  const Accuracy& total = board.total(0);
  EXPECT_DOUBLE_EQ(total.smape.value(), (200.0 / 21 + 800.0 / 24) / 2);
  EXPECT_DOUBLE_EQ(total.mae.value(), 2.5);
  EXPECT_DOUBLE_EQ(total.bias.value(), -2.5);
  EXPECT_DOUBLE_EQ(total.mase.value(), 2.5 / (7.0 / 3));
  EXPECT_DOUBLE_EQ(total.rmsse.value(), std::sqrt(8.5 / 7));
  EXPECT_DOUBLE_EQ(total.at_80.coverage.value(), 0.5);  // 11 is in 8.4 to 11.6, 14 is not
  EXPECT_DOUBLE_EQ(total.at_80.width.value(), 3.2);
  EXPECT_DOUBLE_EQ(total.at_80.msis.value(), (3.2 + (3.2 + 10 * 2.4)) / 2 / (7.0 / 3));
  EXPECT_DOUBLE_EQ(board.at_step(0, 1).mae.value(), 4);
  EXPECT_EQ(board.forecasts(), 2U);
}

TEST(Accuracy, MissingValuesCountForNothing) {
  AccuracyBoard board({"a"}, 2, 1);
  const std::vector<Forecast> forecasts = {Make({10, 10}, 2)};
  board.Add(0, std::vector<double>{kNotAvailable, 12}, {1, 1}, forecasts);
  EXPECT_EQ(board.forecasts(), 1U);
  EXPECT_DOUBLE_EQ(board.total(0).mae.value(), 2);
  EXPECT_TRUE(std::isnan(board.at_step(0, 0).mae.value()));
}

TEST(Accuracy, TheSeasonalNaiveForecastRepeatsTheSeason) {
  EXPECT_EQ(SeasonalNaive(std::vector<double>{1, 2, 3, 4, 5}, 2, 5), (std::vector<double>{4, 5, 4, 5, 4}));
  EXPECT_EQ(SeasonalNaive(std::vector<double>{7}, 12, 2), (std::vector<double>{7, 7}));
}

// 40 targets, a's errors 1 and b's 1.5 +- 1 by turns: n = 40, mean 0.5, standard deviation 1.0127.
TEST(Accuracy, ADifferenceOverTargetsIsTested) {
  AccuracyBoard board({"a", "b"}, 1, 40);
  for (std::size_t t = 0; t < 40; ++t) {
    const std::vector<Forecast> forecasts = {Make({11}, 1), Make({t % 2 == 0 ? 12.5 : 10.5}, 1)};
    board.Add(t, std::vector<double>{10}, {1, 1}, forecasts);
  }
  const DieboldMariano difference = CompareModels(board, 1, 0);
  EXPECT_DOUBLE_EQ(difference.mean, 0.5);
  EXPECT_NEAR(difference.statistic, 0.5 / (1 / std::sqrt(39.0)), 1e-9);
  EXPECT_NEAR(difference.p_value, 0.0033730506, 1e-9);  // t(39), from scipy
  EXPECT_EQ(board.Best(), 0);
}

TEST(Accuracy, AFewTargetsAreComparedOverTime) {
  AccuracyBoard board({"a", "b"}, 1, 1);
  for (int cut = 0; cut < 12; ++cut) {
    if (cut > 0) board.NextCut();
    const std::vector<Forecast> forecasts = {Make({11}, 1), Make({cut % 2 == 0 ? 12.5 : 11.5}, 1)};
    board.Add(0, std::vector<double>{10}, {1, 1}, forecasts);
  }
  const DieboldMariano difference = CompareModels(board, 1, 0);
  EXPECT_DOUBLE_EQ(difference.mean, 1.0);
  EXPECT_LT(difference.p_value, 0.001);
}

TEST(BacktestWindows, CutsAreCountedFromTheEndAndGapsFilledFromBeforeAlone) {
  Frame full;
  const TimeGrid grid{0, {Step::Unit::kNanosecond, 3'600'000'000'000}};
  full.Append("a", std::vector<double>{1, 2, kNotAvailable, 4, 5, 6, kNotAvailable, 100, 9, 10}, grid);
  full.Append("b", std::vector<double>{1, 2, 3, 4, 5}, grid);
  full.Sort();
  WindowPlan plan;
  plan.windows = 2;
  plan.step = 1;
  plan.horizon = 2;
  const Window first = CutFrame(full, plan, 0);
  ASSERT_EQ(first.targets.size(), 1U);  // b has 2 points before its cut
  EXPECT_EQ(first.targets[0].cutoff, 7);
  EXPECT_EQ(first.targets[0].known, 6);  // what is missing before the cut is not made up from behind it
  EXPECT_EQ(std::vector<double>(first.frame[0].values.begin(), first.frame[0].values.end()),
            (std::vector<double>{1, 2, 3, 4, 5, 6}));
  const Window last = CutFrame(full, plan, 1);
  EXPECT_EQ(last.targets[0].cutoff, 8);
  EXPECT_DOUBLE_EQ(last.frame[0].values[6], 53);
}

}  // namespace
}  // namespace fitd::accuracy_test
