// Sizes of errors that go round where values do not.
#include "common/models/base/size_cycle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"
#include "common/models/base/volatility.h"

namespace fitd::size_cycle_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPeriod = 40;

double Wave(double t) {
  return 4 + 3 * std::sin(2 * 3.14159265358979 * t / kPeriod);
}

// Normal errors of which the deviation of the t-th is scale(t).
template <class Scale>
std::vector<double> Errors(std::uint32_t seed, std::size_t n, Scale scale) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> errors;
  for (std::size_t t = 0; t < n; ++t) errors.push_back(normal(bits) * scale(static_cast<double>(t)));
  return errors;
}

std::vector<double> Around(double level, std::vector<double> errors) {
  for (double& e : errors) e += level;
  return errors;
}

double Width(const Model& model, int step) {
  const std::vector<double> levels = {80};
  const Forecast forecast = FindAlgorithm(model.algorithm)->Predict(model, step, levels);
  return forecast.intervals[0].hi.back() - forecast.intervals[0].lo.back();
}

TEST(SizeCycle, IsThatOfErrorsThatGoRound) {
  // The deviation of all errors is 4.53; of the next ten it is from 4 on to 7, or the next one is the roughest.
  constexpr std::uint32_t kSeeds = 20;
  struct Case {
    std::size_t n;
    std::ptrdiff_t place;  // in the wave, of the next error
  };
  for (const auto& [n, place] : {Case{120, 0}, Case{240, 0}, Case{120, 10}, Case{240, 10}}) {
    const auto wave = [from = static_cast<double>(place)](double t) { return Wave(from + t); };
    double found = 0, next = 0, rough = 0, calm = 0;
    for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
      const auto cycle = MeasureSizeCycle(Errors(seed, n, wave));
      if (!cycle) continue;
      found += 1;
      EXPECT_NEAR(cycle->period, kPeriod, 5) << n << seed;
      next += std::log(cycle->Factor(0));
      rough += std::log(cycle->Factor(10 - place));
      calm += std::log(cycle->Factor(-10 - place));
    }
    EXPECT_GE(found, 0.8 * kSeeds) << n;
    EXPECT_NEAR(next / found, std::log(wave(0) / 4.53), 0.3) << n;
    EXPECT_GT(rough / found, 0.15) << n;
    EXPECT_LT(calm / found, -0.4) << n;
  }
}

TEST(SizeCycle, IsNoneWhereErrorsAreAlike) {
  int found = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 bits(seed);
    std::student_t_distribution<double> heavy(3);
    std::vector<double> tails;
    for (int t = 0; t < 200; ++t) tails.push_back(heavy(bits));
    found += MeasureSizeCycle(tails).has_value();
    found += MeasureSizeCycle(Errors(seed, 200, [](double) { return 1; })).has_value();
  }
  EXPECT_LE(found, 8);  // of 400
  EXPECT_FALSE(MeasureSizeCycle(Errors(1, 59, Wave)).has_value());
  EXPECT_FALSE(MeasureSizeCycle(std::vector<double>(200, 0.0)).has_value());
  EXPECT_FALSE(MeasureSizeCycle(std::vector<double>(200, kNan)).has_value());
}

TEST(SizeCycle, IsLeftToASeason) {
  const std::vector<double> errors = Errors(5, 240, Wave);
  const std::vector<int> week = {7};
  EXPECT_TRUE(MeasureSizeCycle(errors, {.y = errors, .seasons = {}}).has_value());
  EXPECT_FALSE(MeasureSizeCycle(errors, {.y = errors, .seasons = week}).has_value());
  EXPECT_FALSE(MeasureSizeCycle(errors, {.y = errors, .seasons = {}, .removed_seasons = week}).has_value());
}

TEST(SizeCycle, CountsWhatWasMadeUpAsNothing) {
  std::vector<double> errors = Errors(5, 240, Wave);
  std::vector<double> observed = errors;
  for (std::size_t t = 0; t < errors.size(); t += 3) observed[t] = kNan;
  const auto known = MeasureSizeCycle(observed);
  for (std::size_t t = 0; t < errors.size(); t += 3) errors[t] = 0;
  const auto filled = MeasureSizeCycle(errors, {.y = errors, .seasons = {}, .observed = observed});
  ASSERT_TRUE(known.has_value());
  ASSERT_TRUE(filled.has_value());
  EXPECT_EQ(PackSizeCycle(*filled), PackSizeCycle(*known));
}

TEST(SizeCycle, WidensStepsThatAreRough) {
  for (const char* name : {"ets", "arima", "ces", "theta", "mean"}) {
    const Algorithm* algorithm = FindAlgorithm(name);
    ASSERT_NE(algorithm, nullptr) << name;
    const std::vector<double> y = Around(100, Errors(3, 240, Wave));
    const Model model = algorithm->Fit({.y = y, .seasons = {}, .horizon = 40}).model;
    ASSERT_TRUE(SizeCycleOf(model).has_value()) << name;
    EXPECT_FALSE(VolatilityOf(model).has_value()) << name;
    EXPECT_GT(Width(model, 11), 1.8 * Width(model, 31)) << name;
    Model without = model;
    std::erase_if(without.states, [](const NamedVector& s) { return s.name == kSizeCycleState; });
    EXPECT_EQ(algorithm->Predict(without, 40, {}).mean, algorithm->Predict(model, 40, {}).mean) << name;
  }
}

TEST(SizeCycle, LeavesVolatilityWhereThatTellsMore) {
  // Wild for the last 60 of 600 alone.
  int cycles = 0;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const std::vector<double> y = Around(1000, Errors(seed, 600, [](double t) { return t < 540 ? 1 : 6; }));
    const Model model = FindAlgorithm("mean")->Fit({.y = y, .seasons = {}, .horizon = 1}).model;
    cycles += SizeCycleOf(model).has_value();
    EXPECT_TRUE(VolatilityOf(model).has_value()) << seed;
  }
  EXPECT_EQ(cycles, 0);
}

TEST(SizeCycle, MovesWithAFilterWhicheverWayItsValuesCome) {
  const std::vector<double> y = Around(100, Errors(8, 240, Wave));
  for (const char* name : {"ets", "arima", "ces", "theta"}) {
    const Algorithm& algorithm = *FindAlgorithm(name);
    const Model model = algorithm.Fit({.y = y, .seasons = {}, .horizon = 1}).model;
    ASSERT_TRUE(SizeCycleOf(model).has_value()) << name;
    const SizeCycle before = *SizeCycleOf(model);
    std::vector<double> next = Around(100, Errors(9, 100, [](double) { return 4; }));
    next[3] = kNan;
    const Model later = *Advance(algorithm, model, next);
    Model by_one = model;
    for (const double v : next) by_one = *DecodeModel(EncodeModel(*Advance(algorithm, by_one, {&v, 1})));
    EXPECT_EQ(EncodeModel(by_one), EncodeModel(later)) << name;
    EXPECT_NEAR(SizeCycleOf(later)->Factor(0), before.Factor(100), 1e-9) << name;
  }
}

TEST(SizeCycle, OfFarStepsIsThatOfEachOfTheirErrors) {
  const SizeCycle cycle{12, 0.5, -0.3, 7, 0.9};
  Model model;
  model.states.push_back({std::string(kSizeCycleState), PackSizeCycle(cycle)});
  std::vector<double> walk;
  std::vector<double> noise(20, 3.0);
  for (int h = 1; h <= 20; ++h) walk.push_back(3 * std::sqrt(h));
  FollowSizeCycle(model, walk);
  FollowSizeCycle(model, noise);
  double sum = 0;
  for (int h = 0; h < 20; ++h) {
    const double angle = 2 * 3.14159265358979 * (7 + h) / 12;
    const double factor = 0.9 * std::exp(0.5 * std::cos(angle) - 0.3 * std::sin(angle));
    sum += factor * factor;
    EXPECT_NEAR(noise[static_cast<std::size_t>(h)], 3 * factor, 1e-9);
    EXPECT_NEAR(walk[static_cast<std::size_t>(h)], 3 * std::sqrt(sum), 1e-9);
  }
}

TEST(SizeCycle, IsCalledDamagedWhereItIsImpossible) {
  const std::vector<double> y = Around(100, Errors(3, 100, [](double) { return 1; }));
  Model model = FindAlgorithm("theta")->Fit({.y = y, .seasons = {}, .horizon = 1}).model;
  const auto damage = [&model](std::vector<double> values) {
    std::erase_if(model.states, [](const NamedVector& s) { return s.name == kSizeCycleState; });
    model.states.push_back({std::string(kSizeCycleState), std::move(values)});
    return FindAlgorithm("theta")->Damage(model);
  };
  EXPECT_EQ(damage({12, 0.5, -0.3, 7, 0.9}), "");
  for (const std::vector<double>& wrong : {std::vector<double>{},
                                           {12},
                                           {kNan, 0.5, -0.3, 7, 0.9},
                                           {1, 0.5, -0.3, 0, 0.9},
                                           {1e9, 0.5, -0.3, 7, 0.9},
                                           {12, INFINITY, -0.3, 7, 0.9},
                                           {12, 0.5, -9, 7, 0.9},
                                           {12, 0.5, -0.3, 12, 0.9},
                                           {12, 0.5, -0.3, -1, 0.9},
                                           {12, 0.5, -0.3, 7, 0}}) {
    EXPECT_NE(damage(wrong), "");
  }
}

}  // namespace
}  // namespace fitd::size_cycle_test
