// Series that break careless numerics, and what every algorithm promises about them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/models/base/algorithm.h"

namespace fitd::awkward {

// A small deterministic noise generator (splitmix64), uniform in (-0.5, 0.5).
class Noise {
 public:
  double operator()() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    return static_cast<double>(z >> 11U) * 0x1p-53 - 0.5;
  }

 private:
  std::uint64_t state_ = 42;
};

inline std::vector<double> Seasonal(std::size_t n, std::size_t season, double level, double slope, double height,
                                    double noise) {
  Noise draw;
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t) {
    const double angle = 2 * M_PI * static_cast<double>(t % season) / static_cast<double>(season);
    y[t] = level + slope * static_cast<double>(t) + height * std::sin(angle) + noise * draw();
  }
  return y;
}

inline std::vector<double> Scaled(std::vector<double> y, double factor, double offset) {
  for (double& v : y) v = v * factor + offset;
  return y;
}

inline std::vector<std::pair<std::string, std::vector<double>>> All() {
  constexpr double kMax = std::numeric_limits<double>::max();
  const std::vector<double> base = Seasonal(60, 12, 10, 0.1, 3, 1);
  std::vector<double> runs(60, 5.0), spike(60, 0.0), sparse(60, 0.0), alternating(60), step(60, 1.0);
  for (std::size_t t = 0; t < 60; ++t) {
    if (t >= 20 && t < 25) runs[t] = 7;
    if (t % 7 == 3) sparse[t] = static_cast<double>(t % 5);
    alternating[t] = t % 2 == 0 ? kMax : -kMax;
    if (t >= 30) step[t] = 1000;
  }
  spike[40] = 1e300;
  std::vector<std::pair<std::string, std::vector<double>>> all = {
      {"plain", base},
      {"negative", Scaled(base, -1, 0)},
      {"around zero", Scaled(base, 1, -12)},
      {"large", Scaled(base, 1e299, 0)},
      {"small", Scaled(base, 1e-301, 0)},
      {"denormal", Scaled(base, 1e-322, 0)},
      {"offset", Scaled(base, 1, 1e9)},
      {"huge offset", Scaled(base, 1, 1e15)},
      {"runs", runs},
      {"spike", spike},
      {"sparse", sparse},
      {"alternating", alternating},
      {"step", step},
      {"line", Seasonal(60, 12, 1, 2, 0, 0)},
      {"pure season", Seasonal(60, 12, 10, 0, 3, 0)},
      {"constant", std::vector<double>(60, 0.1)},
      {"zeros", std::vector<double>(60, 0.0)},
  };
  for (std::size_t n = 1; n <= 30; ++n) all.emplace_back("length " + std::to_string(n), Seasonal(n, 12, 10, 0.1, 3, 1));
  return all;
}

// Fits and forecasts every awkward series with and without seasons: a usable status, finite numbers, ordered bounds.
// Those on logarithms take positive values only, and say so of others.
inline bool Takes(const Algorithm& algorithm, const std::vector<double>& y) {
  return !algorithm.name().starts_with("log:") || std::all_of(y.begin(), y.end(), [](double v) { return v > 0; });
}

inline void ExpectSoundOnAll(const Algorithm& algorithm) {
  const std::vector<double> levels = {80, 95};
  for (const auto& [label, y] : All()) {
    for (const std::vector<int>& seasons : {std::vector<int>{}, {12}, {2, 7}, {365}}) {
      SCOPED_TRACE(std::string(algorithm.name()) + " on " + label + ", " + std::to_string(seasons.size()) + " seasons");
      const FitOutcome outcome = algorithm.Fit({.y = y, .seasons = seasons, .horizon = 12});
      if (!Takes(algorithm, y)) {
        EXPECT_EQ(outcome.status, FitStatus::kFailed);
        continue;
      }
      ASSERT_NE(outcome.status, FitStatus::kFailed) << outcome.reason;
      EXPECT_EQ(outcome.reason.empty(), outcome.status == FitStatus::kFitted) << outcome.reason;
      EXPECT_EQ(outcome.model.num_observations, y.size());
      EXPECT_LT(outcome.evaluations, 20'000U);
      for (const NamedValue& p : outcome.model.parameters) EXPECT_TRUE(std::isfinite(p.value)) << p.name;
      for (const NamedVector& s : outcome.model.states) {
        for (const double v : s.values) EXPECT_TRUE(std::isfinite(v)) << s.name;
      }
      const Forecast forecast = algorithm.Predict(outcome.model, 30, levels);
      ASSERT_EQ(forecast.mean.size(), 30U);
      for (const double m : forecast.mean) ASSERT_TRUE(std::isfinite(m));
      for (const ForecastInterval& interval : forecast.intervals) {
        ASSERT_EQ(interval.lo.size(), 30U);
        for (std::size_t h = 0; h < 30; ++h) {
          ASSERT_TRUE(std::isfinite(interval.lo[h]) && std::isfinite(interval.hi[h])) << "step " << h;
          ASSERT_LE(interval.lo[h], interval.hi[h]) << "step " << h;
        }
      }
      const FitOutcome again = algorithm.Fit({.y = y, .seasons = seasons, .horizon = 12, .like = &outcome.model});
      ASSERT_NE(again.status, FitStatus::kFailed) << again.reason;
      EXPECT_EQ(again.model.spec, outcome.model.spec);
    }
  }
}

}  // namespace fitd::awkward
