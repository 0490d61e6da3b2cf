#include "common/fit/short_season.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string>

#include "common/fit/member_series.h"
#include "common/models/season/season_shows.h"
#include "tests/unit/common/fit/simulated.h"

namespace fitd::short_season_test {
namespace {

constexpr double kQuarters[] = {60, -40, 10, -30};

std::vector<double> Quarters(std::size_t n, double deviation) {
  return Plus(Noise(n, deviation), [](std::size_t t) { return 200 + kQuarters[t % 4]; });
}

LocalFitOptions OfQuarters() {
  LocalFitOptions options;
  options.algorithms = {"ets", "arima", "ces", "theta"};
  options.seasons = std::vector<int>{4};
  options.horizon = 4;
  options.validate = true;
  options.members_by_season = true;
  return options;
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
  EXPECT_LT(walks, 48U) << "12 %, of which it has 8";
}

TEST(ShortSeason, OneThatIsThereOnceAndAHalfWasThereBefore) {
  std::vector<double> y = Quarters(7, 0);
  for (std::size_t t = 4; t < y.size(); ++t) y[t] += 20;
  EXPECT_EQ(SeasonBefore(y, 4), (std::vector<double>{150})) << "the fourth quarter, less the growth of a year";
  y.pop_back();
  EXPECT_EQ(SeasonBefore(y, 4), (std::vector<double>{190, 150}));
  y.pop_back();
  EXPECT_TRUE(SeasonBefore(y, 4).empty()) << "one value says nothing";
  EXPECT_TRUE(SeasonBefore(Quarters(8, 2), 4).empty()) << "it is there twice";
  EXPECT_TRUE(SeasonBefore(std::vector<double>(7, 5.0), 4).empty());
}

TEST(ShortSeason, NothingWasBeforeNoiseAndWalks) {
  std::size_t noise = 0, walks = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::vector<double> y = Noise(18, 3, seed);
    noise += SeasonBefore(y, 12).empty() ? 0 : 1;
    for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1];
    walks += SeasonBefore(y, 12).empty() ? 0 : 1;
  }
  EXPECT_LT(noise, 20U) << "5 %";
  EXPECT_LT(walks, 40U) << "10 %";
}

TEST(ShortSeason, IsNoTrend) {
  const auto shows = [](std::size_t n, int season, auto trend) { return ShowsInFew(Plus(Noise(n, 3), trend), season); };
  const auto of = [](double share) { return [share](std::size_t t) { return share * static_cast<double>(t); }; };
  for (const std::size_t n : {18U, 24U, 30U}) EXPECT_FALSE(shows(n, 12, of(4))) << n;
  for (const std::size_t n : {250U, 400U}) EXPECT_FALSE(shows(n, 168, of(-3))) << n;
  for (const std::size_t n : {500U, 700U, 900U}) {
    EXPECT_FALSE(shows(n, 365, of(3))) << n;
    EXPECT_FALSE(shows(n, 365, [](std::size_t t) { return 0.01 * static_cast<double>(t * t); })) << n;
    EXPECT_FALSE(shows(n, 365, [](std::size_t t) { return t > 350 ? 400.0 : 0.0; })) << "a step, " << n;
    EXPECT_TRUE(shows(n, 365,
                      [](std::size_t t) {
                        return 3 * static_cast<double>(t) +
                               100 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 365);
                      }))
        << "beside a season it is one still, " << n;
  }
  std::size_t drifts = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::vector<double> y = Noise(700, 3, seed);
    for (std::size_t t = 1; t < y.size(); ++t) y[t] += 1 + y[t - 1];
    drifts += ShowsInFew(y, 365) ? 1 : 0;
  }
  EXPECT_LT(drifts, 10U);
}

TEST(ShortSeason, GrowsWhereItsChangesAreFarFromNone) {
  constexpr double kMonths[] = {6, 9, -3, -8, 2, 5, -7, 8, 0, -4, 3, -11};
  const auto months = [&](std::size_t n, double growth, unsigned seed = 1) {
    return Plus(Noise(n, 2, seed),
                [&](std::size_t t) { return 100 + growth * static_cast<double>(t) + kMonths[t % 12]; });
  };
  for (const std::size_t n : {18U, 24U, 30U}) {
    EXPECT_TRUE(GrowsOverSeason(months(n, 2), 12)) << n;
    EXPECT_TRUE(GrowsOverSeason(months(n, -2), 12)) << n;
    EXPECT_FALSE(IsMemberForShortSeason("profile", months(n, 2), {12})) << n;
    EXPECT_EQ(IsMemberForShortSeason("profile", months(n, 0), {12}), n >= 24) << n;
    EXPECT_EQ(IsMemberForShortSeason("mstl", months(n, 2), {12}), n >= 24) << n;
    for (unsigned seed = 1; seed <= 100; ++seed) EXPECT_FALSE(GrowsOverSeason(months(n, 0, seed), 12)) << n;
  }
  std::vector<double> once = months(15, 2);
  EXPECT_FALSE(GrowsOverSeason(once, 12)) << "three changes say little";
  const std::vector<double> before = SeasonBefore(once, 12);
  once.insert(once.begin(), before.begin(), before.end());
  EXPECT_FALSE(GrowsOverSeason(once, 12)) << "with others that were made up of them";
}

TEST(ShortSeason, GrowsAtSixStandardErrorsWhereItIsPlain) {
  const auto grows = [](std::size_t n, double noise, double season) {
    int count = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
      const auto wave = [&](std::size_t t) {
        return 100 + static_cast<double>(t) + season * std::sin(std::numbers::pi * static_cast<double>(t) / 6);
      };
      count += GrowsOverSeason(Plus(Noise(n, noise, seed), wave), 12) ? 1 : 0;
    }
    return count;
  };
  EXPECT_GE(grows(24, 3, 25), 30) << "about ten standard errors";
  EXPECT_LE(grows(24, 3, 5), 15) << "not plain";
  EXPECT_LE(grows(18, 3, 25), 15) << "six values that follow others";
}

TEST(ShortSeason, IsPlainWhereItExplainsHalf) {
  const auto months = [](std::size_t n, double noise) {
    return Plus(Noise(n, noise),
                [](std::size_t t) { return 20 * std::sin(std::numbers::pi * static_cast<double>(t) / 6); });
  };
  EXPECT_TRUE(IsPlainSeason(months(24, 3), 12));
  EXPECT_FALSE(IsPlainSeason(months(24, 12), 12));
  EXPECT_FALSE(IsPlainSeason(months(23, 3), 12)) << "not twice";
  EXPECT_FALSE(IsPlainSeason(Quarters(10, 2), 4)) << "six values that follow others";
  EXPECT_TRUE(IsPlainSeason(Quarters(11, 2), 4));
}

TEST(ShortSeason, IsFoundWhereNobodyNamesIt) {
  EXPECT_TRUE(ShowsInFew(Quarters(7, 2), 4));
  EXPECT_TRUE(ShowsInFew(Quarters(12, 2), 4));
  EXPECT_FALSE(ShowsInFew(Quarters(13, 2), 4)) << "the test for seasons has enough of it";
  EXPECT_FALSE(ShowsInFew(Quarters(6, 2), 4)) << "two values may be chance";
  std::vector<double> y = Quarters(12, 2);
  y[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(ShowsInFew(y, 4));
}

TEST(ShortSeason, MembersSeeItBeforeAndForecastIt) {
  LocalFitOptions options = OfQuarters();
  const std::vector<double> y = Quarters(7, 2);
  const TargetFit fit = FitTarget({"a", y, {0, {Step::Unit::kMonth, 3}}}, options);
  EXPECT_EQ(fit.season_before, 1U);
  EXPECT_TRUE(fit.validation.actual.empty()) << "what is made up validates nothing";
  for (const AlgorithmFit& one : fit.fits) {
    ASSERT_NE(one.outcome.model.State(kSeasonBefore), nullptr) << one.algorithm;
    EXPECT_EQ(*one.outcome.model.State(kSeasonBefore), (std::vector<double>{1}));
    if (one.algorithm == "arima") continue;  // one that differs from season to season needs more of them
    const Forecast forecast = FindAlgorithm(one.algorithm)->Predict(one.outcome.model, 4, {});
    for (std::size_t h = 0; h < 4; ++h)
      EXPECT_NEAR(forecast.mean[h], 200 + kQuarters[(7 + h) % 4], 20) << one.algorithm;
  }
  options.validate = false;
  EXPECT_EQ(FitTarget({"a", y, {0, {Step::Unit::kMonth, 3}}}, options).season_before, 0U) << "models side by side";
}

std::set<std::string> Members(const std::vector<double>& y) {
  std::set<std::string> names;
  for (const AlgorithmFit& one : FitTarget({"a", y, {0, {Step::Unit::kMonth, 3}}}, OfQuarters()).fits)
    names.insert(one.algorithm);
  return names;
}

TEST(ShortSeason, HasMembersOfItsOwn) {
  const auto members = [](const std::vector<double>& y, const std::vector<int>& seasons) {
    return IsMemberForShortSeason("mstl", y, seasons) && IsMemberForShortSeason("profile", y, seasons);
  };
  EXPECT_TRUE(members(Quarters(8, 2), {4}));
  EXPECT_TRUE(members(Quarters(12, 2), {4}));
  EXPECT_FALSE(members(Quarters(13, 2), {4})) << "more than three times";
  EXPECT_FALSE(members(Noise(12, 2), {4})) << "it does not show";
  EXPECT_FALSE(members(Quarters(64, 2), {32})) << "mstl is a member of a long one always";
  EXPECT_FALSE(members(Quarters(8, 2), {4, 8}));
  EXPECT_FALSE(IsMemberForShortSeason("ets", Quarters(8, 2), {4}));
}

TEST(ShortSeason, MembersThatFoundNoneLeave) {
  EXPECT_EQ(Members(Quarters(10, 2)), (std::set<std::string>{"arima", "ets"})) << "ces and theta found none";
  EXPECT_EQ(Members(Noise(10, 2)).size(), 4U) << "nothing shows";
  EXPECT_EQ(Members(Quarters(16, 2)).size(), 4U) << "held-out values weigh them";
}

// Little is left before what is held out of three seasons, and the test of theta does not pass beside a trend.
TEST(ShortSeason, MembersKnowItFromThreeTimesOn) {
  for (const std::size_t n : {12U, 13U, 15U}) {
    std::vector<double> y = Quarters(n, 2);
    for (std::size_t t = 0; t < n; ++t) y[t] += 3 * static_cast<double>(t);
    const TargetFit fit = FitTarget({"a", y, {0, {Step::Unit::kMonth, 3}}}, OfQuarters());
    EXPECT_GE(fit.fits.size(), 2U) << n;
    for (const AlgorithmFit& one : fit.fits) {
      const Forecast forecast = FindAlgorithm(one.algorithm)->Predict(one.outcome.model, 4, {});
      for (std::size_t h = 0; h < 4; ++h) {
        const double expected = 200 + kQuarters[(n + h) % 4] + 3 * static_cast<double>(n + h);
        EXPECT_NEAR(forecast.mean[h], expected, 25) << one.algorithm << ' ' << one.outcome.model.spec << ", " << n;
      }
    }
  }
}

TEST(ShortSeason, OneThatIsNamedNeedsLess) {
  std::size_t shows = 0, named = 0, noise = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const std::vector<double> y = Plus(Noise(16, 5, seed), [](std::size_t t) {
      return 100 + 15 * std::sin(std::numbers::pi * static_cast<double>(t) / 6);
    });
    shows += SeasonBefore(y, 12).empty() ? 0 : 1;
    named += SeasonBefore(y, 12, true).empty() ? 0 : 1;
    noise += SeasonBefore(Noise(16, 5, seed), 12, true).empty() ? 0 : 1;
  }
  EXPECT_LT(shows, named);
  EXPECT_GT(named, 130U) << "of 200, of which it has 148";
  EXPECT_LT(noise, 120U);
}

// Hours of days whose weekends are lower, from a Monday on.
std::vector<double> Week(std::size_t n, double weekend, unsigned seed = 1) {
  return Plus(Noise(n, 6, seed), [&](std::size_t t) {
    const double day = 100 + 40 * std::sin(2 * std::numbers::pi * static_cast<double>(t % 24) / 24);
    return day * (t / 24 % 7 >= 5 ? weekend : 1);
  });
}

// One day of a week is held out, which was like the day before; the next one is not.
TEST(LongestSeason, OfTwoWeeksLeavesThoseThatDoNotKnowIt) {
  LocalFitOptions options;
  options.algorithms = {"ets", "ces", "theta", "mstl", "mstl:arima"};
  options.seasons = std::vector<int>{24, 168};
  options.horizon = 24;
  options.validate = true;
  options.members_by_season = true;
  const auto members = [&](const std::vector<double>& y) {
    std::set<std::string> names;
    const SeriesView series{"a", y, {0, {Step::Unit::kNanosecond, 1}}};
    for (const AlgorithmFit& fit : FitTarget(series, options).fits) names.insert(fit.algorithm);
    return names;
  };
  for (const std::size_t days : {14U, 20U}) {
    const std::set<std::string> left = members(Week(days * 24, 0.6));
    EXPECT_TRUE(left.contains("mstl") && left.contains("mstl:arima")) << days;
    EXPECT_FALSE(left.contains("ets") || left.contains("ces")) << days;
    EXPECT_TRUE(members(Week(days * 24, 1)).contains("ces")) << days << ", no day is another";
  }
  EXPECT_FALSE(LongestSeasonShows(Week(335, 0.6), {24, 168}, 24)) << "not twice";
  EXPECT_FALSE(LongestSeasonShows(Week(336, 0.6), {168}, 24)) << "nothing to compare with";
}

TEST(LongestSeason, ShowsHoweverOftenItIsThereAndOverItsHorizon) {
  for (const int horizon : {1, 24, 100, 168, 400}) {
    EXPECT_TRUE(LongestSeasonShows(Week(840, 0.6), {24, 168}, horizon)) << horizon;
    EXPECT_FALSE(LongestSeasonShows(Week(840, 1), {24, 168}, horizon)) << horizon;
  }
  // A year of 365 days is no whole weeks, and moves little within one.
  const std::vector<double> year = Plus(Noise(1095, 10, 4), [](std::size_t t) {
    return (t % 7 < 5 ? 100.0 : 50.0) + 30 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 365.25);
  });
  EXPECT_FALSE(LongestSeasonShows(year, {7, 365}, 7));
  for (const int horizon : {90, 180, 364, 365}) EXPECT_TRUE(LongestSeasonShows(year, {7, 365}, horizon)) << horizon;
}

TEST(LongestSeason, DoesNotShowInNoiseAndWalks) {
  int walks = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::vector<double> y = Week(336, 1, seed);
    EXPECT_FALSE(LongestSeasonShows(y, {24, 168}, 24)) << seed;
    double walk = 0;
    const std::vector<double> steps = Noise(336, 5, seed + 1000);
    for (std::size_t t = 0; t < y.size(); ++t) y[t] += walk += steps[t];
    walks += LongestSeasonShows(y, {24, 168}, 24) ? 1 : 0;
  }
  EXPECT_LT(walks, 3) << "3 %, of which it has 1";
}

}  // namespace
}  // namespace fitd::short_season_test
