#include "common/fit/outlier_patch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "common/fit/local_fit.h"
#include "common/fit/prior_fit.h"
#include "tests/unit/common/fit/prior_of.h"
#include "tests/unit/common/fit/simulated.h"

namespace fitd::outlier_patch_test {
namespace {

constexpr int kHorizon = 12;

std::vector<double> Days(std::size_t n, double deviation = 4) {
  return Plus(Noise(n, deviation),
              [](std::size_t t) { return 100 + 20 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 24); });
}

std::vector<double> Level(std::size_t n) {
  return Plus(Noise(n, 4), [](std::size_t) { return 100.0; });
}

std::vector<double> With(std::vector<double> y, std::size_t first, std::size_t count, double value = 0) {
  std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(first), count, value);
  return y;
}

std::vector<GapRun> Find(const std::vector<double>& y, const std::vector<int>& seasons = {}, int horizon = kHorizon) {
  return FindOutlierPatches(y, seasons, horizon);
}

std::vector<GapRun> One(std::uint32_t first, std::uint32_t count) {
  return {{first, count}};
}

TEST(OutlierPatch, IsFoundWhereItIs) {
  for (const std::uint32_t first : {20U, 100U, 190U}) {
    for (const std::uint32_t count : {2U, 5U, 8U}) {
      EXPECT_EQ(Find(With(Level(200), first, count)), One(first, count)) << first << ", " << count;
      EXPECT_EQ(Find(With(Level(200), first, count, 190)), One(first, count)) << first << ", " << count;
    }
  }
}

TEST(OutlierPatch, MayBeOneValueThatIsFarOff) {
  for (const std::uint32_t at : {20U, 150U, 197U, 198U}) {
    for (const double value : {0.0, 160.0, 1200.0}) {
      EXPECT_EQ(Find(With(Level(200), at, 1, value)), One(at, 1)) << at << ", " << value;
      std::vector<double> raised = With(Level(200), at, 1, value);
      for (double& v : raised) v += 1e6;
      EXPECT_EQ(Find(raised), One(at, 1)) << "whatever zero is";
    }
  }
  EXPECT_EQ(Find(With(Days(336), 300, 1, 300), {24}, 24), One(300, 1));
}

TEST(OutlierPatch, IsFoundOnWhatGrows) {
  for (const std::uint32_t at : {30U, 56U, 58U}) {
    for (const double slope : {1.0, 3.0, -2.0}) {
      std::vector<double> y = Plus(Noise(60, 4), [&](std::size_t t) { return 500 + slope * static_cast<double>(t); });
      EXPECT_TRUE(Find(y).empty());
      for (const double more : {80.0, -240.0, 4000.0}) {
        std::vector<double> wild = y;
        wild[at] += more;
        EXPECT_EQ(Find(wild), One(at, 1)) << at << ", " << slope << ", " << more;
      }
    }
  }
  std::vector<double> y = Plus(Noise(84, 0.02), [](std::size_t t) {
    return 0.02 * static_cast<double>(t) + 0.1 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 12);
  });
  for (double& v : y) v = 200 * std::exp(v);
  EXPECT_TRUE(Find(y, {12}).empty());
  for (const double times : {0.5, 1.8}) {
    std::vector<double> wild = y;
    wild[82] *= times;
    EXPECT_EQ(Find(wild, {12}), One(82, 1)) << times;
  }
}

TEST(OutlierPatch, IsFoundInASeason) {
  for (const std::uint32_t first : {60U, 200U, 321U}) {
    EXPECT_EQ(Find(With(Days(336), first, 8), {24}, 24), One(first, 8)) << first;
    EXPECT_EQ(Find(With(Days(336), first, 8), {24, 168}, 24), One(first, 8)) << "a week is there twice only";
  }
}

// A pandemic of half a year in five of months: each part of a season has been seen four other times only.
TEST(OutlierPatch, MayBeMostOfASeasonAndAPartOfWhatIsUsual) {
  for (const std::uint32_t count : {3U, 6U, 9U}) {
    std::vector<double> y = Plus(Noise(60, 0.07), [](std::size_t t) {
      return 4 + 0.3 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 12);
    });
    for (std::size_t t = 0; t < y.size(); ++t) y[t] = std::exp(y[t]) * (t >= 40 && t < 40 + count ? 0.4 : 1);
    EXPECT_EQ(Find(y, {12}), One(40, count)) << count;
  }
}

TEST(OutlierPatch, HasOneValueOnTheWayAtEitherEnd) {
  // Not of zeros, which lie so far off on logarithms that all others are ordinary beside them.
  std::vector<double> y = With(Level(200), 150, 6, 40);
  y[149] = 80;
  y[156] = 82;
  EXPECT_EQ(Find(y), One(150, 6));
  y[148] = 60;
  EXPECT_TRUE(Find(y).empty()) << "a fall of several values is no outage";
}

TEST(OutlierPatch, IsNoneWhereTheSeriesIsLikeThat) {
  EXPECT_TRUE(Find(Level(200)).empty());
  EXPECT_TRUE(Find(Days(336), {24}, 24).empty());
  EXPECT_TRUE(Find(With(Level(200), 150, 1, 140)).empty()) << "one value of ten deviations";
  EXPECT_TRUE(Find(With(Level(200), 199, 1)).empty()) << "one that may be a new level";
  EXPECT_TRUE(Find(With(Level(200), 150, 13)).empty()) << "long";
  EXPECT_TRUE(Find(With(Level(200), 194, 6)).empty()) << "not over";
  EXPECT_TRUE(Find(With(Level(200), 193, 6)).empty()) << "one value says nothing";
  EXPECT_TRUE(Find(With(Level(200), 0, 6)).empty()) << "not begun";
  EXPECT_TRUE(Find(With(Level(200), 150, 5, 88)).empty()) << "three deviations";
  EXPECT_TRUE(Find(With(Level(35), 20, 3)).empty()) << "few values";
  EXPECT_TRUE(Find(With(std::vector<double>(200, 100.0), 150, 5)).empty()) << "no spread to judge by";
  std::vector<double> shifted = Plus(Level(200), [](std::size_t t) { return t < 150 ? 0.0 : 60.0; });
  EXPECT_TRUE(Find(shifted).empty()) << "a level that moved";
  std::vector<double> beside = With(With(Level(200), 150, 5, 40), 158, 1, 60);
  EXPECT_TRUE(Find(beside).empty()) << "more of it nearby";
}

TEST(OutlierPatch, MayBeAZeroTheFirstValueOrBesideALowerPeak) {
  std::vector<double> y = Plus(Noise(60, 0.1), [](std::size_t t) {
    return 5 + 0.4 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 12);
  });
  for (double& v : y) v = std::exp(v);
  EXPECT_TRUE(Find(y, {12}).empty());
  for (const double value : {0.0, 1.0}) EXPECT_EQ(Find(With(y, 40, 1, value), {12}), One(40, 1)) << value;
  EXPECT_EQ(Find(With(y, 0, 1, 2000), {12}), One(0, 1));
  EXPECT_EQ(Find(With(With(y, 20, 1, 400), 45, 1, 3000), {12}), One(45, 1));
  for (const std::size_t n : {24U, 30U, 40U}) {
    const std::vector<double> few(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_TRUE(Find(few, {12}).empty()) << n;
    EXPECT_EQ(Find(With(few, 15, 1, 1), {12}), One(15, 1)) << n;
  }
  std::vector<double> counts;
  for (std::size_t t = 0; t < 72; ++t) counts.push_back(static_cast<double>((t * t + 3 * t) % 7 % 4));
  EXPECT_TRUE(Find(counts, {}, 6).empty());
}

TEST(OutlierPatch, OftenIsAHabit) {
  std::vector<double> y = Level(240);
  for (std::size_t k = 0; k < 5; ++k) {
    y = With(y, 30 + 45 * k, 4);
    EXPECT_EQ(Find(y).size(), k + 1) << "one in four horizons";
  }
  EXPECT_TRUE(Find(With(y, 235, 1)).empty()) << "single ones count";
  EXPECT_EQ(Find(With(Level(100), 50, 4), {}, 26), One(50, 4)) << "once it may be in any";
  EXPECT_TRUE(Find(With(With(Level(100), 50, 4), 80, 1), {}, 26).empty()) << "twice in less than eight horizons";
}

TEST(OutlierPatch, ThatComesAgainIsASeason) {
  const auto peaks = [](std::vector<std::size_t> at, std::size_t count, std::size_t n, double height) {
    std::vector<double> y = Level(n);
    for (const std::size_t first : at) y = With(std::move(y), first, count, height);
    return y;
  };
  const std::vector<double> christmas = peaks({45, 97}, 3, 140, 220);  // weeks
  EXPECT_EQ(Find(christmas, {52}), std::vector<GapRun>());
  int recurs = 0;
  EXPECT_EQ(FindOutlierPatches(christmas, {}, kHorizon, 52, &recurs), std::vector<GapRun>()) << "the calendar's year";
  EXPECT_EQ(recurs, 52);
  EXPECT_EQ(FindOutlierPatches(christmas, {}, kHorizon).size(), 2U) << "nobody knows of a year";
  EXPECT_EQ(FindOutlierPatches(peaks({45, 97}, 3, 140, 0), std::vector<int>{52}, kHorizon), std::vector<GapRun>())
      << "nor a closed week";
  std::vector<double> both = peaks({45}, 3, 140, 220);
  both = With(std::move(both), 97, 3, 0);
  EXPECT_EQ(Find(both, {52}).size(), 2U) << "one up, one down";
  EXPECT_EQ(Find(peaks({45, 110}, 3, 140, 220), {52}).size(), 2U) << "no year apart";
  const std::vector<double> friday = peaks({327, 698}, 4, 1000, 220);  // 371 days apart
  EXPECT_EQ(FindOutlierPatches(friday, std::vector<int>{7, 365}, 28, 365, &recurs), std::vector<GapRun>());
  EXPECT_EQ(recurs, 365);
}

TEST(OutlierPatch, IsNotFoundInWalksAndWaves) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::vector<double> walk = Noise(150, 3, seed);
    for (std::size_t t = 1; t < walk.size(); ++t) walk[t] += (seed % 2 == 0 ? 1 : 0.9) * walk[t - 1];
    EXPECT_TRUE(Find(walk).empty()) << seed;
  }
  EXPECT_TRUE(Find(Days(336, 1), {}, 24).empty()) << "a season that nobody named";
}

TEST(OutlierPatch, StandsNextToMissingValuesAndHugeOnes) {
  std::vector<double> y = With(Level(200), 150, 6);
  y[100] = std::numeric_limits<double>::quiet_NaN();
  y[153] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Find(y).size(), 1U);
  for (double& v : y) v *= 1e306;
  EXPECT_LE(Find(y).size(), 1U) << "sums overflow";
}

// Members of a combination are fitted as if it were missing, and say so; a single model is fitted to what there is.
TEST(OutlierPatch, IsMissingToMembers) {
  const std::vector<double> y = With(Days(336), 315, 8);
  const SeriesView series{"a", y, {0, {Step::Unit::kNanosecond, 1}}};
  LocalFitOptions options;
  options.algorithms = {"ets"};
  options.seasons = std::vector<int>{24};
  options.horizon = 24;
  const TargetFit alone = FitTarget(series, options);
  EXPECT_EQ(alone.outlier_patches, 0U);
  EXPECT_EQ(alone.fits[0].outcome.model.State("outlier_patches"), nullptr);
  options.validate = true;
  const TargetFit member = FitTarget(series, options);
  EXPECT_EQ(member.outlier_patches, 1U);
  const Model& model = member.fits[0].outcome.model;
  ASSERT_NE(model.State("outlier_patches"), nullptr);
  EXPECT_EQ(*model.State("outlier_patches"), (std::vector<double>{315, 8}));
  EXPECT_LT(std::sqrt(model.criteria.sigma2), 0.5 * std::sqrt(alone.fits[0].outcome.model.criteria.sigma2));
  ASSERT_EQ(member.validation.actual.size(), 24U);
  for (std::size_t h = 0; h < 24; ++h) {
    EXPECT_EQ(std::isnan(member.validation.actual[h]), h >= 3 && h < 11) << "nobody is judged by it: " << h;
  }
  EXPECT_EQ(member.traits.lowest, 0) << "the floor is of what was seen";
}

TEST(OutlierPatch, IsSelectedAnewWhenItIsOver) {
  const std::vector<double> y = With(Days(360), 315, 8);
  const TimeGrid grid{0, {Step::Unit::kNanosecond, 1}};
  LocalFitOptions options;
  options.algorithms = {"ets", "theta"};
  options.seasons = std::vector<int>{24};
  options.horizon = 24;
  options.validate = true;
  const auto fitted = [&](std::size_t n) { return PriorOf(std::span(y).first(n), options); };
  const PriorFit before = fitted(320);
  ASSERT_EQ(before.record.outlier_patches, 0U);
  const TargetFit over = RefitTarget({"a", y, grid}, before, options);
  EXPECT_EQ(over.outlier_patches, 1U);
  EXPECT_EQ(over.refits, 0U);
  EXPECT_EQ(RefitTarget({"a", y, grid}, fitted(350), options).refits, 1U) << "one that is known is no new one";
}

}  // namespace
}  // namespace fitd::outlier_patch_test
