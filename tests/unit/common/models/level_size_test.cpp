// Errors that are larger where values are: what they say of the deviations of forecasts.
#include "common/models/base/level_size.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"

namespace fitd::level_size_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> Normal(std::uint32_t seed, std::size_t n) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values;
  for (std::size_t t = 0; t < n; ++t) values.push_back(normal(bits));
  return values;
}

double Growing(std::size_t t) {
  return 50 * std::pow(1.02, static_cast<double>(t));
}

// Values that grow by 2 % a step, with errors of 5 % of them.
std::vector<double> Growth(std::uint32_t seed, std::size_t n, std::vector<double>* errors = nullptr) {
  std::vector<double> y = Normal(seed, n);
  for (std::size_t t = 0; t < n; ++t) {
    const double e = 0.05 * Growing(t) * y[t];
    if (errors != nullptr) errors->push_back(e);
    y[t] = Growing(t) + e;
  }
  return y;
}

double RootMeanSquare(const std::vector<double>& errors) {
  double sum = 0;
  for (const double e : errors) sum += e * e / static_cast<double>(errors.size());
  return std::sqrt(sum);
}

TEST(LevelSize, IsThatOfTheLastValuesWhereErrorsAreShares) {
  double off = 0;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    std::vector<double> errors;
    const std::vector<double> y = Growth(seed, 120, &errors);
    const LevelSizes sizes = MeasureLevelSizes(errors, {.y = y, .seasons = {}});
    const double right = 0.05 * Growing(119) / RootMeanSquare(errors);
    off += std::log(sizes.now / right) / 20;
    EXPECT_NEAR(std::log(sizes.now / right), 0, 0.35) << seed;
    EXPECT_LT(sizes.before.front(), 0.7) << seed;
    EXPECT_GT(sizes.before.back(), 1.5) << seed;
  }
  EXPECT_NEAR(off, 0, 0.1);
}

TEST(LevelSize, IsOneWhereErrorsAreAlike) {
  double mean = 0;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const std::vector<double> errors = Normal(seed, 240);
    std::vector<double> y = errors;
    for (std::size_t t = 0; t < y.size(); ++t) y[t] += 50 + 0.5 * static_cast<double>(t);
    mean += MeasureLevelSizes(errors, {.y = y, .seasons = {}}).now / 20;
  }
  EXPECT_NEAR(mean, 1, 0.12);  // were they shares, it would be 1.6
}

TEST(LevelSize, IsOneWhereNothingTells) {
  std::vector<double> errors;
  std::vector<double> y = Growth(1, 60, &errors);
  const std::span<const double> all = errors;
  EXPECT_NE(MeasureLevelSizes(all, {.y = y, .seasons = {}}).now, 1);
  EXPECT_EQ(MeasureLevelSizes(all.first(7), {.y = y, .seasons = {}}).now, 1);
  std::vector<double> observed(y.size(), kNan);
  std::copy_n(y.begin(), 7, observed.begin());
  EXPECT_EQ(MeasureLevelSizes(all, {.y = y, .seasons = {}, .observed = observed}).now, 1);
  EXPECT_EQ(MeasureLevelSizes(std::vector<double>(60, 0.0), {.y = y, .seasons = {}}).now, 1);
  y[30] = 0;
  EXPECT_NE(MeasureLevelSizes(all, {.y = y, .seasons = {}}).now, 1) << "one of counts that have been a few";
  y[30] = -1e-3;
  const LevelSizes sizes = MeasureLevelSizes(all, {.y = y, .seasons = {}});
  EXPECT_EQ(sizes.now, 1);
  EXPECT_EQ(sizes.before, std::vector<double>(60, 1.0));
}

TEST(LevelSize, KnowsNoUnit) {
  std::vector<double> errors;
  std::vector<double> y = Growth(2, 80, &errors);
  const double now = MeasureLevelSizes(errors, {.y = y, .seasons = {}}).now;
  for (const double unit : {1e-290, 1e-6, 1e12, 1e290}) {
    std::vector<double> scaled = y;
    for (double& v : scaled) v *= unit;
    EXPECT_NEAR(MeasureLevelSizes(errors, {.y = scaled, .seasons = {}}).now, now, 1e-9) << unit;
  }
}

TEST(LevelSize, HasIntervalsOfGrowingSeriesCover) {
  constexpr int kSeries = 300;
  constexpr std::size_t kPast = 60;
  for (const char* name : {"arima", "ces", "theta"}) {
    const Algorithm& algorithm = *FindAlgorithm(name);
    const std::vector<double> levels = {80};
    int inside = 0;
    int inside_without = 0;
    for (std::uint32_t seed = 0; seed < kSeries; ++seed) {
      const std::vector<double> all = Growth(seed, kPast + 1);
      const Model model = algorithm.Fit({.y = std::span(all).first(kPast), .seasons = {}}).model;
      Model without = model;
      std::erase_if(without.parameters, [](const NamedValue& p) { return p.name == kLevelSize; });
      const Forecast with = algorithm.Predict(model, 1, levels);
      const Forecast plain = algorithm.Predict(without, 1, levels);
      EXPECT_EQ(with.mean, plain.mean);
      inside += with.intervals[0].lo[0] <= all.back() && all.back() <= with.intervals[0].hi[0];
      inside_without += plain.intervals[0].lo[0] <= all.back() && all.back() <= plain.intervals[0].hi[0];
    }
    EXPECT_NEAR(100.0 * inside / kSeries, 80, 9) << name;
    EXPECT_LT(100.0 * inside_without / kSeries, 66) << name;
  }
}

// Whoever follows the sizes of errors sees them at the level that they have come to, not twice.
TEST(LevelSize, IsNoVolatility) {
  const Algorithm& theta = *FindAlgorithm("theta");
  std::vector<double> y = {100};
  for (const double e : Normal(3, 500)) y.push_back(y.back() * (1.004 + 0.02 * e));
  const Model model = theta.Fit({.y = y, .seasons = {}}).model;
  ASSERT_GT(LevelSizeOf(model), 1.5);
  const std::vector<double> levels = {80};
  const auto width = [&](const Model& of) {
    const Forecast forecast = theta.Predict(of, 1, levels);
    return (forecast.intervals[0].hi[0] - forecast.intervals[0].lo[0]) / forecast.mean[0];
  };
  EXPECT_NEAR(width(model), 2 * 1.2816 * 0.02, 0.01);
  std::vector<double> next;
  for (const double e : Normal(4, 60)) next.push_back((next.empty() ? y.back() : next.back()) * (1 + 0.02 * e));
  EXPECT_NEAR(width(*Advance(theta, model, next)), 2 * 1.2816 * 0.02, 0.02);
}

// An error as large as the filter expects at this level leaves the volatility where it is.
TEST(LevelSize, IsTheUnitOfWhatAFilterObserves) {
  const Algorithm& theta = *FindAlgorithm("theta");
  const std::vector<double> y = Growth(5, 60);
  Model model = theta.Fit({.y = y, .seasons = {}}).model;
  std::erase_if(model.states, [](const NamedVector& s) { return s.name == kVolatilityState; });
  PutVolatility(Volatility{1, 1, 0.1, 0.9, 1}, model);
  ASSERT_GT(LevelSizeOf(model), 1.3);
  const std::unique_ptr<ModelFilter> filter = theta.Resume(model);
  filter->Observe(filter->Expect() + filter->StandardDeviation());
  EXPECT_NEAR(VolatilityOf(filter->Finish())->now, 1, 1e-9);
  Model alike = model;
  std::erase_if(alike.parameters, [](const NamedValue& p) { return p.name == kLevelSize; });
  EXPECT_NEAR(theta.Resume(model)->StandardDeviation(), LevelSizeOf(model) * theta.Resume(alike)->StandardDeviation(),
              1e-9);
}

TEST(LevelSize, ThatNoFitGivesCountsForNothing) {
  Model model;
  for (const double wrong : {kNan, 0.0, -1.0, 1e9, static_cast<double>(INFINITY)}) {
    model.parameters = {{std::string(kLevelSize), wrong}};
    EXPECT_EQ(LevelSizeOf(model), 1) << wrong;
  }
  model.parameters = {{std::string(kLevelSize), 2.5}};
  EXPECT_EQ(LevelSizeOf(model), 2.5);
  EXPECT_EQ(LevelSizeOf(Model{}), 1);
}

}  // namespace
}  // namespace fitd::level_size_test
