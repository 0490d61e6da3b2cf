#include "common/models/numeric/places.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/support/normal_noise.h"

namespace fitd::places_test {
namespace {

// Of 100 series of `n` values with a wave of `size` over `m` values beside noise of 1, or on a walk with steps of 1,
// those whose places are alike.
int Alike(std::size_t n, std::size_t m, double size, bool walk) {
  int alike = 0;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    const std::vector<double> noise = NormalNoise(n, seed);
    std::vector<double> y;
    double level = 100;
    for (std::size_t t = 0; t < n; ++t) {
      level += walk ? noise[t] : 3;
      const double angle = 2 * M_PI * static_cast<double>(t) / static_cast<double>(m);
      y.push_back(level + (walk ? 0 : noise[t]) + size * std::sqrt(2) * std::sin(angle + seed));
    }
    alike += PlacesAreAlike(y, m) ? 1 : 0;
  }
  return alike;
}

TEST(Places, AreAlikeInLinesAndWalksAndNotInASeason) {
  for (const auto& [n, m] : {std::pair<std::size_t, std::size_t>{26, 12}, {30, 12}, {40, 12}, {16, 4}, {20, 7}}) {
    for (const bool walk : {false, true}) {
      EXPECT_GT(Alike(n, m, 0, walk), 75) << n << " " << m << " " << walk;
      EXPECT_LT(Alike(n, m, 2, walk), 10) << n << " " << m << " " << walk;
    }
  }
}

TEST(Places, OfAnExactLineAreAlikeThoughItsRoundingRepeats) {
  for (std::size_t n = 18; n <= 60; ++n) {
    std::vector<double> y;
    for (std::size_t t = 0; t < n; ++t) y.push_back(0.1 + 0.3 * static_cast<double>(t));
    EXPECT_TRUE(PlacesAreAlike(y, 12)) << n;
  }
}

}  // namespace
}  // namespace fitd::places_test
