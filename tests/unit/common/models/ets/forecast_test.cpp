#include "common/models/ets/forecast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "common/models/ets/ets.h"
#include "tests/support/normal_noise.h"

namespace fitd::forecast_test {
namespace {

TEST(EtsForecast, RelativeErrorsDoNotCompoundWithoutBounds) {
  EtsOrigin origin{{EtsError::kMultiplicative, EtsTrend::kNone, EtsSeason::kNone, 1}, {0.9, 0, 0, 1}, {}, 0.05};
  origin.state.level = 45;
  const double v = 0.05 * 0.05;
  // l^2 ((1 + alpha^2 v)^(h-1) (1 + v) - 1), as ever while it is less than 1.5 times what does not compound.
  EXPECT_NEAR(EtsStandardDeviations(origin, 72)[71], 45 * std::sqrt(std::pow(1 + 0.81 * v, 71) * (1 + v) - 1), 1e-9);
  for (const double sigma : {1.2, 6.0}) {
    for (const EtsSeason season : {EtsSeason::kNone, EtsSeason::kMultiplicative}) {
      origin.form.season = season;
      origin.form.period = season == EtsSeason::kNone ? 1 : 4;
      origin.state.season.fill(1);
      origin.sigma = sigma;
      const std::vector<double> deviations = EtsStandardDeviations(origin, 72);
      EXPECT_LE(deviations[71], 1.5 * 45 * std::sqrt(1 + 71 * 0.81) * 1.000001);
      EXPECT_TRUE(std::is_sorted(deviations.begin(), deviations.end()));
    }
  }
}

// A counter near 1e9 that moves by 1 a step had intervals of no width.
TEST(EtsForecast, KeepsTheWidthOfSmallChangesOfLargeValues) {
  for (const auto& [trend, season] : {std::pair{EtsTrend::kNone, EtsSeason::kNone},
                                      {EtsTrend::kDamped, EtsSeason::kNone},
                                      {EtsTrend::kNone, EtsSeason::kMultiplicative},
                                      {EtsTrend::kDamped, EtsSeason::kMultiplicative}}) {
    EtsOrigin origin{{EtsError::kMultiplicative, trend, season, season == EtsSeason::kNone ? 1 : 4}, {}, {}, 1e-2};
    origin.smoothing = {0.6, trend == EtsTrend::kNone ? 0 : 0.2, season == EtsSeason::kNone ? 0 : 0.3, 0.9};
    origin.state.level = 1e9;
    origin.state.season.fill(1);
    const std::vector<double> wide = EtsStandardDeviations(origin, 12);
    for (const double sigma : {1e-4, 1e-6, 1e-9}) {
      origin.sigma = sigma;
      const std::vector<double> narrow = EtsStandardDeviations(origin, 12);
      EXPECT_NEAR(narrow[0], 1e9 * sigma, 1e-6 * narrow[0]);
      for (std::size_t h = 0; h < 12; ++h) EXPECT_NEAR(1e-2 / sigma * narrow[h] / wide[h], 1, 2e-3) << h;
    }
  }
}

// A job of two hours in twelve, without a season: climbing from spike to spike is likelier than to stay, beside
// relative errors, and takes 3 to 90 within three days.
TEST(EtsForecast, ClimbsFromNoSpikeToTheNextInShortSeriesEither) {
  for (const std::size_t n : {36, 48, 72, 120}) {
    std::vector<double> y;
    const std::vector<double> noise = NormalNoise(n, static_cast<unsigned>(n));
    for (std::size_t t = 0; t < n; ++t) y.push_back(1 + std::abs(3 * noise[t]) + (t % 12 < 2 ? 40 : 0));
    const FitOutcome outcome = MakeEts()->Fit({y, {}, 72});
    const double levels[] = {95};
    const Forecast f = MakeEts()->Predict(outcome.model, 72, levels);
    for (std::size_t h = 0; h < 72; ++h) {
      EXPECT_LT(f.mean[h], 60) << n << ' ' << outcome.model.spec;
      EXPECT_LT(f.intervals[0].hi[h], 100 * 45) << n << ' ' << outcome.model.spec;
    }
  }
}

// 5, 5, 5, 5 and 500: a level of nothing, with a first relative error of 1e5, was likelier than the one that they have,
// and 0.05 was forecast.
TEST(EtsForecast, DoesNotVanishBesideAJumpAtTheEnd) {
  for (const std::size_t n : {5U, 6U, 10U, 20U, 40U}) {
    std::vector<double> y(n, 5.0);
    y.back() = 500;
    const FitOutcome outcome = MakeEts()->Fit({y, {}, 12});
    const Forecast f = MakeEts()->Predict(outcome.model, 12, {});
    for (const double mean : f.mean) EXPECT_GT(mean, 4.5) << n << ' ' << outcome.model.spec;
  }
}

}  // namespace
}  // namespace fitd::forecast_test
