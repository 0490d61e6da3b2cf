#include "common/models/arima/polynomial.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/support/arima_samples.h"
#include "tests/support/spectral_radius.h"

namespace fitd::arima::polynomial_test {
namespace {

// Smallest modulus of the roots of 1 - sum phi_i z^i: the inverse of the companion matrix's spectral radius.
double MinRootModulus(const std::vector<double>& phi) {
  SquareRows companion(phi.size(), std::vector<double>(phi.size(), 0.0));
  companion[0] = phi;
  for (std::size_t i = 1; i < phi.size(); ++i) companion[i][i - 1] = 1;
  return 1 / SpectralRadius(std::move(companion));
}

TEST(ArimaSpec, SurvivesARoundTripForEveryForm) {
  for (const char* spec :
       {"(2,1,1)(0,1,1)[12]", "(0,1,0) drift", "(1,0,0)(2,0,0)[4] mean", "(5,2,5)", "(0,0,0)(0,1,0)[1440] drift"}) {
    const std::optional<ArimaOrder> order = ParseSpec(spec);
    ASSERT_TRUE(order.has_value()) << spec;
    EXPECT_EQ(SpecOf(*order), spec);
  }
}

TEST(ArimaSpec, RefusesWhatNoFitCanHaveWritten) {
  for (const char* spec : {"", "M,Ad,M", "(1,1)", "(1,1,1", "(6,0,0)", "(1,3,1)", "(1,0,0) drift",
                           "(0,1,1)(0,1,1)[12] drift", "(0,1,1)(0,1,1)", "(0,1,1)(0,0,1)[1]", "(0,1,1)(3,0,1)[12]",
                           "(0,1,1)(0,0,1)[1440]", "(-1,0,0)", "(1,0,0) mean ", "(99999999999,0,0)"}) {
    EXPECT_FALSE(ParseSpec(spec).has_value()) << spec;
  }
}

TEST(ArimaPartials, ReturnFromCoefficients) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const ArimaOrder order = Order(5, 4, 2, 2, 12);
    const Coefficients partials = RandomPartials(order, 0.95, seed);
    const Coefficients back = ToPartials(order, FromPartials(order, partials, nullptr), 1);
    for (int i = 0; i < order.NumCoefficients(); ++i) EXPECT_NEAR(back[i], partials[i], 1e-9);
  }
}

TEST(ArimaPartials, KeepEveryRootBeyondTheLimit) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const ArimaOrder order = Order(4, 3, 2, 1, 7);
    LagPolynomials polynomials;
    Expand(order, FromPartials(order, RandomPartials(order, 1, seed), nullptr), &polynomials);
    EXPECT_GE(MinRootModulus(polynomials.phi), kMinRootModulus - 1e-6);
    for (double& t : polynomials.theta) t = -t;
    EXPECT_GE(MinRootModulus(polynomials.theta), kMinRootModulus - 1e-6);
  }
}

TEST(ArimaPartials, AreOnTheBoundWhenARootIs) {
  const ArimaOrder order = Order(0, 1, 0, 1, 12);
  const Coefficients coefficients = FromPartials(order, {1, -1}, nullptr);
  EXPECT_NEAR(coefficients[0], -1 / kMinRootModulus, 1e-12);
  EXPECT_NEAR(coefficients[1], std::pow(kMinRootModulus, -12), 1e-12);
}

TEST(ArimaPartials, HaveTheDerivativeThatDifferencesShow) {
  const ArimaOrder order = Order(5, 3, 2, 2, 4);
  const Coefficients x = RandomPartials(order, 0.9, 7);
  Jacobian jacobian;
  FromPartials(order, x, &jacobian);
  for (int j = 0; j < order.NumCoefficients(); ++j) {
    Coefficients up = x;
    Coefficients down = x;
    up[j] += 1e-6;
    down[j] -= 1e-6;
    const Coefficients high = FromPartials(order, up, nullptr);
    const Coefficients low = FromPartials(order, down, nullptr);
    for (int i = 0; i < order.NumCoefficients(); ++i) {
      EXPECT_NEAR(jacobian[i][j], (high[i] - low[i]) / 2e-6, 1e-8) << i << "," << j;
    }
  }
}

TEST(ArimaPolynomials, MultiplyTheSeasonalFactors) {
  LagPolynomials polynomials;
  Expand(Order(1, 1, 1, 1, 3), {0.5, 0.4, 0.3, 0.2}, &polynomials);
  EXPECT_EQ(polynomials.phi, (std::vector<double>{0.5, 0, 0.3, -0.15}));
  EXPECT_EQ(polynomials.phi_lags, (std::vector<int>{1, 3, 4}));
  ASSERT_EQ(polynomials.theta.size(), 4u);
  EXPECT_DOUBLE_EQ(polynomials.theta[3], 0.4 * 0.2);
}

TEST(ArimaPolynomials, OverlapWhenTheSeasonIsShort) {
  LagPolynomials polynomials;
  Expand(Order(3, 0, 1, 0, 2), {0.1, 0.2, 0.3, 0.4}, &polynomials);
  EXPECT_EQ(polynomials.phi_lags, (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_DOUBLE_EQ(polynomials.phi[1], 0.2 + 0.4);
  EXPECT_DOUBLE_EQ(polynomials.phi[2], 0.3 - 0.1 * 0.4);
}

TEST(ArimaIntegration, UndoesBothDifferences) {
  ArimaOrder order;
  order.d = 1;
  order.D = 1;
  order.m = 4;
  EXPECT_EQ(IntegrationWeights(order), (std::vector<double>{1, 0, 0, 1, -1}));
}

}  // namespace
}  // namespace fitd::arima::polynomial_test
