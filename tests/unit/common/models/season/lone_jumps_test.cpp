#include "common/models/season/lone_jumps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "common/models/season/season.h"
#include "tests/unit/common/fit/simulated.h"

namespace fitd::lone_jumps_test {
namespace {

using Lengths = std::vector<std::size_t>;
using Seasons = std::vector<int>;

constexpr std::int64_t kHour = 3'600'000'000'000;

// What adds 20 or so a step and starts again at 0 at each of `resets`.
std::vector<double> Counter(std::size_t n, const Lengths& resets, unsigned seed = 7) {
  std::vector<double> y = Noise(n, 4.5, seed);
  double level = 0;
  std::size_t next = 0;
  for (std::size_t t = 0; t < n; ++t) {
    level += 20 + y[t];
    if (next < resets.size() && resets[next] == t) level = 0, ++next;
    y[t] = level;
  }
  return y;
}

Lengths PlacesOf(const std::vector<LoneJump>& jumps) {
  Lengths places;
  for (const LoneJump& jump : jumps) places.push_back(jump.at);
  return places;
}

TEST(LoneJumps, AreResetsOfACounter) {
  const Lengths week = {24, 168};
  EXPECT_EQ(PlacesOf(FindLoneJumps(Counter(300, {150}), week)), Lengths{150});
  EXPECT_EQ(PlacesOf(FindJumpsOfGrowth(Counter(300, {150}), week)), Lengths{150});
  EXPECT_EQ(PlacesOf(FindJumpsOfGrowth(Counter(300, {60, 190, 240}), week)), (Lengths{60, 190, 240}));
  EXPECT_TRUE(FindLoneJumps(Counter(300, {}), week).empty());
  std::vector<double> gap = Counter(300, {150});
  gap[10] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(FindLoneJumps(gap, week).empty());
}

TEST(LoneJumps, AreLevelledOut) {
  std::vector<double> y = Counter(300, {150});
  LevelJumps(FindLoneJumps(y, {}), y);
  for (std::size_t t = 1; t < y.size(); ++t) EXPECT_NEAR(y[t] - y[t - 1], 20, 20) << t;
}

TEST(LoneJumps, AreNoneThatComeAgain) {
  EXPECT_TRUE(FindLoneJumps(Counter(300, {100, 268}), Lengths{24, 168}).empty()) << "a week later";
  EXPECT_TRUE(FindLoneJumps(Counter(300, {80, 160, 240}), {}).empty()) << "at the same distance";
  EXPECT_TRUE(FindLoneJumps(Counter(300, {100, 200}), Lengths{24, 168}).empty()) << "from the same level";
  EXPECT_TRUE(FindLoneJumps(Counter(300, {50, 100, 150, 200, 250}), {}).empty()) << "more than three";
}

TEST(LoneJumps, AreNotInNoiseAndWalks) {
  std::size_t found = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    for (const std::size_t n : {16U, 30U, 120U}) {
      std::vector<double> y = Noise(n, 3, seed);
      found += FindLoneJumps(y, Lengths{12}).empty() ? 0 : 1;
      for (std::size_t t = 1; t < n; ++t) y[t] += y[t - 1];
      found += FindLoneJumps(y, Lengths{12}).empty() ? 0 : 1;
    }
  }
  EXPECT_LE(found, 12U) << "of 1200";
}

TEST(LoneJumps, OfGrowthGoOnBehindTheLastOne) {
  EXPECT_TRUE(FindJumpsOfGrowth(Counter(300, {297}), {}).empty()) << "may be over soon";
  const auto bump = [](std::size_t t) { return 20.0 * static_cast<double>(t) + (t >= 100 && t < 140 ? 900 : 0); };
  EXPECT_TRUE(FindJumpsOfGrowth(Plus(Noise(300, 5), bump), {}).empty()) << "up and down";
  EXPECT_EQ(FindLoneJumps(Plus(Noise(300, 5), bump), {}).size(), 2U);
  const auto level = [](std::size_t t) { return t < 150 ? 100.0 : 300.0; };
  EXPECT_TRUE(FindJumpsOfGrowth(Plus(Noise(300, 5), level), {}).empty()) << "no growth";
  EXPECT_EQ(FindJumpsOfGrowth(Plus(Noise(300, 5), level), Lengths{168}).size(), 1U) << "two weeks";
}

TEST(LoneJumps, MakeNoSeason) {
  std::size_t found = 0;
  const auto count = [&](const std::vector<double>& y, bool months, std::int64_t step) {
    found += DetectSeasons(y, months, step).empty() ? 0 : 1;
  };
  for (unsigned seed = 1; seed <= 10; ++seed) {
    for (const std::size_t n : {210U, 250U, 300U, 330U, 400U}) count(Counter(n, {n - 160}, seed), false, kHour);
    const auto disk = [](std::size_t t) { return 50 + 0.08 * static_cast<double>(t) - (t >= 140 ? 15 : 0); };
    count(Plus(Noise(300, 0.5, seed), disk), false, kHour);
    count(Counter(20, {12}, seed), true, 1);
  }
  EXPECT_LE(found, 3U) << "of 70, as counters that nobody reset";
}

TEST(LoneJumps, HideNoSeason) {
  const auto day = [](std::size_t t) {
    return 0.5 * static_cast<double>(t) + 8 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 24) -
           (t >= 100 ? 200 : 0);
  };
  EXPECT_EQ(DetectSeasons(Plus(Noise(200, 2), day), false, kHour), Seasons{24});
  std::vector<double> weekly = Counter(300, {80, 248});
  for (std::size_t t = 0; t < 80; ++t) weekly[t] += 88 * 20;
  EXPECT_EQ(DetectSeasons(weekly, false, kHour), Seasons{168}) << "every week";
}

}  // namespace
}  // namespace fitd::lone_jumps_test
