#include "common/models/numeric/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace fitd::elementary_test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double UnitsInTheLastPlace(double actual, double expected) {
  if (actual == expected) return 0;
  return std::fabs(actual - expected) / (std::nextafter(std::fabs(expected), kInfinity) - std::fabs(expected));
}

TEST(Elementary, IsWithinFourUnitsInTheLastPlace) {
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> exponent(-708, 709.7), near_one(0.5, 1.5), angle(-20, 20);
  for (int i = 0; i < 200'000; ++i) {
    const double x = exponent(generator);
    ASSERT_LE(UnitsInTheLastPlace(Exp(x), std::exp(x)), 4) << x;
    for (const double y : {std::exp(x), near_one(generator)}) {
      ASSERT_LE(UnitsInTheLastPlace(Log(y), std::log(y)), 4) << y;
    }
    const double a = angle(generator);
    ASSERT_NEAR(Sin(a), std::sin(a), 1e-15) << a;
    ASSERT_NEAR(Cos(a), std::cos(a), 1e-15) << a;
  }
}

TEST(Elementary, KeepsTheStandardsEdges) {
  EXPECT_EQ(Exp(0), 1);
  EXPECT_EQ(Exp(710), kInfinity);
  EXPECT_EQ(Exp(kInfinity), kInfinity);
  EXPECT_EQ(Exp(-746), 0);
  EXPECT_EQ(Exp(-kInfinity), 0);
  EXPECT_GT(Exp(-744), 0);
  EXPECT_TRUE(std::isnan(Exp(std::nan(""))));
  EXPECT_EQ(Log(1), 0);
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_EQ(Log(kInfinity), kInfinity);
  EXPECT_NEAR(Log(5e-324), -744.44007192138126, 1e-12);
  EXPECT_TRUE(std::isnan(Log(-1)));
  EXPECT_TRUE(std::isnan(Log(std::nan(""))));
}

TEST(Elementary, LogarithmsToTwoAreWholeOfPowersOfTwo) {
  for (int i = -1022; i < 1024; ++i) ASSERT_EQ(Log2(std::ldexp(1, i)), i);
  for (int i = -1000; i <= 1000; ++i) ASSERT_EQ(Exp2(i), std::ldexp(1, i));
  std::mt19937_64 generator(2);
  std::uniform_real_distribution<double> exponent(-300, 300);
  for (int i = 0; i < 20'000; ++i) {
    const double x = exponent(generator);
    ASSERT_LE(UnitsInTheLastPlace(Exp2(x), std::exp2(x)), 5) << x;
    ASSERT_NEAR(Log2(std::exp2(x)), x, 1e-13) << x;
    ASSERT_NEAR(Log10(std::exp2(x)), std::log10(std::exp2(x)), 1e-13) << x;
  }
  EXPECT_EQ(Log2(0), -kInfinity);
  EXPECT_EQ(Log10(0), -kInfinity);
  EXPECT_EQ(Log2(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(Log2(-1)));
}

}  // namespace
}  // namespace fitd::elementary_test
