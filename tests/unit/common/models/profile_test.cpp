#include "common/models/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <vector>

#include "common/models/base/filter.h"
#include "tests/support/awkward_series.h"

namespace fitd::profile_test {
namespace {

using awkward::Seasonal;

// A week of hours, off which the series drifts and comes back: an autoregression with that share of an hour.
std::vector<double> Week(std::size_t n, double share, double noise, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y = Seasonal(n, 24, 100, 0, 10, 0);
  const std::vector<double> week = Seasonal(n, 168, 0, 0, 6, 0);
  double off = 0;
  for (std::size_t t = 0; t < n; ++t) {
    off = share * off + noise * normal(bits);
    y[t] += week[t] + off;
  }
  return y;
}

const std::vector<int> kSeasons = {24, 168};

TEST(Profile, RepeatsAWeekThatIsAlwaysTheSame) {
  const std::vector<double> y = Week(168 * 5, 0, 0, 1);
  const FitOutcome outcome = FindAlgorithm("profile")->Fit({.y = y, .seasons = kSeasons, .horizon = 168});
  ASSERT_EQ(outcome.status, FitStatus::kFitted) << outcome.reason;
  EXPECT_EQ(outcome.model.spec, "[24,168]");
  const Forecast f = FindAlgorithm("profile")->Predict(outcome.model, 168, {});
  for (std::size_t h = 0; h < 168; ++h) EXPECT_NEAR(f.mean[h], y[h], 1e-9) << h;
}

TEST(Profile, ForgetsHowFarTheLastHoursWereOff) {
  std::vector<double> y = Week(168 * 20, 0.97, 1, 2);
  for (std::size_t t = y.size() - 24; t < y.size(); ++t) y[t] += 50;
  const Algorithm& profile = *FindAlgorithm("profile");
  const FitOutcome outcome = profile.Fit({.y = y, .seasons = kSeasons, .horizon = 168});
  const Forecast f = profile.Predict(outcome.model, 168, {});
  const std::vector<double> usual = Week(168, 0, 0, 1);
  EXPECT_GT(f.mean[0] - usual[0], 20);
  EXPECT_LT(f.mean[100] - usual[100], 0.5 * (f.mean[0] - usual[0]));
}

TEST(Profile, IntervalsCoverWhatTheyPromiseAtNearAndFarSteps) {
  const Algorithm& profile = *FindAlgorithm("profile");
  constexpr std::size_t kLength = 168 * 12, kHorizon = 168;
  const std::vector<double> levels = {80, 95};
  double near = 0, far = 0, inside[2] = {0, 0}, count = 0;
  for (unsigned series = 0; series < 40; ++series) {
    const std::vector<double> y = Week(kLength + kHorizon, 0.95, 1, 100 + series);
    const FitOutcome outcome =
        profile.Fit({.y = std::span(y).first(kLength), .seasons = kSeasons, .horizon = kHorizon});
    const Forecast f = profile.Predict(outcome.model, kHorizon, levels);
    for (std::size_t h = 0; h < kHorizon; ++h, ++count) {
      for (std::size_t l = 0; l < 2; ++l) {
        inside[l] += y[kLength + h] >= f.intervals[l].lo[h] && y[kLength + h] <= f.intervals[l].hi[h];
      }
    }
    near += f.intervals[0].hi[0] - f.intervals[0].lo[0];
    far += f.intervals[0].hi[100] - f.intervals[0].lo[100];
  }
  EXPECT_NEAR(100 * inside[0] / count, 80, 5);
  EXPECT_NEAR(100 * inside[1] / count, 95, 5);
  EXPECT_GT(far, 1.5 * near);
}

TEST(Profile, TakesTheLongestSeasonThatIsHeldTwiceAndHoldsTheShorterOnes) {
  const Algorithm& profile = *FindAlgorithm("profile");
  const auto spec = [&](std::size_t n, const std::vector<int>& seasons) {
    const std::vector<double> y = Seasonal(n, 7, 10, 0, 3, 1);
    return profile.Fit({.y = y, .seasons = seasons}).model.spec;
  };
  EXPECT_EQ(spec(400, {7, 365}), "[7]") << "too short for a year, and a week has no place in one";
  EXPECT_EQ(spec(800, {7, 365}), "[7]");
  EXPECT_EQ(spec(800, {7, 364}), "[7,364]");
  EXPECT_EQ(spec(13, {7}), "");
  EXPECT_EQ(spec(60, {}), "");
}

TEST(Profile, ARefitKeepsTheSeasons) {
  const Algorithm& profile = *FindAlgorithm("profile");
  const std::vector<double> y = Week(168 * 6, 0.9, 1, 3);
  const FitOutcome first = profile.Fit({.y = y, .seasons = kSeasons, .horizon = 24});
  const std::vector<double> shorter(y.begin(), y.end() - 168);
  EXPECT_EQ(profile.Fit({.y = shorter, .seasons = {}, .horizon = 24, .like = &first.model}).model.spec, "[24,168]");
}

// Hours of a week that is always the same, on days that change with the time of the year, each with its own weather.
std::vector<double> WeekOfWeather(std::size_t n, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<double> normal;
  const std::vector<double> day = Seasonal(n, 24, 0, 0, 20, 0);
  const std::vector<double> week = Seasonal(n, 168, 100, 0, 6, 0);
  double weather = 0;
  std::vector<double> y = week;
  for (std::size_t t = 0; t < n; ++t) {
    if (t % 24 == 0) weather = 0.7 * weather + 5 * normal(bits);
    const double year = std::sin(2 * 3.141592653589793 * static_cast<double>(t) / 4380);
    y[t] += (1 + 0.8 * year) * day[t] + weather + normal(bits);
  }
  return y;
}

TEST(Profile, AWeekOfWeatherHasADayThatFollowsItAndAWeekThatDoesNot) {
  const Algorithm& profile = *FindAlgorithm("profile");
  constexpr std::size_t kLength = 168 * 20, kWeek = 168;
  double error = 0;
  double by_last_week = 0;
  std::size_t days = 0;
  for (unsigned seed = 0; seed < 30; ++seed) {
    const std::vector<double> y = WeekOfWeather(kLength + kWeek, 50 + seed);
    const FitOutcome outcome = profile.Fit({.y = std::span(y).first(kLength), .seasons = kSeasons, .horizon = kWeek});
    days += outcome.model.State("day") != nullptr;
    const Forecast f = profile.Predict(outcome.model, kWeek, {});
    for (std::size_t h = 0; h < kWeek; ++h) {
      error += std::abs(y[kLength + h] - f.mean[h]);
      by_last_week += std::abs(y[kLength + h] - y[kLength + h - kWeek]);
    }
  }
  EXPECT_GT(days, 25U);
  EXPECT_LT(error, 0.79 * by_last_week) << "0.76; 0.81 without a day";
}

TEST(Profile, ADayBesideItMovesOnAlikeInOnePieceAndInMany) {
  const Algorithm& profile = *FindAlgorithm("profile");
  const std::vector<double> y = WeekOfWeather(168 * 12, 7);
  const FitOutcome outcome = profile.Fit({.y = std::span(y).first(168 * 10), .seasons = kSeasons, .horizon = 168});
  ASSERT_NE(outcome.model.State("day"), nullptr);
  std::vector<double> after(y.begin() + 168 * 10, y.end());
  after[5] = after[30] = NAN;
  const Result<Model> at_once = Advance(profile, outcome.model, after);
  ASSERT_TRUE(at_once.ok());
  Model model = outcome.model;
  for (std::size_t first = 0; first < after.size(); first += 7) {
    const std::size_t count = std::min<std::size_t>(7, after.size() - first);
    std::vector<Innovation> innovations;
    const double next = profile.Predict(model, 1, {}).mean[0];
    const Result<Model> moved = Advance(profile, model, std::span(after).subspan(first, count), &innovations);
    ASSERT_TRUE(moved.ok());
    EXPECT_DOUBLE_EQ(innovations[0].expected, next);
    model = moved.value();
  }
  for (const char* state : {"season", "day", "level"}) EXPECT_EQ(*model.State(state), *at_once.value().State(state));
  // The fit of the whole is what the filter comes to: the same rates and, where nothing is missing, the same places.
  const std::vector<double> whole(y.begin() + 168 * 10, y.end());
  const Model followed = Advance(profile, outcome.model, whole).value();
  const FitOutcome again = profile.Fit({.y = y, .seasons = kSeasons, .horizon = 168});
  ASSERT_EQ(again.model.Parameter("day-rate"), outcome.model.Parameter("day-rate"));
  ASSERT_EQ(again.model.Parameter("rate"), outcome.model.Parameter("rate"));
  ASSERT_EQ(again.model.Parameter("memory"), outcome.model.Parameter("memory"));
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_NEAR((*again.model.State("day"))[i], (*followed.State("day"))[i], 1e-9) << i;
  }
  EXPECT_NEAR(again.model.State("level")->front(), followed.State("level")->front(), 1e-9);
}

TEST(Profile, IsSoundOnAwkwardSeries) {
  awkward::ExpectSoundOnAll(*FindAlgorithm("profile"));
}

}  // namespace
}  // namespace fitd::profile_test
