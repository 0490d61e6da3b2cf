#include "common/models/arima/other_maxima.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "common/models/arima/start.h"
#include "tests/support/arima_samples.h"

namespace fitd::arima::other_maxima_test {
namespace {

// phi(B) y = theta(B) e, with variance one.
std::vector<double> Simulated(const std::vector<double>& phi, const std::vector<double>& theta, unsigned seed) {
  const std::vector<double> e = Noise(2000, seed);
  std::vector<double> y(e.size());
  double square = 0;
  for (std::size_t t = 0; t < e.size(); ++t) {
    y[t] = e[t];
    for (std::size_t i = 0; i < std::min(t, phi.size()); ++i) y[t] += phi[i] * y[t - 1 - i];
    for (std::size_t i = 0; i < std::min(t, theta.size()); ++i) y[t] += theta[i] * e[t - 1 - i];
    square += y[t] * y[t];
  }
  for (double& v : y) v /= std::sqrt(square / static_cast<double>(y.size()));
  return y;
}

Estimate From(Estimator* estimator, const ArimaOrder& order, const Coefficients& coefficients) {
  const Coefficients start = Estimator::PartialsOf(order, coefficients);
  return estimator->Fit(order, {&start, 1}, {});
}

double BestFrom(Estimator* estimator, const Estimate& found) {
  double best = found.aicc;
  int evaluations = 0;
  for (const Coefficients& start : OtherStarts(estimator, found, &evaluations)) {
    best = std::min(best, estimator->Fit(found.order, {&start, 1}, {}).aicc);
  }
  EXPECT_GT(evaluations, 0);
  return best;
}

TEST(OtherStarts, LeaveAPairThatCancelsForTheOneThatDoesNot) {
  // Roots 0.97 and 0.6 against 0.95; the pair that cancels lies near -0.3.
  const ArimaOrder order = Order(2, 1, 0, 0, 1);
  for (const unsigned seed : {7U, 9U, 17U}) {
    const std::vector<double> y = Simulated({1.57, -0.582}, {-0.95}, seed);
    Estimator estimator(y);
    const Estimate truth = From(&estimator, order, {1.57, -0.582, -0.95});
    const Estimate poorer = From(&estimator, order, {0.3, 0.2, 0.3});
    ASSERT_GT(poorer.aicc, truth.aicc + 1) << seed;  // or there is nothing to leave
    EXPECT_LT(BestFrom(&estimator, poorer), truth.aicc + 0.01) << seed;
  }
}

TEST(OtherStarts, FindAWaveThatTwoRootsOfEachPartHold) {
  const double wave = 2 * 0.985 * std::cos(0.04);
  const double square = 0.985 * 0.985;
  const std::vector<double> phi{wave + 0.5, -square - 0.5 * wave, 0.5 * square};
  const ArimaOrder order = Order(3, 2, 0, 0, 1);
  for (const unsigned seed : {1U, 2U, 3U}) {
    const std::vector<double> y = Simulated(phi, {-1.9, 0.905}, seed);
    Estimator estimator(y);
    const Estimate truth = From(&estimator, order, {phi[0], phi[1], phi[2], -1.9, 0.905});
    const Estimate poorer = From(&estimator, order, {0.5, 0.2, 0.1, 0.05, 0.3});
    ASSERT_GT(poorer.aicc, truth.aicc + 1) << seed;
    EXPECT_LT(BestFrom(&estimator, poorer), truth.aicc + 0.01) << seed;
  }
}

TEST(OtherStarts, FindSeasonalPairsToo) {
  const ArimaOrder order = Order(0, 0, 2, 2, 12);
  std::vector<double> phi(24, 0.0);
  std::vector<double> theta(24, 0.0);
  phi[11] = 1.45;
  phi[23] = -0.5256;  // both roots near 0.725
  theta[11] = -1.3;
  theta[23] = 0.45;
  for (const unsigned seed : {3U, 7U, 8U}) {
    const std::vector<double> y = Simulated(phi, theta, seed);
    Estimator estimator(y);
    const Estimate truth = From(&estimator, order, {1.45, -0.5256, -1.3, 0.45});
    const Estimate poorer = From(&estimator, order, {0.1, 0.5, 0.0, -0.5});
    ASSERT_GT(poorer.aicc, truth.aicc + 1) << seed;
    EXPECT_LT(BestFrom(&estimator, poorer), truth.aicc + 0.01) << seed;
  }
}

TEST(OtherStarts, AreNoneWithoutAPair) {
  const std::vector<double> y = Simulated({0.5}, {}, 1);
  Estimator estimator(y);
  int evaluations = 0;
  EXPECT_TRUE(OtherStarts(&estimator, From(&estimator, Order(2, 0, 0, 0, 1), {0.4, 0.1}), &evaluations).empty());
  EXPECT_TRUE(OtherStarts(&estimator, From(&estimator, Order(0, 1, 0, 0, 1), {0.4}), &evaluations).empty());
  EXPECT_EQ(evaluations, 0);
}

}  // namespace
}  // namespace fitd::arima::other_maxima_test
