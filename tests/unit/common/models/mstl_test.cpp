#include "common/models/mstl.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/support/awkward_series.h"

namespace fitd::mstl_test {
namespace {

using awkward::Seasonal;

std::vector<double> DayAndWeek(std::size_t n, double noise) {
  std::vector<double> y = Seasonal(n, 24, 100, 0.01, 10, noise);
  const std::vector<double> week = Seasonal(n, 168, 0, 0, 5, 0);
  for (std::size_t t = 0; t < n; ++t) y[t] += week[t];
  return y;
}

TEST(Mstl, ContinuesTwoSeasonsAndATrend) {
  const std::unique_ptr<Algorithm> mstl = MakeMstl("mstl:theta", "theta");
  const std::size_t n = 168 * 8;
  const std::vector<double> y = DayAndWeek(n, 1);
  const std::vector<double> future = DayAndWeek(n + 168, 0);
  const std::vector<int> seasons = {24, 168};
  const FitOutcome outcome = mstl->Fit({.y = y, .seasons = seasons});
  ASSERT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
  EXPECT_EQ(outcome.model.spec, "[24,168] dotm");
  const Forecast f = mstl->Predict(outcome.model, 168, {});
  for (std::size_t h = 0; h < 168; ++h) EXPECT_NEAR(f.mean[h], future[n + h], 2.5) << h;
}

TEST(Mstl, IntervalsAreTheInnerModelsAroundItsOwnMean) {
  const std::unique_ptr<Algorithm> mstl = MakeMstl("mstl:naive", "naive");
  const std::vector<double> y = DayAndWeek(168 * 4, 1);
  const std::vector<int> seasons = {24, 168};
  const FitOutcome outcome = mstl->Fit({.y = y, .seasons = seasons});
  const std::vector<double> levels = {80, 95};
  const Forecast f = mstl->Predict(outcome.model, 30, levels);
  const double sigma = outcome.model.Parameter("widening") * outcome.model.Parameter("inner.sigma");
  for (std::size_t h = 0; h < 30; ++h) {
    EXPECT_NEAR(f.intervals[1].hi[h] - f.mean[h], 1.959963984540054 * sigma * std::sqrt(static_cast<double>(h + 1)),
                1e-9);
  }
}

// Smoothing the seasons takes part of the noise out of the residuals; without its share the 80 % intervals of four
// weeks cover 62 % of the week behind them.
TEST(Mstl, IntervalsKnowWhatTheSeasonsHide) {
  const std::unique_ptr<Algorithm> mstl = MakeMstl("mstl", "ets");
  const std::vector<int> seasons = {24, 168};
  const std::vector<double> levels = {80, 95};
  std::mt19937 bits(11);
  std::normal_distribution<double> normal;
  // Of 2.1 weeks nearly all hours have been seen twice: with the widening of three times 80 % intervals cover 70 %.
  for (const std::size_t length : {std::size_t{345}, std::size_t{168 * 4}}) {
    constexpr std::size_t kHorizon = 168;
    double inside[2] = {0, 0}, count = 0;
    for (int series = 0; series < 12; ++series) {
      std::vector<double> y = DayAndWeek(length + kHorizon, 0);
      for (double& v : y) v += normal(bits);
      const FitOutcome outcome = mstl->Fit({.y = std::span(y).first(length), .seasons = seasons});
      ASSERT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
      EXPECT_GT(outcome.model.Parameter("widening"), 1);
      const Forecast f = mstl->Predict(outcome.model, kHorizon, levels);
      for (std::size_t h = 0; h < kHorizon; ++h, ++count) {
        for (std::size_t l = 0; l < 2; ++l) {
          inside[l] += y[length + h] >= f.intervals[l].lo[h] && y[length + h] <= f.intervals[l].hi[h];
        }
      }
    }
    EXPECT_NEAR(100 * inside[0] / count, 80, 5) << length;
    EXPECT_NEAR(100 * inside[1] / count, 95, 5) << length;
  }
}

TEST(Mstl, IsTheInnerAlgorithmWhenTheSeriesIsTooShortForASeason) {
  const std::unique_ptr<Algorithm> mstl = MakeMstl("mstl:theta", "theta");
  const std::vector<double> y = Seasonal(40, 24, 10, 0.1, 3, 1);
  const std::vector<int> seasons = {24};
  const FitOutcome outcome = mstl->Fit({.y = y, .seasons = seasons});
  const FitOutcome alone = FindAlgorithm("theta")->Fit({.y = y, .seasons = {}});
  EXPECT_EQ(outcome.model.spec, alone.model.spec);
  EXPECT_EQ(mstl->Predict(outcome.model, 5, {}).mean, FindAlgorithm("theta")->Predict(alone.model, 5, {}).mean);
}

TEST(Mstl, ARefitKeepsTheSeasonsAndTheInnerForm) {
  const std::unique_ptr<Algorithm> mstl = MakeMstl("mstl:theta", "theta");
  const std::vector<double> y = DayAndWeek(168 * 6, 1);
  const std::vector<int> seasons = {24, 168};
  const FitOutcome first = mstl->Fit({.y = y, .seasons = seasons});
  const std::vector<double> shorter(y.begin(), y.end() - 168);
  const FitOutcome again = mstl->Fit({.y = shorter, .seasons = {}, .like = &first.model});
  EXPECT_EQ(again.model.spec, first.model.spec);
}

// The last hours are off the week as an autoregression is; taking the week out must leave the day to the seasonal
// ARIMA.
TEST(Mstl, SeasonalArimaKeepsTheDayAndSeesTheWeek) {
  const Algorithm& sarima = *FindAlgorithm("mstl:sarima");
  const std::vector<int> seasons = {24, 168};
  const std::vector<double> y = DayAndWeek(168 * 6, 1);
  const FitOutcome outcome = sarima.Fit({.y = y, .seasons = seasons});
  ASSERT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
  EXPECT_TRUE(outcome.model.spec.starts_with("[168] (")) << outcome.model.spec;
  EXPECT_NE(outcome.model.spec.find("[24]"), std::string::npos) << outcome.model.spec;
  const std::vector<double>& week = *outcome.model.State("season[168]");
  for (std::size_t hour = 0; hour < 24; ++hour) {
    double day = 0;
    for (std::size_t t = hour; t < 168; t += 24) day += week[t] / 7;
    EXPECT_NEAR(day, 0, 0.05) << "what all days share is left in";
  }
  const std::vector<double> future = DayAndWeek(168 * 7, 0);
  const Forecast f = sarima.Predict(outcome.model, 168, {});
  double error = 0;
  for (std::size_t h = 0; h < 168; ++h) error += std::abs(f.mean[h] - future[168 * 6 + h]) / 168;
  EXPECT_LT(error, 0.5);
  const std::vector<double> shorter(y.begin(), y.end() - 168);
  const FitOutcome again = sarima.Fit({.y = shorter, .seasons = {}, .like = &outcome.model});
  EXPECT_EQ(again.model.spec, outcome.model.spec);
}

TEST(Mstl, APureSeasonIsRepeated) {
  const std::unique_ptr<Algorithm> mstl = MakeMstl("mstl:naive", "naive");
  std::vector<double> y(70, 3.0);
  for (std::size_t t = 0; t < 70; t += 7) y[t] = 10;
  const std::vector<int> seasons = {7};
  const FitOutcome outcome = mstl->Fit({.y = y, .seasons = seasons});
  EXPECT_EQ(outcome.status, FitStatus::kFitted);
  const Forecast f = mstl->Predict(outcome.model, 14, {});
  for (std::size_t h = 0; h < 14; ++h) EXPECT_NEAR(f.mean[h], y[h], 1e-6);
}

TEST(Mstl, SaysWhenTheInnerAlgorithmIsNotThere) {
  const std::vector<double> y = {1, 2, 3};
  const FitOutcome outcome = MakeMstl("mstl:nothing", "nothing")->Fit({.y = y, .seasons = {}});
  EXPECT_EQ(outcome.status, FitStatus::kFailed);
  EXPECT_EQ(outcome.reason, "there is no algorithm named nothing");
}

TEST(Mstl, IsSoundOnAwkwardSeries) {
  awkward::ExpectSoundOnAll(*MakeMstl("mstl:theta", "theta"));
  awkward::ExpectSoundOnAll(*MakeMstl("mstl:naive", "naive"));
  awkward::ExpectSoundOnAll(*FindAlgorithm("mstl"));
  awkward::ExpectSoundOnAll(*FindAlgorithm("mstl:arima"));
  awkward::ExpectSoundOnAll(*FindAlgorithm("mstl:sarima"));
}

}  // namespace
}  // namespace fitd::mstl_test
