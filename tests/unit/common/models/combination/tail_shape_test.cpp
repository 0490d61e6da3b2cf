#include "common/models/combination/tail_shape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace fitd::tail_shape_test {
namespace {

std::vector<double> Normal(std::size_t n, unsigned seed) {
  std::mt19937_64 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  for (double& v : y) v = 50 + normal(bits);
  return y;
}

TEST(TailShape, IsThatOfTheNormalDistributionForNoiseAndItsWalk) {
  std::vector<double> y = Normal(1000, 1);
  for (int walks = 0; walks < 2; ++walks) {
    const TailShape shape = TailShapeOf(y, 1);
    EXPECT_NEAR(shape.at80, 1, 0.08);
    EXPECT_NEAR(shape.at95, 1, 0.08);
    for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1] - 50;
  }
}

TEST(TailShape, SeesThatSpikesAreFew) {
  for (const std::size_t n : {36U, 60U, 240U}) {
    std::vector<double> y = Normal(n, 2);
    for (std::size_t t = 7; t < n; t += 20) y[t] += 30;
    EXPECT_LT(TailShapeOf(y, 1).at80, 0.45) << n;
  }
}

// The last value of a counter is hundreds of times its first, and its changes are no shares of it.
TEST(TailShape, OfACounterIsThatOfItsChanges) {
  std::mt19937_64 bits(4);
  std::gamma_distribution<double> gamma(2, 10);
  std::vector<double> y(300);
  double sum = 0;
  for (double& v : y) v = sum += gamma(bits);
  EXPECT_GT(TailShapeOf(y, 1).at80, 0.7);
  for (double& v : y) v = std::exp(v / 3000);  // now they are
  EXPECT_GT(TailShapeOf(y, 1).at80, 0.7);
}

TEST(TailShape, SeesHeavyTailsOnBothSides) {
  std::mt19937_64 bits(3);
  std::student_t_distribution<double> student(3);
  std::vector<double> y(2000);
  for (double& v : y) v = 50 + student(bits);
  const TailShape shape = TailShapeOf(y, 1);
  EXPECT_LT(shape.at80, 0.85);  // 0.74 of the distribution's deviation
  EXPECT_GT(shape.at95, shape.at80);
}

TEST(TailShape, KnowsNothingOfAFewValuesOrOfConstantOnes) {
  for (const std::vector<double>& y :
       {std::vector<double>{1, 5, 2}, std::vector<double>(40, 7.0), std::vector<double>{},
        std::vector<double>(40, std::numeric_limits<double>::quiet_NaN())}) {
    const TailShape shape = TailShapeOf(y, 1);
    EXPECT_EQ(shape.at80, 1);
    EXPECT_EQ(shape.at95, 1);
  }
}

TEST(TailShape, TakesMissingValuesAsNotThere) {
  std::vector<double> y = Normal(300, 4);
  for (std::size_t t = 0; t < y.size(); t += 3) y[t] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NEAR(TailShapeOf(y, 1).at80, 1, 0.15);
  EXPECT_NEAR(TailShapeOf(y, 12).at80, 1, 0.2);
}

TEST(TailShape, FadesWhereTheLastErrorIsOneOfMany) {
  const TailShape heavy{0.4, 1.3};
  EXPECT_DOUBLE_EQ(ShapeFactor(heavy, 80, 1), 0.4);
  EXPECT_DOUBLE_EQ(ShapeFactor(heavy, 99, 1), 1.3);
  EXPECT_DOUBLE_EQ(ShapeFactor(heavy, 80, 0.5), std::sqrt(0.4));
  EXPECT_DOUBLE_EQ(ShapeFactor(heavy, 90, 0), 1);
  EXPECT_EQ(ShapeFactor({}, 90, 1), 1);
}

}  // namespace
}  // namespace fitd::tail_shape_test
