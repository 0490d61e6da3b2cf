#include "common/models/combination/season_spread.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>

#include "tests/support/normal_noise.h"

namespace fitd::season_spread_test {
namespace {

constexpr int kWeek[] = {7};

// Open on one day of seven, the n-th value being on day n % 7.
std::vector<double> OpenOn(std::size_t day, std::size_t n, unsigned seed = 1) {
  std::vector<double> y = NormalNoise(n, seed);
  for (std::size_t t = 0; t < n; ++t) y[t] = t % 7 == day ? 20 + 4 * y[t] : 0;
  return y;
}

TEST(SeasonSpread, IsOfTheDaysBehindTheLastOne) {
  for (const std::size_t n : {70U, 100U, 250U}) {
    const std::vector<double> spread = SeasonSpreadOf(OpenOn(3, n), kWeek);
    ASSERT_EQ(spread.size(), 7U) << n;
    for (std::size_t k = 0; k < 7; ++k) {
      if ((n + k) % 7 == 3) {
        EXPECT_NEAR(spread[k], std::sqrt(7), 0.1) << "of all errors, when six days have none";
      } else {
        EXPECT_LT(spread[k], 0.4);
        EXPECT_TRUE(IsQuiet(spread, k)) << k;
      }
    }
    EXPECT_NEAR(std::inner_product(spread.begin(), spread.end(), spread.begin(), 0.0), 7, 1e-9);
  }
}

TEST(SeasonSpread, IsNoneWherePlacesAreAlikeOrFew) {
  std::size_t found = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::vector<double> y = NormalNoise(120, seed);
    found += SeasonSpreadOf(y, std::vector<int>{12}).empty() ? 0 : 1;
    for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1];
    found += SeasonSpreadOf(y, std::vector<int>{12}).empty() ? 0 : 1;
    y = NormalNoise(120, seed);
    for (double& v : y) v = v * v * v;  // heavy tails
    found += SeasonSpreadOf(y, std::vector<int>{12}).empty() ? 0 : 1;
  }
  EXPECT_LE(found, 2U) << "of 600";
  EXPECT_TRUE(SeasonSpreadOf(OpenOn(3, 40), kWeek).empty()) << "less than six weeks";
  EXPECT_TRUE(SeasonSpreadOf(OpenOn(3, 100), {}).empty());
  EXPECT_TRUE(SeasonSpreadOf(std::vector<double>(100, 0.0), kWeek).empty());
  std::vector<double> holes = OpenOn(3, 150);
  for (std::size_t t = 0; t < holes.size(); t += 5) holes[t] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(SeasonSpreadOf(holes, kWeek).size(), 7U);
}

// Counts with a rate for each day, by the sum of the waiting times between them.
std::vector<double> Counts(std::size_t n, unsigned seed, double unit) {
  constexpr double kRates[] = {1, 2, 3, 2, 1, 6, 12};
  std::mt19937 bits(seed);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const double none = std::exp(-kRates[t % 7]);
    double product = 1;
    int count = -1;
    for (; product > none; ++count) product *= (static_cast<double>(bits()) + 1) / 4294967297.0;
    y.push_back(count / unit);
  }
  return y;
}

TEST(SeasonSpread, OfAWeekOfCountsIsDrawnToOne) {
  double busy = 0;
  double quiet = 0;
  std::size_t found = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const std::vector<double> spread = SeasonSpreadOf(Counts(119, seed, 1), kWeek);
    if (spread.empty()) continue;
    ++found;
    busy += spread[6];
    quiet += spread[0];
  }
  ASSERT_GE(found, 35U);
  EXPECT_GT(busy / static_cast<double>(found), 1.4) << "of 1.77";
  EXPECT_LT(busy / static_cast<double>(found), 1.9);
  EXPECT_LT(quiet / static_cast<double>(found), 0.75) << "of 0.51";
}

TEST(SeasonSpread, OfAWeekThatIsAlikeIsNextToNone) {
  std::size_t found = 0;
  double off = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const std::vector<double> spread = SeasonSpreadOf(NormalNoise(120, seed), kWeek);
    found += spread.empty() ? 0 : 1;
    for (const double factor : spread) {
      EXPECT_NEAR(factor, 1, 0.4) << seed;
      off += std::abs(factor - 1) / 7;
    }
  }
  EXPECT_LE(found, 20U) << "of 200";
  EXPECT_LE(off / 200, 0.01);
}

TEST(SeasonSpread, KnowsNoUnit) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const std::vector<double> ones = SeasonSpreadOf(Counts(120, seed, 1), kWeek);
    const std::vector<double> hundreds = SeasonSpreadOf(Counts(120, seed, 100), kWeek);
    ASSERT_EQ(ones.size(), hundreds.size()) << seed;
    for (std::size_t k = 0; k < ones.size(); ++k) EXPECT_NEAR(ones[k], hundreds[k], 1e-6) << seed;
  }
}

TEST(SeasonSpread, MovesOn) {
  std::vector<double> spread = {1, 2, 3};
  MoveSpread(spread, 1);
  EXPECT_EQ(spread, (std::vector<double>{2, 3, 1}));
  MoveSpread(spread, -4);
  EXPECT_EQ(spread, (std::vector<double>{1, 2, 3}));
  std::vector<double> none;
  MoveSpread(none, 5);
  EXPECT_TRUE(none.empty());
}

TEST(SeasonSpread, AddsNothingToDeviationsThatKnowIt) {
  const std::vector<double> spread = {0.5, std::sqrt(1.75)};
  std::vector<double> alike(6, 10.0);
  ApplySpread(spread, alike);
  for (std::size_t h = 0; h < 6; ++h) EXPECT_NEAR(alike[h], 10 * spread[h % 2], 1e-9);
  std::vector<double> known;
  for (std::size_t h = 0; h < 6; ++h) known.push_back(10 * spread[h % 2]);
  const std::vector<double> before = known;
  ApplySpread(spread, known);
  for (std::size_t h = 0; h < 6; ++h) EXPECT_NEAR(known[h], before[h], 1e-9);
  std::vector<double> of_one_step(1, 10.0);
  ApplySpread(spread, of_one_step);
  EXPECT_NEAR(of_one_step[0], 5, 1e-9);
}

}  // namespace
}  // namespace fitd::season_spread_test
