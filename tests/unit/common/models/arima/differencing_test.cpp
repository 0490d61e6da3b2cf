#include "common/models/arima/differencing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "common/models/arima/series.h"
#include "common/models/season/seasonal_strength.h"
#include "tests/support/arima_samples.h"

namespace fitd::arima::differencing_test {
namespace {

std::vector<double> Cumulated(std::vector<double> y) {
  for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1];
  return y;
}

TEST(Kpss, HasTheValueThatItsDefinitionGives) {
  // Residuals from the mean 3: -2 -1 0 1 2, partial sums -2 -3 -3 -2 0: 26 / 25 over 10 / 5; no lags for five values.
  EXPECT_NEAR(KpssStatistic(std::vector<double>{1, 2, 3, 4, 5}), 26.0 / 25 / 2, 1e-12);
}

TEST(Kpss, IsNotANumberWithoutVariance) {
  EXPECT_TRUE(std::isnan(KpssStatistic(std::vector<double>(9, 2.0))));
}

TEST(Differencing, LeavesNoiseAlone) {
  const DifferencingOrders out = ChooseDifferencing(Noise(100, 1), 12);
  EXPECT_EQ(out.d, 0);
  EXPECT_EQ(out.D, 0);
}

TEST(Differencing, TakesOneDifferenceOfARandomWalkAndTwoOfItsSum) {
  EXPECT_EQ(ChooseDifferencing(Cumulated(Noise(200, 2)), 1).d, 1);
  EXPECT_EQ(ChooseDifferencing(Cumulated(Cumulated(Noise(200, 2))), 1).d, 2);
}

TEST(Differencing, TakesASeasonalDifferenceOfAStrongSeason) {
  std::vector<double> y = Noise(96, 3);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += 5 * std::sin(static_cast<double>(t) * 0.5235987755982988);
  EXPECT_EQ(ChooseDifferencing(y, 12).D, 1);
  EXPECT_EQ(ChooseDifferencing(y, 1).D, 0);
}

TEST(Differencing, NeverTakesASeasonalDifferenceOfTwoPeriodsOrLess) {
  std::vector<double> y(24);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] = static_cast<double>(t % 12);
  EXPECT_EQ(ChooseDifferencing(y, 12).D, 0);
  EXPECT_EQ(ChooseDifferencing(y, 1000).D, 0);
}

TEST(Differencing, StopsAtAnExactLine) {
  std::vector<double> y(40);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] = 0.1 * static_cast<double>(t) + 1000.3;
  EXPECT_EQ(ChooseDifferencing(y, 1).d, 1);
}

TEST(Differencing, SeesNoiseOnAHugeOffset) {
  std::vector<double> y = Cumulated(Noise(120, 4));
  for (double& v : y) v += 1e9;
  EXPECT_EQ(ChooseDifferencing(y, 1).d, 1);
}

TEST(SeasonalStrength, IsOneForAPureSeasonAndSmallForNoise) {
  std::vector<double> y(60);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] = static_cast<double>((t % 4) * (t % 4));
  EXPECT_GT(SeasonalStrength(y, 4), 0.999);
  EXPECT_LT(SeasonalStrength(Noise(400, 5), 4), 0.5);
}

TEST(SeasonalStrength, IsZeroForAConstant) {
  EXPECT_EQ(SeasonalStrength(std::vector<double>(40, 3.0), 4), 0.0);
}

TEST(SeasonalStrength, DoesNotDependOnScaleOrLevel) {
  std::vector<double> y = Noise(50, 6);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += static_cast<double>(t % 7);
  const double strength = SeasonalStrength(y, 7);
  for (double& v : y) v = 1024 * v + 4096;
  EXPECT_NEAR(SeasonalStrength(y, 7), strength, 1e-9);
}

TEST(PreparedSeries, ScalesWithoutRounding) {
  int exponent = 0;
  const std::vector<double> y{3e300, -1e300, 2.5e300};
  const std::vector<double> normalised = Normalised(y, &exponent);
  for (std::size_t t = 0; t < y.size(); ++t) {
    EXPECT_LT(std::abs(normalised[t]), 1.0);
    EXPECT_EQ(std::ldexp(normalised[t], exponent), y[t]);
  }
}

TEST(PreparedSeries, TakesOutAMeanThatDwarfsTheVariation) {
  std::vector<double> y = Noise(80, 7);
  for (double& v : y) v += 1e9;
  int exponent = 0;
  const std::vector<double> normalised = Normalised(y, &exponent);
  const PreparedSeries prepared = Prepare(normalised, exponent, ArimaOrder{}, true);
  EXPECT_NE(prepared.centre, 0.0);
  double sum = 0;
  for (const double v : prepared.values) sum += v;
  EXPECT_NEAR(sum / 80, 0, 1e-6);
  EXPECT_EQ(Prepare(normalised, exponent, ArimaOrder{}, false).centre, 0.0);
}

}  // namespace
}  // namespace fitd::arima::differencing_test
