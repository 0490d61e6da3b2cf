#include "common/models/ces/ces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "common/models/base/level_size.h"
#include "common/models/ces/recursion.h"
#include "common/models/numeric/gaussian.h"
#include "tests/support/awkward_series.h"

namespace fitd::ces_test {
namespace {

using awkward::Seasonal;

constexpr int kSeason = 4;

// The paper's equations with the whole history of the seasonal states by time, in either direction of time.
struct Paper {
  CesForm form;
  CesParameters p;
  double level = 0, potential = 0;
  std::map<int, double> season, season_potential;

  // Takes the value at time t with seasonal states from time t - lag; returns the error. Without a value: error 0.
  double Take(int t, int lag, const double* y, double* forecast = nullptr) {
    const double lagged = form == CesForm::kNone ? 0 : season.at(t - lag);
    const double mean = (form == CesForm::kSimple ? 0 : level) + lagged;
    if (forecast != nullptr) *forecast = mean;
    const double error = y != nullptr ? *y - mean : 0;
    if (form == CesForm::kPartial) season[t] = lagged + p[2] * error;
    if (form == CesForm::kSimple || form == CesForm::kFull) {
      const double a0 = form == CesForm::kSimple ? p[0] : p[2], a1 = form == CesForm::kSimple ? p[1] : p[3];
      const double lagged_potential = season_potential.at(t - lag);
      season[t] = lagged - (1 - a1) * lagged_potential + (a0 - a1) * error;
      season_potential[t] = lagged + (1 - a0) * lagged_potential + (a0 + a1) * error;
    }
    const double next = level - (1 - p[1]) * potential + (p[0] - p[1]) * error;
    potential = level + (1 - p[0]) * potential + (p[0] + p[1]) * error;
    level = next;
    return error;
  }
};

class Forms : public testing::TestWithParam<CesForm> {
 protected:
  std::size_t season() const { return GetParam() == CesForm::kNone ? 0 : kSeason; }

  // After both passes; `sse` gets the sum of squares of the forward one.
  Paper Run(double& sse) const {
    const int n = static_cast<int>(y_.size());
    Paper paper{.form = GetParam(),
                .p = p_,
                .level = last_.level,
                .potential = last_.potential,
                .season = {},
                .season_potential = {}};
    for (int t = n; t < n + kSeason && season() > 0; ++t) {
      paper.season[t] = last_.season[static_cast<std::size_t>(t % kSeason)];
      if (!last_.season_potential.empty()) {
        paper.season_potential[t] = last_.season_potential[static_cast<std::size_t>(t % kSeason)];
      }
    }
    for (int t = n; t-- > 0;) paper.Take(t, -kSeason, &y_[static_cast<std::size_t>(t)]);
    for (int t = 0; t < kSeason; ++t) {
      paper.season[t - kSeason] = paper.season[t];
      paper.season_potential[t - kSeason] = paper.season_potential[t];
    }
    sse = 0;
    for (int t = 0; t < n; ++t) {
      const double e = paper.Take(t, kSeason, &y_[static_cast<std::size_t>(t)]);
      sse += e * e;
    }
    return paper;
  }

  std::vector<double> y_ = Seasonal(42, kSeason, 0.6, 0.005, 0.2, 0.1);
  CesParameters p_ = {1.4, 1.02, GetParam() == CesForm::kPartial ? 0.2 : 1.2, 0.95};
  CesStates last_ = CesLastStates(y_, GetParam(), season());
};
INSTANTIATE_TEST_SUITE_P(All, Forms,
                         testing::Values(CesForm::kNone, CesForm::kSimple, CesForm::kPartial, CesForm::kFull));

TEST_P(Forms, FilterFollowsThePapersEquationsBackwardsAndForwards) {
  double expected = 0;
  const Paper paper = Run(expected);
  CesStates states;
  EXPECT_NEAR(CesFilter(y_, GetParam(), season(), p_, last_, states), expected, 1e-12);
  if (GetParam() != CesForm::kSimple) {
    EXPECT_NEAR(states.level, paper.level, 1e-12);
    EXPECT_NEAR(states.potential, paper.potential, 1e-12);
  }
  const int n = static_cast<int>(y_.size());
  for (int t = n - kSeason; t < n && season() > 0; ++t) {
    EXPECT_NEAR(states.season[static_cast<std::size_t>(t % kSeason)], paper.season.at(t), 1e-12);
  }
}

TEST_P(Forms, DerivativesAreThoseOfTheSumOfSquares) {
  const SquaresAt at = CesSquares(y_, GetParam(), season(), p_, last_);
  CesStates states;
  EXPECT_NEAR(at.sse, CesFilter(y_, GetParam(), season(), p_, last_, states), 1e-13);
  for (std::size_t i = 0; i < CesParameterCount(GetParam()); ++i) {
    constexpr double kStep = 1e-6;
    CesParameters up = p_, down = p_;
    up[i] += kStep;
    down[i] -= kStep;
    const double slope = (CesFilter(y_, GetParam(), season(), up, last_, states) -
                          CesFilter(y_, GetParam(), season(), down, last_, states)) /
                         (2 * kStep);
    EXPECT_NEAR(2 * at.gradient[i], slope, 1e-7 * (1 + std::fabs(slope)));
    EXPECT_GT(at.curvature[i][i], 0);
  }
}

TEST_P(Forms, ForecastsAndVariancesFollowFromThePapersEquations) {
  constexpr int kHorizon = 11;
  double sse = 0;
  const Paper after = Run(sse);
  CesStates states;
  CesFilter(y_, GetParam(), season(), p_, last_, states);
  const int n = static_cast<int>(y_.size());
  if (season() > 0) std::rotate(states.season.begin(), states.season.begin() + n % kSeason, states.season.end());
  if (!states.season_potential.empty()) {
    std::rotate(states.season_potential.begin(), states.season_potential.begin() + n % kSeason,
                states.season_potential.end());
  }
  const std::vector<double> mean = CesForecast(states, GetParam(), p_, kHorizon);
  const std::vector<double> variance = CesVariance(GetParam(), season(), p_, kHorizon);
  const auto path = [&](int shocked) {
    Paper paper = after;
    std::vector<double> values(kHorizon);
    for (int h = 0; h < kHorizon; ++h) {
      Paper probe = paper;
      probe.Take(n + h, kSeason, nullptr, &values[static_cast<std::size_t>(h)]);
      const double value = values[static_cast<std::size_t>(h)] + (h == shocked ? 1 : 0);
      paper.Take(n + h, kSeason, &value);
    }
    return values;
  };
  const std::vector<double> plain = path(-1);
  for (std::size_t h = 0; h < kHorizon; ++h) {
    EXPECT_NEAR(mean[h], plain[h], 1e-12);
    double expected = 1;
    for (int j = 0; j < static_cast<int>(h); ++j) expected += std::pow(path(j)[h] - plain[h], 2);
    EXPECT_NEAR(variance[h], expected, 1e-10);
  }
}

TEST_P(Forms, TheSearchEndsWhereNothingNearbyIsBetter) {
  awkward::Noise draw;
  SquaresProblem problem{.size = CesParameterCount(GetParam()), .lower = {1, 0.8, 0, 0}, .upper = {2, 1.2, 1.5, 1.5}};
  const auto squares = [&](const CesParameters& p) { return CesSquares(y_, GetParam(), season(), p, last_); };
  const SquaresMinimum minimum = MinimizeSquares(problem, squares, p_);
  EXPECT_LE(minimum.sse, squares(p_).sse);
  for (int i = 0; i < 200; ++i) {
    CesParameters near = minimum.x;
    for (std::size_t k = 0; k < problem.size; ++k) {
      near[k] = std::clamp(near[k] + 0.02 * draw(), problem.lower[k], problem.upper[k]);
    }
    EXPECT_GE(squares(near).sse, minimum.sse * (1 - 1e-6));
  }
}

FitOutcome Fit(const std::vector<double>& y, const std::vector<int>& seasons = {}) {
  return FindAlgorithm("ces")->Fit({.y = y, .seasons = seasons});
}

std::vector<double> MeanOf(const FitOutcome& outcome, int horizon) {
  return FindAlgorithm("ces")->Predict(outcome.model, horizon, {}).mean;
}

TEST(Ces, ChoosesASeasonWhereThereIsOne) {
  const std::vector<double> y = Seasonal(96, 12, 50, 0.2, 10, 1);
  const FitOutcome outcome = Fit(y, {12});
  EXPECT_EQ(outcome.model.spec, "partial[12]");
  const std::vector<double> mean = MeanOf(outcome, 12);
  for (std::size_t h = 0; h < 12; ++h) EXPECT_NEAR(mean[h], y[84 + h] + 2.4, 2.5);
}

TEST(Ces, ChoosesNoneForNoise) {
  EXPECT_EQ(Fit(Seasonal(96, 96, 50, 0, 0, 1), {12}).model.spec, "none");
}

TEST(Ces, ChoosesBetweenSeasons) {
  EXPECT_EQ(Fit(Seasonal(140, 7, 50, 0, 10, 1), {5, 7}).model.spec, "partial[7]");
}

TEST(Ces, CriteriaCountParametersVarianceAndFirstStates) {
  const std::vector<double> y = Seasonal(96, 96, 50, 0, 0, 1);
  const FitOutcome outcome = Fit(y);
  const Criteria& c = outcome.model.criteria;
  EXPECT_NEAR(c.loglik, -0.5 * 96 * std::log(c.sigma2 * (96 - 2)), 1e-9);
  EXPECT_NEAR(c.aic, -2 * c.loglik + 2 * 5, 1e-9);
  EXPECT_NEAR(c.aicc, c.aic + 2.0 * 5 * 6 / (96 - 6), 1e-9);
  EXPECT_NEAR(c.bic, -2 * c.loglik + 5 * std::log(96), 1e-9);
}

TEST(Ces, ScalingTheSeriesByAPowerOfTwoScalesTheForecast) {
  std::vector<double> y = Seasonal(60, 12, 10, 0.1, 3, 1);
  const std::vector<double> mean = MeanOf(Fit(y, {12}), 24);
  for (double& v : y) v = std::ldexp(v, -800);
  const std::vector<double> small = MeanOf(Fit(y, {12}), 24);
  for (std::size_t h = 0; h < 24; ++h) EXPECT_EQ(std::ldexp(mean[h], -800), small[h]);
}

TEST(Ces, ARefitKeepsFormAndStartsFromItsParameters) {
  const std::vector<double> y = Seasonal(96, 12, 50, 0.2, 10, 1);
  const FitOutcome first = Fit(y, {12});
  const FitOutcome again = FindAlgorithm("ces")->Fit({.y = y, .seasons = {}, .like = &first.model});
  EXPECT_EQ(again.model.spec, first.model.spec);
  EXPECT_LT(again.evaluations, first.evaluations / 2);  // one form, from its parameters and roughly from nothing
  const std::vector<double> shorter(y.begin(), y.end() - 12);
  EXPECT_EQ(FindAlgorithm("ces")->Fit({.y = shorter, .seasons = {}, .like = &first.model}).model.spec,
            first.model.spec);
}

TEST(Ces, IntervalsAreOfStudentsAroundTheMean) {
  const FitOutcome outcome = Fit(Seasonal(96, 12, 50, 0.2, 10, 1), {12});
  const std::vector<double> levels = {80};
  const Forecast f = FindAlgorithm("ces")->Predict(outcome.model, 3, levels);
  // Without sigma and the level's size, with two states.
  const double estimated = static_cast<double>(outcome.model.parameters.size());
  const double quantile = StudentIntervalQuantile(80, 96 - estimated) * std::sqrt(1 + estimated / 96);
  EXPECT_NEAR(f.intervals[0].hi[0] - f.mean[0],
              LevelSizeOf(outcome.model) * quantile * outcome.model.Parameter("sigma"), 1e-9);
  EXPECT_GT(f.intervals[0].hi[2] - f.intervals[0].lo[2], f.intervals[0].hi[0] - f.intervals[0].lo[0]);
}

TEST(Ces, IsSoundOnAwkwardSeries) {
  awkward::ExpectSoundOnAll(*FindAlgorithm("ces"));
}

// A job of two hours in twelve, without a season: an alpha1 below 1 would take the forecasts to zero.
TEST(Ces, DoesNotFadeOnASeriesThatStaysWhereItIs) {
  std::vector<double> y;
  for (std::size_t t = 0; t < 72; ++t) y.push_back(2 + static_cast<double>(t * 7 % 5) + (t % 12 < 2 ? 40 : 0));
  const FitOutcome outcome = FindAlgorithm("ces")->Fit({y, {}, 72});
  EXPECT_EQ(outcome.model.Parameter("alpha1"), 1);
  const std::vector<double> mean = FindAlgorithm("ces")->Predict(outcome.model, 72, {}).mean;
  EXPECT_GT(mean.back(), 2);
  EXPECT_LT(mean.back(), 45);
}

}  // namespace
}  // namespace fitd::ces_test
