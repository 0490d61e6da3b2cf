#include "common/models/arima/likelihood.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "common/models/numeric/simd_target.h"
#include "tests/support/arima_samples.h"

namespace fitd::arima::likelihood_test {
namespace {

struct Case {
  ArimaOrder order;
  std::size_t n;
};

std::vector<Case> Cases() {
  return {{Order(0, 0, 0, 0, 1, true), 40},   {Order(2, 1, 0, 0, 1, false), 15}, {Order(0, 3, 0, 0, 1, true), 60},
          {Order(2, 2, 1, 1, 12, true), 90},  {Order(0, 1, 0, 1, 12, false), 9}, {Order(1, 0, 2, 2, 4, true), 300},
          {Order(5, 5, 2, 2, 7, false), 250}, {Order(1, 1, 0, 0, 1, true), 400}};
}

std::vector<double> Autocorrelated(std::size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  double last = 0;
  for (double& v : y) v = last = 0.6 * last + normal(generator) + 0.2;
  return y;
}

// The same quantity from the Cholesky factor of the covariance matrix of all values.
double DenseValue(const LagPolynomials& polynomials, const std::vector<double>& y, bool constant) {
  const std::size_t n = y.size();
  const std::size_t terms = 20000;
  std::vector<double> psi(terms, 0.0);
  psi[0] = 1;
  for (std::size_t k = 1; k < terms; ++k) {
    if (k <= polynomials.theta.size()) psi[k] = polynomials.theta[k - 1];
    for (const int lag : polynomials.phi_lags) {
      if (static_cast<std::size_t>(lag) > k) break;
      psi[k] += polynomials.phi[static_cast<std::size_t>(lag) - 1] * psi[k - static_cast<std::size_t>(lag)];
    }
  }
  const auto size = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd covariance(size, size);
  for (Eigen::Index lag = 0; lag < size; ++lag) {
    double sum = 0;
    for (std::size_t k = 0; k + static_cast<std::size_t>(lag) < terms; ++k) {
      sum += psi[k] * psi[k + static_cast<std::size_t>(lag)];
    }
    for (Eigen::Index i = 0; i + lag < size; ++i) covariance(i, i + lag) = covariance(i + lag, i) = sum;
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  Eigen::VectorXd u = factor.matrixL().solve(Eigen::Map<const Eigen::VectorXd>(y.data(), size));
  const Eigen::VectorXd one = factor.matrixL().solve(Eigen::VectorXd::Ones(size));
  if (constant) u -= one.dot(u) / one.squaredNorm() * one;
  const Eigen::MatrixXd l = factor.matrixL();
  return 0.5 * static_cast<double>(n) * std::log(u.squaredNorm() / static_cast<double>(n)) +
         l.diagonal().array().log().sum();
}

TEST(ExactLikelihood, AgreesWithTheFullCovarianceMatrix) {
  for (const Case& c : Cases()) {
    const std::vector<double> y = Autocorrelated(c.n, 3);
    ExactLikelihood likelihood(y);
    LagPolynomials polynomials;
    Expand(c.order, FromPartials(c.order, RandomPartials(c.order, 0.7, 5), nullptr), &polynomials);
    EXPECT_NEAR(likelihood.Value(polynomials, c.order.constant), DenseValue(polynomials, y, c.order.constant), 1e-6)
        << SpecOf(c.order) << " n=" << c.n;
  }
}

// A slow wave and a slower drift in hourly values: the variance of the autoregressive part alone, times the size of the
// other's products, is 3e9.
TEST(ExactLikelihood, KeepsItsDigitsWhereRootsNearTheUnitCircleCancel) {
  const ArimaOrder order = Order(4, 3, 0, 0, 1);
  const double wave = 2 * 0.989 * std::cos(0.037);
  const double square = 0.989 * 0.989;
  const double slow = 0.98 + 0.495;
  const double fast = 0.98 * 0.495;
  Coefficients coefficients{};
  coefficients[0] = wave + slow;
  coefficients[1] = -square - slow * wave - fast;
  coefficients[2] = slow * square + fast * wave;
  coefficients[3] = -fast * square;
  coefficients[4] = -2 * 0.96 - 0.97;
  coefficients[5] = 0.96 * 0.96 + 2 * 0.96 * 0.97;
  coefficients[6] = -0.96 * 0.96 * 0.97;
  const std::vector<double> y = Autocorrelated(300, 3);
  ExactLikelihood likelihood(y);
  LagPolynomials polynomials;
  Expand(order, coefficients, &polynomials);
  EXPECT_NEAR(likelihood.Value(polynomials, false), DenseValue(polynomials, y, false), 1e-5);
}

TEST(ExactLikelihood, HasTheGradientThatDifferencesShow) {
  for (const Case& c : Cases()) {
    for (const double limit : {0.0, 0.7, 0.95}) {
      const std::vector<double> y = Autocorrelated(c.n, 11);
      ExactLikelihood likelihood(y);
      LagPolynomials polynomials;
      const Coefficients x = RandomPartials(c.order, limit, 9);
      const auto value = [&](const Coefficients& at) {
        Expand(c.order, FromPartials(c.order, at, nullptr), &polynomials);
        return likelihood.Value(polynomials, c.order.constant);
      };
      Jacobian jacobian;
      const Coefficients coefficients = FromPartials(c.order, x, &jacobian);
      value(x);
      std::vector<double> phi;
      std::vector<double> theta;
      likelihood.Gradient(polynomials, &phi, &theta);
      const Coefficients by_coefficient = Contract(c.order, coefficients, phi, theta);
      for (int j = 0; j < c.order.NumCoefficients(); ++j) {
        double gradient = 0;
        for (int i = 0; i < c.order.NumCoefficients(); ++i) gradient += jacobian[i][j] * by_coefficient[i];
        Coefficients up = x;
        Coefficients down = x;
        up[j] += 1e-6;
        down[j] -= 1e-6;
        const double difference = (value(up) - value(down)) / 2e-6;
        EXPECT_NEAR(gradient, difference, 1e-5 * (1 + std::abs(difference)))
            << SpecOf(c.order) << " " << limit << " " << j;
      }
    }
  }
}

TEST(ExactLikelihood, IsInfiniteForAnExplosiveProcess) {
  const std::vector<double> y = Autocorrelated(30, 1);
  ExactLikelihood likelihood(y);
  LagPolynomials polynomials;
  Expand(Order(1, 0, 0, 0, 1, false), {1.1}, &polynomials);
  EXPECT_TRUE(std::isinf(likelihood.Value(polynomials, false)));
}

TEST(ExactLikelihood, RefusesAPerfectFitWithAFiniteGradient) {
  const std::vector<double> y(20, 0.5);
  ExactLikelihood likelihood(y);
  LagPolynomials polynomials;
  Expand(Order(1, 1, 0, 0, 1, true), {0.3, 0.2}, &polynomials);
  EXPECT_EQ(likelihood.Value(polynomials, true), std::numeric_limits<double>::infinity());
  std::vector<double> phi;
  std::vector<double> theta;
  likelihood.Gradient(polynomials, &phi, &theta);
  EXPECT_TRUE(std::isfinite(phi[0]) && std::isfinite(theta[0]));
}

TEST(ExactLikelihood, PredictsTheNextValueFromItsState) {
  // The one-step prediction of value n + 1 is the state's head when the series ends at n.
  const std::vector<double> y = Autocorrelated(600, 21);
  for (const std::size_t n : {20u, 500u}) {
    LagPolynomials polynomials;
    const ArimaOrder order = Order(2, 1, 1, 1, 4, false);
    Expand(order, FromPartials(order, RandomPartials(order, 0.6, 2), nullptr), &polynomials);
    ExactLikelihood shorter(std::span<const double>(y).first(n));
    shorter.Value(polynomials, false);
    ExactLikelihood longer(std::span<const double>(y).first(n + 1));
    longer.Value(polynomials, false);
    std::vector<double> innovations;
    longer.StandardisedInnovations(&innovations);
    // Early on the innovation has not reached its variance of one: it is the standardised one times sqrt(f).
    const double error = y[n] - shorter.FinalState(polynomials)[0];
    EXPECT_GE(std::abs(error), std::abs(innovations[n]) - 1e-9);
    EXPECT_NEAR(error, innovations[n], n == 500 ? 1e-9 : 0.5);
    const double added = longer.sum_of_squares() - shorter.sum_of_squares();
    EXPECT_NEAR(added, innovations[n] * innovations[n], 1e-7 * longer.sum_of_squares());
  }
}

TEST(ExactLikelihood, HasTheSameBitsOnEveryInstructionSet) {
  const Case c{Order(2, 2, 1, 1, 12, true), 130};
  const std::vector<double> y = Autocorrelated(c.n, 8);
  LagPolynomials polynomials;
  Expand(c.order, FromPartials(c.order, RandomPartials(c.order, 0.9, 4), nullptr), &polynomials);
  std::vector<double> expected;
  for (const SimdTarget target : SupportedSimdTargets()) {
    ChooseSimdTarget(target);
    ExactLikelihood likelihood(y);
    std::vector<double> found{likelihood.Value(polynomials, true)};
    std::vector<double> phi;
    std::vector<double> theta;
    likelihood.Gradient(polynomials, &phi, &theta);
    found.insert(found.end(), phi.begin(), phi.end());
    found.insert(found.end(), theta.begin(), theta.end());
    if (expected.empty()) expected = found;
    EXPECT_EQ(std::memcmp(expected.data(), found.data(), found.size() * sizeof(double)), 0)
        << "target " << static_cast<int>(target);
  }
  ChooseSimdTarget(SupportedSimdTargets().back());
}

}  // namespace
}  // namespace fitd::arima::likelihood_test
