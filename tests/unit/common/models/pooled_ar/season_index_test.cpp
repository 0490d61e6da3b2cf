// The season that a fleet has in common: when there is one, and what it puts before a target too short to show it.
#include "common/models/pooled_ar/season_index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "common/models/pooled_ar/pooled_ar.h"

namespace fitd::season_index_test {
namespace {

constexpr int kSeason = 12;
constexpr double kStep = 2.6e15;

// exp of a level, a wave that begins at `place`, growth and noise; `own` turns the wave.
std::vector<double> MakeSeries(unsigned seed, std::size_t n, std::size_t place, double own = 0) {
  std::mt19937_64 bits(seed);
  std::normal_distribution<double> normal;
  const double level = 3 + 0.3 * static_cast<double>(seed % 5);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const double wave = 0.4 * std::sin(2 * M_PI * static_cast<double>(place + t) / kSeason + own);
    y.push_back(std::exp(level + wave + 0.002 * static_cast<double>(t) + 0.05 * normal(bits)));
  }
  return y;
}

std::vector<double> IndexOf(int targets, double turn) {
  std::vector<double> sums(pooled_ar::SeasonIndexSize(kSeason), 0.0);
  for (int i = 0; i < targets; ++i) {
    const auto place = static_cast<std::size_t>(i % kSeason);
    pooled_ar::AddSeasonIndex(
        MakeSeries(static_cast<unsigned>(i), 40 + static_cast<std::size_t>(i % 7), place, turn * i), kSeason,
        {place, kStep}, sums);
  }
  return pooled_ar::SolveSeasonIndex(sums, kSeason);
}

TEST(SeasonIndex, IsThatOfTargetsWhichAreAlikeWhereverTheyBegin) {
  const std::vector<double> index = IndexOf(20, 0);
  ASSERT_EQ(index.size(), kSeason + pooled_ar::kBesideIndex);
  for (int k = 0; k < kSeason; ++k) EXPECT_NEAR(index[k], 0.4 * std::sin(2 * M_PI * k / kSeason), 0.02) << k;
  EXPECT_NEAR(index[kSeason], 0.05, 0.01);
  EXPECT_LT(index[kSeason + 1], 0.05);
  EXPECT_TRUE(IndexOf(20, 1).empty());  // each turned by a radian more
  EXPECT_TRUE(IndexOf(9, 0).empty());   // too few
}

TEST(SeasonIndex, PutsTheSeasonBeforeWhatFollowsIt) {
  const std::vector<double> index = IndexOf(20, 0);
  const std::vector<double> y = MakeSeries(99, 8, 5);
  const std::vector<double> before = pooled_ar::SeasonsBefore(y, {5, kStep}, index);
  ASSERT_EQ(before.size(), 3U * kSeason - y.size());
  double level = 0;
  for (std::size_t t = 0; t < 4; ++t) level += (std::log(y[t]) - index[(5 + t) % kSeason]) / 4;
  double squares = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::size_t place = (5 + 10 * kSeason + i - before.size()) % kSeason;
    const double off = std::log(before[i]) - level - index[place];
    squares += off * off;
    EXPECT_LT(std::abs(off), 0.25) << i;
  }
  const double deviation = std::sqrt(squares / static_cast<double>(before.size()));
  EXPECT_GT(deviation, 0.02);
  EXPECT_LT(deviation, 0.12);
  EXPECT_TRUE(pooled_ar::SeasonsBefore(MakeSeries(99, 8, 11), {5, kStep}, index).empty());  // half a season off
  EXPECT_TRUE(pooled_ar::SeasonsBefore(y, {5, kStep / 30}, index).empty());                 // days beside months
  EXPECT_TRUE(pooled_ar::SeasonsBefore(std::span(y).first(4), {5, kStep}, index).empty());
  EXPECT_TRUE(pooled_ar::SeasonsBefore(MakeSeries(99, 24, 5), {5, kStep}, index).empty());
  std::vector<double> zero = y;
  zero[3] = 0;
  EXPECT_TRUE(pooled_ar::SeasonsBefore(zero, {5, kStep}, index).empty());
}

TEST(SeasonIndex, TellsAFollowerFromNoiseAndWalks) {
  const std::vector<double> index = IndexOf(20, 0);
  EXPECT_TRUE(pooled_ar::FollowsIndex(MakeSeries(50, 26, 3), {3, kStep}, index));
  EXPECT_FALSE(pooled_ar::FollowsIndex(MakeSeries(50, 26, 3), {9, kStep}, index));
  EXPECT_FALSE(pooled_ar::FollowsIndex(std::span<const double>(MakeSeries(50, 26, 3)).first(23), {3, kStep}, index));
  int found = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937_64 bits(seed);
    std::normal_distribution<double> normal;
    double walk = 3;
    std::vector<double> y;
    for (int t = 0; t < 40; ++t) {
      const double noise = 0.2 * normal(bits);
      walk += noise;
      y.push_back(std::exp(seed % 2 == 0 ? walk : 3 + noise));
    }
    found += pooled_ar::FollowsIndex(y, {seed % kSeason, kStep}, index) ? 1 : 0;
  }
  EXPECT_LE(found, 1);
}

TEST(SeasonIndex, GoesWithTheRegressionThroughArchives) {
  PooledArSums all({kSeason, 6}), first({kSeason, 6}), last({kSeason, 6}), none({kSeason, 6});
  for (unsigned i = 0; i < 20; ++i) {
    const std::vector<double> y = MakeSeries(i, 48, i % kSeason);
    all.Add(y, pooled_ar::SeasonPlace{i % kSeason, kStep});
    (i < 10 ? first : last).Add(y, pooled_ar::SeasonPlace{i % kSeason, kStep});
    none.Add(y);
  }
  const PooledArGlobal global = Solve(all);
  ASSERT_FALSE(global.season_index.empty());
  EXPECT_TRUE(HasItsShape(global));
  EXPECT_TRUE(Solve(none).season_index.empty());
  const std::vector<double> packed = PackPooledAr(global);
  const std::optional<PooledArGlobal> back = UnpackPooledAr(packed);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->season_index, global.season_index);
  EXPECT_FALSE(UnpackPooledAr(std::span(packed).first(packed.size() - 1)));
  last.DropLongWindows();
  first.Merge(last);
  for (std::size_t i = 0; i < global.season_index.size(); ++i)
    EXPECT_NEAR(Solve(first).season_index[i], global.season_index[i], 1e-12) << i;
}

}  // namespace
}  // namespace fitd::season_index_test
