#include "common/models/lgt/lgt.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "common/models/base/filter.h"
#include "common/models/lgt/estimate.h"
#include "tests/support/awkward_series.h"

namespace fitd::lgt_test {
namespace {

const Algorithm& Lgt() {
  return *FindAlgorithm("lgt");
}

Forecast After(std::span<const double> y, int horizon) {
  const FitOutcome outcome = Lgt().Fit({.y = y, .seasons = {}});
  EXPECT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
  return Lgt().Predict(outcome.model, horizon, std::vector<double>{80, 95});
}

// Grows by `growth` times the root of its level, so that it is a parabola; the last 6 values are to be forecast.
std::vector<double> Parabola(std::size_t n, double noise, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  double level = 100;
  for (std::size_t t = 0; t < n; ++t) {
    y.push_back(level + noise * normal(bits));
    level += 0.5 * std::sqrt(level);
  }
  return y;
}

TEST(Lgt, GrowsFasterThanALineAndSlowerThanByItsRate) {
  const std::vector<double> y = Parabola(36, 0.2, 1);
  const Forecast f = After(std::span(y).first(30), 6);
  const double line = y[29] + 6 * (y[29] - y[28]);
  const double exponential = y[29] * std::pow(y[29] / y[28], 6);
  ASSERT_GT(exponential - line, 1);
  EXPECT_GT(f.mean[5], line - 0.5);
  EXPECT_LT(f.mean[5], exponential);
  EXPECT_NEAR(f.mean[5], y[35], 0.02 * y[35]);
}

TEST(Lgt, AWalkGoesOnFromWhereItIs) {
  std::mt19937 bits(2);
  std::normal_distribution<double> normal;
  double apart = 0;
  for (int series = 0; series < 20; ++series) {
    std::vector<double> y = {1000};
    for (int t = 1; t < 60; ++t) y.push_back(y.back() + normal(bits));
    apart += std::abs(After(y, 1).mean[0] - y.back()) / 20;
  }
  EXPECT_LT(apart, 0.5) << "of its own step";
}

TEST(Lgt, AnotherUnitChangesNothing) {
  const std::vector<double> y = Parabola(30, 3, 3);
  std::vector<double> thousands, twice;
  for (const double v : y) {
    thousands.push_back(v * 1000);
    twice.push_back(v * 2);
  }
  const Forecast one = After(y, 6);
  for (std::size_t h = 0; h < 6; ++h) {
    EXPECT_EQ(After(twice, 6).mean[h], 2 * one.mean[h]) << h;
    EXPECT_NEAR(After(thousands, 6).mean[h], 1000 * one.mean[h], 1e-7 * one.mean[h]) << h;
    EXPECT_NEAR(After(thousands, 6).intervals[0].hi[h], 1000 * one.intervals[0].hi[h], 1e-7 * one.mean[h]) << h;
  }
}

TEST(Lgt, OneReadingThatStandsApartMovesLittle) {
  std::vector<double> y = Parabola(30, 1, 4);
  const double whole = After(y, 6).mean[5];
  y[12] *= 3;
  EXPECT_NEAR(After(y, 6).mean[5], whole, 0.08 * whole);
}

TEST(Lgt, WhatIsNotPositiveDriftsAndHasErrorsOfOneSize) {
  std::mt19937 bits(5);
  std::normal_distribution<double> normal;
  std::vector<double> y = {-20};
  for (int t = 1; t < 60; ++t) y.push_back(y.back() + 0.8 + 0.3 * normal(bits));
  const FitOutcome outcome = Lgt().Fit({.y = y, .seasons = {}});
  EXPECT_EQ(outcome.model.spec, "drift");
  const Forecast f = Lgt().Predict(outcome.model, 10, {});
  EXPECT_NEAR(f.mean[9], y.back() + 8, 2);
  std::vector<double> mirrored;
  for (const double v : y) mirrored.push_back(-v);
  EXPECT_EQ(After(mirrored, 10).mean[9], -f.mean[9]);
  EXPECT_EQ(Lgt().Fit({.y = Parabola(30, 1, 4), .seasons = {}}).model.spec, "growth");
}

// Series of its own kind: a walk with growth by the level's root and errors of five degrees in shares of the level.
TEST(Lgt, IntervalsCoverWhatTheyPromise) {
  std::mt19937 bits(6);
  std::student_t_distribution<double> student(5);
  double inside[2] = {0, 0}, count = 0;
  for (int series = 0; series < 300; ++series) {
    std::vector<double> y = {100};
    for (int t = 1; t < 46; ++t) {
      y.push_back(std::max(y.back() + 0.2 * std::sqrt(y.back()) + 0.03 * y.back() * student(bits), 1.0));
    }
    const Forecast f = After(std::span(y).first(40), 6);
    for (std::size_t h = 0; h < 6; ++h, ++count) {
      for (std::size_t l = 0; l < 2; ++l) {
        inside[l] += y[40 + h] >= f.intervals[l].lo[h] && y[40 + h] <= f.intervals[l].hi[h];
      }
    }
  }
  EXPECT_NEAR(100 * inside[0] / count, 80, 5);
  EXPECT_NEAR(100 * inside[1] / count, 95, 5);
}

TEST(Lgt, WeightsSumToOneAndTheLatestValuesAloneCount) {
  const std::vector<double> y = Parabola(60, 2, 7);
  double sum = 0;
  for (const LgtComponent& c : EstimateLgt(y).mixture.components) sum += c.weight;
  EXPECT_NEAR(sum, 1, 1e-12);
  std::vector<double> longer = Parabola(kLgtMostValues + 100, 2, 8);
  const std::vector<double> tail(longer.end() - kLgtMostValues, longer.end());
  EXPECT_EQ(After(longer, 6).mean, After(tail, 6).mean);
}

TEST(Lgt, FewOrEqualValuesRepeatTheLast) {
  const std::vector<double> few = {3, 1, 4, 2};
  const FitOutcome outcome = Lgt().Fit({.y = few, .seasons = {}});
  EXPECT_EQ(outcome.status, FitStatus::kShort);
  EXPECT_EQ(Lgt().Predict(outcome.model, 3, {}).mean, (std::vector<double>{2, 2, 2}));
  const std::vector<double> equal(20, 7);
  const FitOutcome constant = Lgt().Fit({.y = equal, .seasons = {}});
  EXPECT_EQ(constant.status, FitStatus::kConstant);
  const Forecast f = Lgt().Predict(constant.model, 2, std::vector<double>{95});
  EXPECT_EQ(f.mean, (std::vector<double>{7, 7}));
  EXPECT_EQ(f.intervals[0].lo, f.mean);
}

TEST(Lgt, TheFilterExpectsWhatIsForecast) {
  const std::vector<double> y = Parabola(40, 2, 9);
  const FitOutcome outcome = Lgt().Fit({.y = std::span(y).first(30), .seasons = {}});
  const std::unique_ptr<ModelFilter> filter = Lgt().Resume(outcome.model);
  ASSERT_NE(filter, nullptr);
  for (std::size_t t = 30; t < 40; ++t) {
    const Forecast f = Lgt().Predict(filter->Finish(), 1, std::vector<double>{80});
    EXPECT_NEAR(filter->Expect(), f.mean[0], 1e-12 * f.mean[0]) << t;
    EXPECT_GT(filter->StandardDeviation(), 0);
    filter->Observe(y[t]);
  }
}

TEST(Lgt, IsSoundOnAwkwardSeries) {
  awkward::ExpectSoundOnAll(Lgt());
}

}  // namespace
}  // namespace fitd::lgt_test
