#include "common/models/on_logs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "common/models/base/filter.h"
#include "tests/support/awkward_series.h"

namespace fitd::on_logs_test {
namespace {

std::vector<double> Growing(std::size_t n, double rate, double noise, unsigned seed = 5) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) y.push_back(20 * std::exp(rate * static_cast<double>(t) + noise * normal(bits)));
  return y;
}

TEST(OnLogs, GoesOnGrowingByTheSamePercents) {
  for (const char* name : {"log:ets", "log:arima"}) {
    const Algorithm& algorithm = *FindAlgorithm(name);
    const FitOutcome outcome = algorithm.Fit({.y = Growing(60, 0.08, 0.02), .seasons = {}, .horizon = 12});
    ASSERT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
    const std::vector<double> levels = {80, 95};
    const Forecast f = algorithm.Predict(outcome.model, 12, levels);
    for (std::size_t h = 0; h < 12; ++h) {
      EXPECT_NEAR(f.mean[h] / (20 * std::exp(0.08 * static_cast<double>(60 + h))), 1, 0.06) << name << ' ' << h;
      EXPECT_LT(f.intervals[1].lo[h], f.intervals[0].lo[h]);
      EXPECT_LT(f.intervals[0].lo[h], f.mean[h]);
      // As far above by a factor as below.
      EXPECT_NEAR(f.intervals[0].hi[h] / f.mean[h], f.mean[h] / f.intervals[0].lo[h], 1e-9);
    }
  }
}

TEST(OnLogs, TheUnitChangesNothing) {
  const std::vector<double> y = Growing(48, -0.05, 0.1);
  std::vector<double> other = y;
  for (double& v : other) v *= 4096;
  const Algorithm& algorithm = *FindAlgorithm("log:ets");
  const FitOutcome a = algorithm.Fit({.y = y, .seasons = {}}), b = algorithm.Fit({.y = other, .seasons = {}});
  EXPECT_EQ(a.model.spec, b.model.spec);
  const Forecast f = algorithm.Predict(a.model, 6, {}), g = algorithm.Predict(b.model, 6, {});
  for (std::size_t h = 0; h < 6; ++h) EXPECT_NEAR(g.mean[h] / f.mean[h], 4096, 4096e-6);
}

TEST(OnLogs, SaysThatZeroHasNoLogarithm) {
  const std::vector<double> y = {1, 2, 4, 0, 16, 32, 64, 128};
  const FitOutcome outcome = FindAlgorithm("log:ets")->Fit({.y = y, .seasons = {}});
  EXPECT_EQ(outcome.status, FitStatus::kFailed);
  EXPECT_EQ(outcome.reason, "not all values are positive, and only those have a logarithm");
}

TEST(OnLogs, DoesNotGrowByMoreThanItHas) {
  const std::vector<double> y = Growing(40, 0.1, 0.01);
  const Algorithm& algorithm = *FindAlgorithm("log:arima");
  const FitOutcome outcome = algorithm.Fit({.y = y, .seasons = {}});
  const std::vector<double> levels = {95};
  const Forecast f = algorithm.Predict(outcome.model, 2000, levels);
  EXPECT_NEAR(f.mean[1999] / f.mean[0], std::exp(outcome.model.Parameter("log_range")), 1e-6 * f.mean[1999]);
  EXPECT_LE(f.intervals[0].hi[1999], f.mean[1999] * std::exp(2 * outcome.model.Parameter("log_range")) * (1 + 1e-9));
}

TEST(OnLogs, WhatFallsToZeroIsFollowed) {
  const Algorithm& algorithm = *FindAlgorithm("log:ets");
  const std::vector<double> y = Growing(60, 0.08, 0.1);
  const FitOutcome outcome = algorithm.Fit({.y = y, .seasons = {}});
  const std::vector<double> zeros(40, 0.0);
  const Result<Model> fallen = Advance(algorithm, outcome.model, zeros);
  ASSERT_TRUE(fallen.ok());
  EXPECT_LT(algorithm.Predict(fallen.value(), 1, {}).mean[0], y[0]);
  // Growth that goes on from a tenth, after three values of it; one of them moves nothing.
  std::vector<double> tenth;
  for (int t = 60; t < 66; ++t) tenth.push_back(2 * std::exp(0.08 * t));
  const Result<Model> lower = Advance(algorithm, outcome.model, tenth);
  const Result<Model> once = Advance(algorithm, outcome.model, std::span(tenth).first(1));
  ASSERT_TRUE(lower.ok() && once.ok());
  EXPECT_NEAR(algorithm.Predict(lower.value(), 1, {}).mean[0] / (2 * std::exp(0.08 * 66)), 1, 0.3);
  EXPECT_GT(algorithm.Predict(once.value(), 1, {}).mean[0], 10 * std::exp(0.08 * 61));
  const std::vector<double> missing(40, kNotAvailable);
  const Result<Model> waited = Advance(algorithm, outcome.model, missing);
  ASSERT_TRUE(waited.ok());
  EXPECT_GT(algorithm.Predict(waited.value(), 1, {}).mean[0], y.back());
}

TEST(OnLogs, ADeclineGoesOnBelowAllThatItWasFittedTo) {
  const Algorithm& algorithm = *FindAlgorithm("log:arima");
  const std::vector<double> y = Growing(120, -0.1, 0.05);
  const FitOutcome outcome = algorithm.Fit({.y = std::span(y).first(30), .seasons = {}});
  const Result<Model> later = Advance(algorithm, outcome.model, std::span(y).last(90));
  ASSERT_TRUE(later.ok());
  EXPECT_NEAR(algorithm.Predict(later.value(), 1, {}).mean[0] / (20 * std::exp(-0.1 * 120)), 1, 0.4);
}

TEST(OnLogs, IsSoundOnAwkwardSeries) {
  awkward::ExpectSoundOnAll(*FindAlgorithm("log:ets"));
  awkward::ExpectSoundOnAll(*FindAlgorithm("log:arima"));
  awkward::ExpectSoundOnAll(*FindAlgorithm("log:mstl"));
  awkward::ExpectSoundOnAll(*FindAlgorithm("log:mstl:arima"));
}

}  // namespace
}  // namespace fitd::on_logs_test
