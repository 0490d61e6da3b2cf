#include "common/models/numeric/quasi_newton.h"

#include <gtest/gtest.h>

#include <limits>

namespace fitd::quasi_newton_test {
namespace {

std::vector<double> Elements(const QuasiNewton& b) {
  std::vector<double> out;
  for (std::size_t i = 0; i < b.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) out.push_back(b.At(i, j));
  }
  return out;
}

TEST(QuasiNewton, MeetsTheSecantConditionWhereCurvatureIsPositive) {
  QuasiNewton b(2);
  b.Assign(std::vector<double>{2, 0, 0, 3});
  const std::vector<double> step = {1, 2};
  std::vector<double> change = {4, 5};
  b.Update(step, change);
  EXPECT_NEAR(b.At(0, 0) * 1 + b.At(0, 1) * 2, 4, 1e-12);
  EXPECT_NEAR(b.At(1, 0) * 1 + b.At(1, 1) * 2, 5, 1e-12);
}

TEST(QuasiNewton, StaysPositiveDefiniteWhereCurvatureIsNegative) {
  QuasiNewton b(2);
  b.Assign(std::vector<double>{2, 0, 0, 3});
  const std::vector<double> step = {1, 2};
  std::vector<double> change = {-4, -5};
  b.Update(step, change);
  EXPECT_GT(b.At(0, 0), 0);
  EXPECT_GT(b.At(0, 0) * b.At(1, 1) - b.At(0, 1) * b.At(1, 0), 0);
}

// ARIMA's estimator once took such a change for one, and ended where no likelihood is finite: 2 of 700 series of hourly
// telemetry had no model for it.
TEST(QuasiNewton, LearnsNothingFromAGradientThatIsNoNumber) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()}) {
    QuasiNewton b(2);
    const std::vector<double> before = {2, 0.5, 0.5, 3};
    b.Assign(before);
    const std::vector<double> step = {1, 2};
    std::vector<double> change = {bad, 5};
    b.Update(step, change);
    EXPECT_EQ(Elements(b), before) << bad;
  }
}

}  // namespace
}  // namespace fitd::quasi_newton_test
