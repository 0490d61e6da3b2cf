#include "common/models/numeric/gaussian.h"

#include <gtest/gtest.h>

namespace fitd {
namespace {

TEST(Gaussian, KnownQuantiles) {
  EXPECT_NEAR(NormalIntervalQuantile(95), 1.959963984540054, 1e-14);
  EXPECT_NEAR(NormalIntervalQuantile(80), 1.2815515655446004, 1e-14);
  EXPECT_NEAR(NormalQuantile(1e-300), -37.0471, 1e-3);
  EXPECT_EQ(NormalQuantile(0.5), 0.0);
}

}  // namespace
}  // namespace fitd
