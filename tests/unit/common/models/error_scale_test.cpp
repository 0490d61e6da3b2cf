// What errors say of the deviations of forecasts: their present size, and where values were made up.
#include "common/models/base/error_scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"
#include "common/models/base/volatility.h"

namespace fitd::error_scale_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Normal errors; `scale(t, last error)` is their deviation.
template <class Scale>
std::vector<double> Errors(std::uint32_t seed, std::size_t n, Scale scale) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> errors;
  for (std::size_t t = 0; t < n; ++t) errors.push_back(normal(bits) * scale(t, errors.empty() ? 0 : errors.back()));
  return errors;
}

std::vector<double> Walk(const std::vector<double>& errors) {
  std::vector<double> y = {1000};
  for (const double e : errors) y.push_back(y.back() + e);
  return y;
}

double RootMeanSquare(const std::vector<double>& errors) {
  double sum = 0;
  for (const double e : errors) sum += e * e;
  return std::sqrt(sum / static_cast<double>(errors.size()));
}

std::optional<Volatility> Measure(const std::vector<double>& errors, std::span<const int> seasons = {}) {
  return MeasureVolatility(errors, RootMeanSquare(errors), {.y = errors, .seasons = seasons});
}

double Width(const Model& model, int step = 1) {
  const std::vector<double> levels = {80};
  const Forecast forecast = FindAlgorithm(model.algorithm)->Predict(model, step, levels);
  return forecast.intervals[0].hi.back() - forecast.intervals[0].lo.back();
}

// Nothing at first, then rounding a thousand times as large as what was before it.
TEST(Volatility, OfRoundingIsNoneThatAModelCouldNotKeep) {
  for (const double first : {0.0, 1e-20, 1e-16}) {
    std::vector<double> errors(100, first);
    for (std::size_t t = 0; t < errors.size(); ++t) errors[t] *= t % 2 == 0 ? 1 : -1;
    for (std::size_t t = 95; t < errors.size(); ++t) errors[t] = 1e-12;
    const std::optional<Volatility> volatility = Measure(errors);
    if (!volatility) continue;
    Model model;
    PutVolatility(volatility, model);
    EXPECT_TRUE(HasSoundVolatility(model)) << first;
  }
}

TEST(Volatility, IsThatOfTheLastErrors) {
  // Wild stretches in turn with calm ones, of lengths that are no cycle; the last is wild or calm. By the whole history
  // the deviation is about 2.24.
  constexpr std::uint32_t kSeeds = 12;
  static constexpr std::array<std::size_t, 11> kEnds = {30, 110, 140, 260, 290, 330, 430, 450, 520, 550, 600};
  for (const bool wild : {true, false}) {
    const auto scale = [wild](std::size_t t, double) {
      const auto left = std::count_if(kEnds.begin(), kEnds.end(), [t](std::size_t end) { return end > t; });
      return (left % 2 == 1) == wild ? 3.0 : 1.0;
    };
    const double right = 2 * 1.2816 * (wild ? 3 : 1);
    for (const char* name : {"naive", "ets", "arima", "ces", "theta"}) {
      const Algorithm& algorithm = *FindAlgorithm(name);
      double mean = 0;
      double off = 0;
      double off_without = 0;
      for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
        const std::vector<double> y = Walk(Errors(seed, 600, scale));
        const FitOutcome fit = algorithm.Fit({.y = y, .seasons = {}, .horizon = 6});
        ASSERT_EQ(fit.status, FitStatus::kFitted) << name;
        ASSERT_TRUE(VolatilityOf(fit.model).has_value()) << name << seed;
        Model without = fit.model;
        std::erase_if(without.states, [](const NamedVector& s) { return s.name == kVolatilityState; });
        EXPECT_EQ(algorithm.Predict(without, 6, {}).mean, algorithm.Predict(fit.model, 6, {}).mean);
        mean += std::log(Width(fit.model) / right) / kSeeds;
        off += std::fabs(std::log(Width(fit.model) / right)) / kSeeds;
        off_without += std::fabs(std::log(Width(without) / right)) / kSeeds;
      }
      EXPECT_NEAR(mean, 0, 0.3) << name << wild;
      EXPECT_LT(off, 0.8 * off_without) << name << wild;
    }
  }
}

TEST(Volatility, IsNoneWhereErrorsAreAlike) {
  int found = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 bits(seed);
    std::student_t_distribution<double> heavy(3);
    std::vector<double> tails;
    for (int t = 0; t < 200; ++t) tails.push_back(heavy(bits));
    found += Measure(tails).has_value() + Measure(Errors(seed, 200, [](std::size_t, double) { return 1; })).has_value();
  }
  EXPECT_LE(found, 8);  // of 400
}

TEST(Volatility, IsNotTheSharesOfAnUnchangingErrorInALineThatRises) {
  std::vector<double> y = Errors(6, 240, [](std::size_t, double) { return 2; });
  std::vector<double> relative;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double line = 50 + 0.5 * static_cast<double>(t);
    relative.push_back(y[t] / line);
    y[t] += line;
  }
  const double deviation = RootMeanSquare(relative);
  EXPECT_TRUE(MeasureVolatility(relative, deviation, {.y = y, .seasons = {}}).has_value());
  EXPECT_FALSE(MeasureVolatility(relative, deviation, {.y = y, .seasons = {}}, true).has_value());
}

TEST(Volatility, IsNotTheDayOfASeason) {
  const std::vector<int> day = {24};
  const std::vector<double> errors = Errors(5, 2000, [](std::size_t t, double) { return t % 24 < 8 ? 0.5 : 2; });
  EXPECT_FALSE(Measure(errors, day).has_value());
}

TEST(Volatility, MovesWithAFilterWhicheverWayItsValuesCome) {
  const auto garch = [variance = 1.0](std::size_t, double last) mutable {
    variance = 0.05 + 0.15 * last * last + 0.8 * variance;
    return std::sqrt(variance);
  };
  const std::vector<double> y = Walk(Errors(8, 800, garch));
  for (const char* name : {"naive", "ets", "arima", "ces", "theta"}) {
    const Algorithm& algorithm = *FindAlgorithm(name);
    const Model model = algorithm.Fit({.y = y, .seasons = {}, .horizon = 1}).model;
    ASSERT_TRUE(VolatilityOf(model).has_value()) << name;
    std::vector<double> next;
    double value = y.back();
    for (int i = 0; i < 12; ++i) next.push_back(value += i % 2 == 0 ? 8 : -8);
    const Model wild = *Advance(algorithm, model, next);
    Model by_one = model;
    for (const double v : next) by_one = *DecodeModel(EncodeModel(*Advance(algorithm, by_one, {&v, 1})));
    EXPECT_EQ(EncodeModel(by_one), EncodeModel(wild)) << name;
    EXPECT_GT(Width(wild), 1.5 * Width(model)) << name;
    const std::vector<double> missing(400, kNan);
    const Model later = *Advance(algorithm, wild, missing);
    const Volatility v = *VolatilityOf(later);
    EXPECT_NEAR(v.now, v.usual, 0.2 * v.usual) << name;  // it has come to rest
  }
}

TEST(Volatility, OfFarStepsIsThatOfEachOfTheirErrors) {
  Model model;
  PutVolatility(Volatility{2.4, 0.8, 0.1, 0.9, 1.25}, model);
  std::vector<double> walk;
  std::vector<double> noise(10, 3.0);
  for (int h = 1; h <= 10; ++h) walk.push_back(3 * std::sqrt(h));
  FollowVolatility(model, walk);
  FollowVolatility(model, noise);
  double sum = 0;
  for (int h = 1; h <= 10; ++h) {
    const double ratio = 1.25 * (0.8 + std::pow(0.9, h - 1) * 1.6);
    sum += ratio * ratio;
    EXPECT_NEAR(noise[static_cast<std::size_t>(h) - 1], 3 * ratio, 1e-12);
    EXPECT_NEAR(walk[static_cast<std::size_t>(h) - 1], 3 * std::sqrt(sum), 1e-12);
  }
}

TEST(Volatility, IsCalledDamagedWhereItIsImpossible) {
  const std::vector<double> y = Walk(Errors(3, 100, [](std::size_t, double) { return 1; }));
  Model model = FindAlgorithm("theta")->Fit({.y = y, .seasons = {}, .horizon = 1}).model;
  const auto damage = [&model](std::vector<double> values) {
    std::erase_if(model.states, [](const NamedVector& s) { return s.name == kVolatilityState; });
    model.states.push_back({std::string(kVolatilityState), std::move(values)});
    return FindAlgorithm("theta")->Damage(model);
  };
  EXPECT_EQ(damage({2, 0.8, 0.1, 0.9, 1.25}), "");
  for (const std::vector<double>& wrong : {std::vector<double>{},
                                           {2},
                                           {kNan, 0.8, 0.1, 0.9, 1.25},
                                           {2, 0, 0.1, 0.9, 1.25},
                                           {2, 0.8, 0.95, 0.9, 1.25},
                                           {2, 0.8, 0.1, 1, 1.25},
                                           {2, 0.8, 0.1, 0.9, INFINITY},
                                           {-2, 0.8, 0.1, 0.9, 1.25}}) {
    EXPECT_NE(damage(wrong), "");
  }
}

TEST(ErrorScale, OfTheFirstStepIsThatOfObservedValues) {
  // Noise of which every second half is missing and filled by lines.
  std::vector<double> y = Errors(4, 600, [](std::size_t, double) { return 10; });
  std::vector<double> observed = y;
  std::mt19937 bits(9);
  for (std::size_t t = 1; t + 1 < y.size(); ++t) {
    if (bits() % 2 == 0) observed[t] = kNan;
  }
  for (std::size_t t = 0, last = 0; t < y.size(); ++t) {
    if (std::isnan(observed[t])) continue;
    for (std::size_t i = last + 1; i < t; ++i) {
      y[i] = y[last] + (y[t] - y[last]) * static_cast<double>(i - last) / static_cast<double>(t - last);
    }
    last = t;
  }
  for (const char* name : {"ets", "arima", "theta", "ces"}) {
    const Model known = FindAlgorithm(name)->Fit({.y = y, .seasons = {}, .horizon = 6, .observed = observed}).model;
    EXPECT_GT(known.Parameter("observed_sd"), 1.3) << name;
    // The next value's deviation is 10, and that of a level besides.
    EXPECT_GT(Width(known), 0.9 * 2 * 1.2816 * 10) << name;
    EXPECT_LT(Width(known), 1.5 * 2 * 1.2816 * 10) << name;
    EXPECT_GE(Width(known, 6), Width(known)) << name;
  }
}

}  // namespace
}  // namespace fitd::error_scale_test
