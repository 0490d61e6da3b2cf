#include "common/fit/short_season.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "tests/unit/common/fit/simulated.h"

namespace fitd {
namespace {

constexpr double kQuarters[] = {60, -40, 10, -30};

std::vector<double> Quarters(std::size_t n, double deviation) {
  return Plus(Noise(n, deviation), [](std::size_t t) { return 200 + kQuarters[t % 4]; });
}

TEST(ShortSeason, ShowsFromTwiceOn) {
  for (const std::size_t n : {8U, 9U, 11U, 16U}) EXPECT_TRUE(SeasonShows(Quarters(n, 8), 4)) << n;
  EXPECT_FALSE(SeasonShows(Quarters(7, 8), 4)) << "not twice";
  EXPECT_FALSE(SeasonShows(Quarters(16, 8), 1)) << "none";
  EXPECT_FALSE(SeasonShows(std::vector<double>(16, 5.0), 1));
}

TEST(ShortSeason, DoesNotShowInNoiseAndWalks) {
  std::size_t noise = 0, walks = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::vector<double> y = Noise(11, 3, seed);
    noise += SeasonShows(y, 4) ? 1 : 0;
    for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1];
    walks += SeasonShows(y, 4) ? 1 : 0;
  }
  EXPECT_LT(noise, 12U) << "3 %, of which it has 1";
  EXPECT_EQ(walks, 0U);
}

std::set<std::string> Members(const std::vector<double>& y) {
  LocalFitOptions options;
  options.algorithms = {"ets", "arima", "ces", "theta"};
  options.seasons = std::vector<int>{4};
  options.horizon = 4;
  options.validate = true;
  options.members_by_season = true;
  std::set<std::string> names;
  for (const AlgorithmFit& one : FitTarget({"a", y, {0, {Step::Unit::kMonth, 3}}}, options).fits)
    names.insert(one.algorithm);
  return names;
}

TEST(ShortSeason, MembersThatFoundNoneLeave) {
  EXPECT_EQ(Members(Quarters(10, 2)), (std::set<std::string>{"arima", "ets"})) << "ces and theta found none";
  EXPECT_EQ(Members(Noise(10, 2)).size(), 4U) << "nothing shows";
  EXPECT_EQ(Members(Quarters(12, 2)).size(), 4U) << "held-out values weigh them";
}

}  // namespace
}  // namespace fitd
