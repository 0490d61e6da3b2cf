#include "common/models/combination/surprise.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fitd::surprise_test {
namespace {

constexpr std::size_t kValues = 12;

std::vector<double> Weights(const std::vector<double>& sizes) {
  std::vector<ErrorWindow> windows;
  for (const double size : sizes) windows.push_back({size, kValues});
  return ErrorWeights(windows);
}

// Sizes from 0.8 to 1.2, and the others.
std::vector<double> Alike(std::size_t n, std::vector<double> others) {
  for (std::size_t i = 0; i < n; ++i) others.push_back(0.8 + 0.4 * static_cast<double>(i) / static_cast<double>(n));
  return others;
}

TEST(Surprise, CountsAsOneErrorWhenFarFromTheOthers) {
  const std::vector<double> weights = Weights(Alike(30, {10, 9, 1e200, HUGE_VAL}));
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(weights[k], 1.0 / kValues, 1e-12) << k;
  for (std::size_t k = 4; k < weights.size(); ++k) EXPECT_EQ(weights[k], 1) << k;
}

TEST(Surprise, CountsTheLessTheFartherOff) {
  const std::vector<double> weights = Weights(Alike(30, {3.5, 4.4, 5}));
  EXPECT_EQ(weights[0], 1);
  EXPECT_LT(weights[1], 0.8);
  EXPECT_LT(weights[2], weights[1]);
  EXPECT_GT(weights[2], 1.0 / kValues);
}

TEST(Surprise, IsNoneWhereMostAreSo) {
  for (const double weight : Weights(std::vector<double>(30, 10.0))) EXPECT_EQ(weight, 1);
  const std::vector<double> half = Weights(Alike(14, std::vector<double>(15, 10.0)));
  EXPECT_EQ(half[0], 1) << "more than half";
}

TEST(Surprise, IsNoneWhereSizesDifferByMuch) {
  std::vector<double> sizes;
  for (int i = -10; i <= 10; ++i) sizes.push_back(std::exp(0.2 * i));
  for (const double weight : Weights(sizes)) EXPECT_EQ(weight, 1) << "7 times the median one";
}

TEST(Surprise, IsNoneOfFewOrOfNothing) {
  for (const double weight : Weights({1, 1, 1, 1, 1, 1, 50})) EXPECT_EQ(weight, 1);
  EXPECT_TRUE(Weights({}).empty());
  for (const double weight : Weights(std::vector<double>(20, 0.0))) EXPECT_EQ(weight, 1);
}

}  // namespace
}  // namespace fitd::surprise_test
