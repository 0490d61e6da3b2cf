// What every algorithm promises of following a series with a fitted model.
#include "common/models/base/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "common/fit/model_archive.h"
#include "common/models/arima/differencing.h"
#include "common/models/arima/filter.h"
#include "common/models/arima/forecast.h"
#include "common/models/arima/likelihood.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/pooled_ar/filter.h"
#include "tests/support/awkward_series.h"

namespace fitd::filter_test {
namespace {

std::vector<double> Head(const std::vector<double>& y, std::size_t n) {
  return {y.begin(), y.begin() + static_cast<std::ptrdiff_t>(n)};
}

std::vector<double> Tail(const std::vector<double>& y, std::size_t from) {
  return {y.begin() + static_cast<std::ptrdiff_t>(from), y.end()};
}

Model Advanced(const Algorithm& algorithm, const Model& model, std::span<const double> values) {
  Result<Model> moved = Advance(algorithm, model, values);
  EXPECT_TRUE(moved.ok()) << moved.status().message();
  return moved.ok() ? *moved : model;
}

// Moves the model one value at a time, through its archive each time, as nightly updates do.
Model AdvancedOneByOne(const Algorithm& algorithm, Model model, std::span<const double> values) {
  for (const double y : values) {
    Result<Model> stored = DecodeModel(EncodeModel(Advanced(algorithm, model, {&y, 1})));
    EXPECT_TRUE(stored.ok());
    model = *std::move(stored);
  }
  return model;
}

double SizeOf(std::span<const double> y) {
  double size = 0;
  for (const double v : y) size = std::max(size, std::fabs(v));
  return size;
}

void ExpectNear(std::span<const double> a, std::span<const double> b, const std::string& what,
                double tolerance = 1e-9) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance * std::max(1.0, SizeOf(b))) << what;
}

class Filters : public testing::TestWithParam<std::string_view> {
 protected:
  const Algorithm& algorithm() const { return *FindAlgorithm(GetParam()); }
  FitOutcome Fit(std::span<const double> y, const std::vector<int>& seasons) const {
    return algorithm().Fit({.y = y, .seasons = seasons, .horizon = 12});
  }
};

TEST_P(Filters, OneByOneIsAtOnceBitForBit) {
  for (const auto& [label, y] : awkward::All()) {
    if (y.size() < 20 || !awkward::Takes(algorithm(), y)) continue;
    for (const std::vector<int>& seasons : {std::vector<int>{}, {12}, {2, 7}}) {
      SCOPED_TRACE(label);
      const FitOutcome outcome = Fit(Head(y, y.size() - 9), seasons);
      std::vector<double> more = Tail(y, y.size() - 9);
      more[4] = std::numeric_limits<double>::quiet_NaN();
      const std::string at_once = EncodeModel(Advanced(algorithm(), outcome.model, more));
      EXPECT_EQ(EncodeModel(AdvancedOneByOne(algorithm(), outcome.model, more)), at_once);
      const Model moved = *DecodeModel(at_once);
      EXPECT_EQ(moved.num_observations, y.size());
      for (const NamedVector& s : moved.states) {
        for (const double v : s.values) EXPECT_TRUE(std::isfinite(v)) << s.name;
      }
    }
  }
}

// Their intervals are quantiles of counts or of sizes and zeros, no multiples of a deviation.
bool HasQuantiles(std::string_view algorithm) {
  return algorithm == "croston" || algorithm == "sba" || algorithm == "tsb" || algorithm == "counts";
}

// Half of a 95 % interval over the deviation: CES and theta count that parameters were estimated, ARIMA in its own way.
double HalfWidth(const Model& model) {
  const std::vector<double>* estimation = model.State("estimation");
  if (estimation == nullptr || model.algorithm.ends_with("arima")) return NormalIntervalQuantile(95);
  return StudentIntervalQuantile(95, estimation->at(0)) * std::sqrt(1 + estimation->at(1));
}

TEST_P(Filters, ExpectsWhatTheForecastSays) {
  const std::vector<double> levels = {95};
  for (const auto& [label, y] : awkward::All()) {
    if (SizeOf(y) > 1e200 || SizeOf(y) < 1e-200) continue;  // the forecast's own limits
    if (!awkward::Takes(algorithm(), y)) continue;
    for (const std::vector<int>& seasons : {std::vector<int>{}, {12}}) {
      SCOPED_TRACE(label);
      Model model = Fit(y, seasons).model;
      for (const double next : {y.back(), std::numeric_limits<double>::quiet_NaN(), y.front()}) {
        const std::unique_ptr<ModelFilter> filter = algorithm().Resume(model);
        ASSERT_NE(filter, nullptr);
        const Forecast forecast = algorithm().Predict(model, 1, levels);
        const double size = std::max(SizeOf(y), 1e-12);
        EXPECT_NEAR(filter->Expect(), forecast.mean[0], 1e-9 * size);
        const bool moves = std::any_of(model.states.begin(), model.states.end(), [](const NamedVector& s) {
          return s.name.ends_with(kVolatilityState) || s.name.ends_with(kSizeCycleState);
        });
        if (filter->StandardDeviation() < 1e3 * size && !HasQuantiles(GetParam()) && !moves) {
          const double width = (forecast.intervals[0].hi[0] - forecast.intervals[0].lo[0]) / 2 / HalfWidth(model);
          // ARIMA's intervals take the limit of the innovations' variance for the variance at the origin, and ETS with
          // multiplicative errors counts the error of the fitted level.
          const double tolerance = GetParam().ends_with("arima") ? 0.5 * width : 1e-6 * size;
          EXPECT_NEAR(filter->StandardDeviation(), width, tolerance + 1e-9 * size);
        }
        model = Advanced(algorithm(), model, {&next, 1});
      }
    }
  }
}

TEST_P(Filters, MissingValuesMoveAlongTheForecast) {
  const std::vector<double> y = awkward::Seasonal(72, 12, 50, 0.2, 6, 2);
  for (const std::vector<int>& seasons : {std::vector<int>{}, {12}}) {
    const Model model = Fit(y, seasons).model;
    std::vector<Innovation> innovations;
    const std::vector<double> missing(5, std::numeric_limits<double>::quiet_NaN());
    ASSERT_TRUE(Advance(algorithm(), model, missing, &innovations).ok());
    const Forecast forecast = algorithm().Predict(model, 5, {});
    ASSERT_EQ(innovations.size(), 5U);
    for (std::size_t h = 0; h < 5; ++h) EXPECT_NEAR(innovations[h].expected, forecast.mean[h], 1e-6 * 50) << h;
  }
}

TEST_P(Filters, NeverLeaveTheFiniteNumbers) {
  constexpr double kMax = std::numeric_limits<double>::max();
  const std::vector<double> y = awkward::Seasonal(60, 12, 10, 0.1, 3, 1);
  for (const std::vector<int>& seasons : {std::vector<int>{}, {12}}) {
    const std::unique_ptr<ModelFilter> filter = algorithm().Resume(Fit(y, seasons).model);
    for (const double next : {kMax, -kMax, 0.0, 5e-324, -kMax, kMax, 0.0, 0.0, 0.0, kMax, kMax, 1.0}) {
      filter->Observe(next);
      ASSERT_TRUE(std::isfinite(filter->Expect()));
      ASSERT_TRUE(filter->StandardDeviation() >= 0);
    }
    for (const NamedVector& s : filter->Finish().states) {
      for (const double v : s.values) EXPECT_TRUE(std::isfinite(v)) << s.name;
    }
  }
}

TEST_P(Filters, StopAtModelsThatLackAState) {
  const std::vector<double> y = awkward::Seasonal(60, 12, 10, 0.1, 3, 1);
  Model model = Fit(y, {12}).model;
  const double next = 1;
  std::erase_if(model.states, [](const NamedVector& s) {
    return s.name.find("initial") == std::string::npos && s.name != "innovation_sd" &&
           (s.name != "recent" || GetParam() == "counts");
  });
  const Result<Model> moved = Advance(algorithm(), model, {&next, 1});
  ASSERT_FALSE(moved.ok());
  EXPECT_NE(moved.status().message().find("train again"), std::string::npos) << moved.status().message();
}

INSTANTIATE_TEST_SUITE_P(, Filters, testing::ValuesIn(AlgorithmNames()), [](const auto& param) {
  std::string name(param.param);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ':' || c == '-'; }, '_');
  return name;
});

// The states before the first value lead through the series to those that the fit ended with.
TEST(EtsFilter, GoesTheWayOfTheFit) {
  const Algorithm& ets = *FindAlgorithm("ets");
  for (const auto& [label, y] : awkward::All()) {
    if (y.size() < 30) continue;
    for (const std::vector<int>& seasons : {std::vector<int>{}, {12}}) {
      SCOPED_TRACE(label);
      const FitOutcome outcome = ets.Fit({.y = y, .seasons = seasons});
      if (outcome.status != FitStatus::kFitted) continue;
      Model start = outcome.model;
      start.num_observations = 0;
      for (const char* name : {"level", "trend", "seasonal"}) {
        const std::vector<double>* initial = start.State("initial_" + std::string(name));
        if (initial != nullptr) ReplaceState(start, name, *initial);
      }
      const Model moved = Advanced(ets, start, y);
      for (const char* name : {"level", "trend", "seasonal"}) {
        if (outcome.model.State(name) == nullptr) continue;
        const double size = std::string_view(name) == "seasonal" ? 1 : SizeOf(y);
        ExpectNear(Tail(*moved.State(name), 0), *outcome.model.State(name), name, 1e-9 * std::max(1.0, size));
      }
    }
  }
}

// The likelihood's own recursion over the whole series, given the coefficients and the constant of the fit to its head.
TEST(ArimaFilter, IsTheExactFilterOfTheWholeSeries) {
  const Algorithm& algorithm = *FindAlgorithm("arima");
  for (const std::size_t head : {20U, 40U, 70U}) {
    for (const double slope : {0.0, 0.5}) {
      for (const std::vector<int>& seasons : {std::vector<int>{}, {4}, {12}}) {
        std::vector<double> y = awkward::Seasonal(90, 12, 20, slope, seasons.empty() ? 0 : 5, 3);
        for (std::size_t t = 1; t < y.size(); ++t) y[t] += 0.6 * (y[t - 1] - 20 - slope * static_cast<double>(t));
        const FitOutcome outcome = algorithm.Fit({.y = Head(y, head), .seasons = seasons});
        const Model moved = Advanced(algorithm, outcome.model, Tail(y, head));
        SCOPED_TRACE(outcome.model.spec);
        arima::ArimaOrder order;
        arima::Coefficients coefficients;
        ASSERT_TRUE(arima::ReadModel(outcome.model, &order, &coefficients));
        std::vector<double> x = arima::Difference(y, order);
        double constant = 0;
        if (order.constant) {
          constant = order.d + order.D == 0 ? outcome.model.Parameter("mean") : outcome.model.Parameter("drift");
          if (order.D == 1) constant *= order.m;
        }
        for (double& v : x) v -= constant;
        arima::LagPolynomials polynomials;
        arima::Expand(order, coefficients, &polynomials);
        arima::ExactLikelihood likelihood(x);
        ASSERT_TRUE(std::isfinite(likelihood.Value(polynomials, false)));
        ExpectNear(*moved.State("process"), likelihood.FinalState(polynomials), "process");
        ExpectNear(*moved.State("gain"), likelihood.FinalGain(), "gain");
        ExpectNear(*moved.State("recent"), Tail(y, y.size() - moved.State("recent")->size()), "recent");
      }
    }
  }
}

TEST(PooledArFilter, MovesAsTheFitDoes) {
  std::vector<double> y = awkward::Seasonal(80, 12, 50, 0.2, 6, 2);
  PooledArSums sums({.season = 12, .horizon = 6});
  sums.Add(y);
  const PooledArGlobal global = Solve(sums);
  const Model model = FitPooledAr(Head(y, 60), global, false).model;
  Model by_one = model;
  for (std::size_t t = 60; t < y.size(); ++t) {
    Result<Model> next = AdvancePooledAr(by_one, global, {&y[t], 1});
    ASSERT_TRUE(next.ok());
    const std::unique_ptr<ModelFilter> filter = ResumePooledAr(*next, global);
    const std::vector<double> levels = {95};
    const Forecast forecast = PredictPooledAr(*next, global, 1, levels);
    EXPECT_NEAR(filter->Expect(), forecast.mean[0], 1e-9 * 60);
    const double width = (forecast.intervals[0].hi[0] - forecast.intervals[0].lo[0]) / 2 / NormalIntervalQuantile(95);
    EXPECT_NEAR(filter->StandardDeviation(), width, 0.02 * width);  // of a logarithm: to first order
    by_one = *DecodeModel(EncodeModel(*next));
  }
  const Model at_once = *AdvancePooledAr(model, global, Tail(y, 60));
  EXPECT_EQ(EncodeModel(by_one), EncodeModel(at_once));
  EXPECT_EQ(at_once.num_observations, 80U);
}

}  // namespace
}  // namespace fitd::filter_test
