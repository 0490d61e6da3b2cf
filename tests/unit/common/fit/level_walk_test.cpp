#include "common/fit/level_walk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <string>

namespace fitd::level_walk_test {
namespace {

const std::vector<int> kDayAndWeek = {24, 168};

// Hours with a day and a week, whose level keeps `share` of where it was.
std::vector<double> Hours(std::size_t weeks, double share, double step, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  double level = 0;
  for (std::size_t t = 0; t < weeks * 168; ++t) {
    level = share * level + step * normal(bits);
    const double day = 10 * std::abs(12 - static_cast<double>(t % 24));
    y.push_back(1000 + day + (t / 24 % 7 < 5 ? 60 : 0) + level + normal(bits));
  }
  return y;
}

int Walking(double share, double step, std::size_t weeks, const std::vector<int>& seasons) {
  int walking = 0;
  for (unsigned seed = 0; seed < 50; ++seed) walking += LevelWalks(Hours(weeks, share, step, seed), seasons);
  return walking;
}

TEST(LevelWalk, WalksDoAndWhatComesBackDoesNot) {
  EXPECT_GE(Walking(1, 0.5, 12, kDayAndWeek), 40);
  EXPECT_LE(Walking(0.97, 0.5, 12, kDayAndWeek), 8);
  EXPECT_LE(Walking(0.97, 0.5, 52, kDayAndWeek), 1);
  EXPECT_LE(Walking(0, 0.5, 12, kDayAndWeek), 8);
}

TEST(LevelWalk, TooFewOrNoWeeksAndHugeValuesDoNot) {
  EXPECT_EQ(Walking(1, 0.5, 5, kDayAndWeek), 0);
  EXPECT_EQ(Walking(1, 0.5, 12, {24}), 0);
  EXPECT_EQ(Walking(1, 0.5, 12, {24, 100}), 0) << "of which 24 is no part";
  std::vector<double> huge = Hours(12, 1, 0.5, 1);
  for (double& v : huge) v *= v > 1060 ? 1e305 : -1e305;
  EXPECT_FALSE(LevelWalks(huge, kDayAndWeek));
  EXPECT_FALSE(LevelWalks(std::vector<double>(2000, 3.0), kDayAndWeek));
}

// The members of hours with a day whose level keeps `share` of where it was.
std::set<std::string> MembersOf(double share, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  double level = 0;
  for (std::size_t t = 0; t < 480; ++t) {
    level = share * level + normal(bits);
    y.push_back(100 + std::abs(12 - static_cast<double>(t % 24)) + level);
  }
  LocalFitOptions options;
  options.algorithms = {"ets", "theta", "mstl", "mstl:arima"};
  options.seasons = std::vector<int>{24};
  options.horizon = 24;
  options.validate = true;
  options.members_by_season = true;
  std::set<std::string> names;
  const SeriesView series{"a", y, {0, {Step::Unit::kNanosecond, 1}}};
  for (const AlgorithmFit& fit : FitTarget(series, options).fits) names.insert(fit.algorithm);
  return names;
}

TEST(LevelWalk, MembersThatTakeWhatComesBackForOneLeave) {
  std::size_t of_walks = 0;
  std::size_t of_others = 0;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    EXPECT_TRUE(MembersOf(0.8, seed).contains("mstl:arima"));
    of_others += MembersOf(0.8, seed).size();
    of_walks += MembersOf(1, seed).size();
  }
  EXPECT_GE(of_walks, 28U) << "of 32";
  EXPECT_LE(of_others, 14U);
}

}  // namespace
}  // namespace fitd::level_walk_test
