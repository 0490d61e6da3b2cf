#include "common/models/numeric/gaussian.h"

#include <gtest/gtest.h>

namespace fitd::gaussian_test {
namespace {

TEST(Gaussian, KnownQuantiles) {
  EXPECT_NEAR(NormalIntervalQuantile(95), 1.959963984540054, 1e-14);
  EXPECT_NEAR(NormalIntervalQuantile(80), 1.2815515655446004, 1e-14);
  EXPECT_NEAR(NormalQuantile(1e-300), -37.0471, 1e-3);
  EXPECT_EQ(NormalQuantile(0.5), 0.0);
}

// R 4.2: qt(0.5 + level / 200, degrees).
TEST(Student, KnownQuantiles) {
  EXPECT_NEAR(StudentIntervalQuantile(80, 5), 1.475884, 1e-4);
  EXPECT_NEAR(StudentIntervalQuantile(95, 5), 2.570582, 1e-3);
  EXPECT_NEAR(StudentIntervalQuantile(95, 30), 2.042272, 1e-5);
  EXPECT_NEAR(StudentIntervalQuantile(95, 3), 3.182446, 0.002 * 3.182446);
  EXPECT_NEAR(StudentIntervalQuantile(99, 3), 5.840909, 0.03 * 5.840909);
  EXPECT_EQ(StudentIntervalQuantile(95, 0), StudentIntervalQuantile(95, 3));
  EXPECT_NEAR(StudentIntervalQuantile(95, 1e12), NormalIntervalQuantile(95), 1e-9);
}

}  // namespace
}  // namespace fitd::gaussian_test
