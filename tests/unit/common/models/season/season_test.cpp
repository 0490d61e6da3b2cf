#include "common/models/season/season.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/models/season/spectrum.h"
#include "test_paths.h"
#include "tests/support/awkward_series.h"
#include "tests/support/m3_data.h"

namespace fitd::season_test {
namespace {

using awkward::Seasonal;
using Seasons = std::vector<int>;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

std::vector<double> Sum(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t t = 0; t < a.size(); ++t) a[t] += b[t];
  return a;
}

std::vector<double> RandomWalk(std::size_t n) {
  awkward::Noise draw;
  std::vector<double> y(n);
  double level = 0;
  for (double& v : y) v = level += draw();
  return y;
}

TEST(Season, MonthsAndQuartersHaveTheCalendarsSeasonFromTwoPeriodsOn) {
  const std::vector<double> y = RandomWalk(25);
  EXPECT_EQ(DetectSeasons(y, true, 1), Seasons{12});
  EXPECT_EQ(DetectSeasons(std::span(y).first(24), true, 1), Seasons{});
  EXPECT_EQ(DetectSeasons(y, true, 3), Seasons{4});
  EXPECT_EQ(DetectSeasons(std::span(y).first(8), true, 3), Seasons{});
  EXPECT_EQ(DetectSeasons(y, true, 6), Seasons{2});
  EXPECT_EQ(DetectSeasons(y, true, 12), Seasons{});
  EXPECT_EQ(DetectSeasons(y, true, 5), Seasons{});
}

TEST(Season, HoursHaveDaysAndWeeks) {
  const std::vector<double> day = Seasonal(24 * 7 * 4, 24, 100, 0.01, 10, 5);
  EXPECT_EQ(DetectSeasons(day, false, kHour), Seasons{24});
  const std::vector<double> week = Seasonal(24 * 7 * 4, 168, 0, 0, 10, 0);
  EXPECT_EQ(DetectSeasons(Sum(day, week), false, kHour), (Seasons{24, 168}));
  EXPECT_EQ(DetectSeasons(Sum(RandomWalk(24 * 7 * 8), Seasonal(24 * 7 * 8, 168, 0, 0, 10, 1)), false, kHour),
            Seasons{168});
}

TEST(Season, APureDayIsNotAWeek) {
  EXPECT_EQ(DetectSeasons(Seasonal(24 * 7 * 4, 24, 100, 0, 10, 0), false, kHour), Seasons{24});
}

TEST(Season, DaysHaveWeeksAndYears) {
  EXPECT_EQ(DetectSeasons(Seasonal(70, 7, 100, 0.1, 10, 5), false, kDay), Seasons{7});
  EXPECT_EQ(DetectSeasons(Seasonal(365 * 3, 365, 100, 0, 10, 3), false, kDay), Seasons{365});
}

TEST(Season, MinutesAndSecondsHaveHoursAndDaysInSteps) {
  EXPECT_EQ(DetectSeasons(Seasonal(288 * 6, 288, 100, 0, 10, 5), false, 300 * kSecond), Seasons{288});
  EXPECT_EQ(DetectSeasons(Seasonal(60 * 30, 60, 100, 0, 10, 5), false, kSecond), Seasons{60});
  EXPECT_EQ(DetectSeasons(Seasonal(1440 * 5, 1440, 100, 0, 10, 5), false, 60 * kSecond), Seasons{1440});
}

TEST(Season, FindsOneThatNoCalendarKnows) {
  EXPECT_EQ(DetectSeasons(Seasonal(300, 17, 100, 0, 10, 5), false, kDay), Seasons{17});
  EXPECT_EQ(DetectSeasons(Sum(Seasonal(300, 5, 0, 0, 3, 0), RandomWalk(300)), false, 0), Seasons{5});
  EXPECT_EQ(DetectSeasons(Sum(Seasonal(3000, 50, 0, 0, 30, 0), RandomWalk(3000)), false, 7 * kSecond), Seasons{50});
}

// A job that takes `width` steps every `period` of them, 10 high beside noise of a deviation of about 0.6.
std::vector<double> Recurring(std::size_t n, std::size_t period, std::size_t width, std::size_t phase = 0) {
  awkward::Noise draw;
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t) y[t] = 8 + ((t + phase) % period < width ? 10 : 0) + 0.6 * draw();
  return y;
}

TEST(Season, FindsAJobAtWhateverPeriodItRuns) {
  const std::int64_t minutes = 60 * kSecond;
  struct Case {
    std::int64_t step;
    std::size_t period, width, n;
  };
  const Case cases[] = {{kDay, 10, 1, 200},          {kDay, 15, 2, 400},         {kDay, 28, 1, 300},
                        {kDay, 30, 1, 400},          {kHour, 10, 1, 500},        {kHour, 30, 3, 700},
                        {kHour, 36, 2, 960},         {kHour, 48, 1, 960},        {kHour, 100, 5, 2000},
                        {kHour, 120, 3, 1500},       {15 * minutes, 20, 1, 960}, {15 * minutes, 160, 4, 1600},
                        {10 * minutes, 96, 3, 1008}, {5 * minutes, 48, 1, 1440}, {5 * minutes, 100, 3, 1440},
                        {5 * minutes, 288, 3, 2000}, {15 * minutes, 96, 1, 960}, {minutes, 300, 5, 3000},
                        {7 * kDay, 10, 1, 200},      {kHour, 168, 1, 1500}};
  for (const Case& c : cases) {
    for (const std::size_t phase : {std::size_t{0}, c.period / 3}) {
      EXPECT_EQ(DetectSeasons(Recurring(c.n, c.period, c.width, phase), false, c.step),
                Seasons{static_cast<int>(c.period)})
          << c.period << " of " << c.n << " from " << phase;
    }
  }
}

// 28 times 13 days are 364, 4 times 37 ten minutes are 148.
TEST(Season, FindsAWaveThatRepeatsNearlyWhereTheCalendarDoes) {
  awkward::Noise draw;
  const auto wave = [&](std::size_t n, double period) {
    std::vector<double> y(n);
    for (std::size_t t = 0; t < n; ++t) y[t] = 50 + 10 * std::sin(2 * M_PI * static_cast<double>(t) / period) + draw();
    return y;
  };
  for (const std::size_t n : {760, 900}) EXPECT_EQ(DetectSeasons(wave(n, 13), false, kDay), Seasons{13});
  for (const std::size_t n : {300, 400}) EXPECT_EQ(DetectSeasons(wave(n, 37), false, 600 * kSecond), Seasons{37});
  for (const std::size_t n : {760, 900}) EXPECT_EQ(DetectSeasons(wave(n, 365), false, kDay), Seasons{365});
  for (const std::size_t n : {300, 400}) EXPECT_EQ(DetectSeasons(wave(n, 144), false, 600 * kSecond), Seasons{144});
}

// A week is two of 90 hours less 12, and two of 85 less 2; a day of 5 minutes is nearly 300 of them.
TEST(Season, FindsAClearPeriodThatIsNearlyOneOfTheCalendar) {
  awkward::Noise draw;
  const auto saw = [&](std::size_t n, std::size_t period, std::size_t phase) {
    std::vector<double> y(n);
    for (std::size_t t = 0; t < n; ++t) {
      y[t] = 90.0 * static_cast<double>((t + phase) % period) / static_cast<double>(period) + 0.5 * draw();
    }
    return y;
  };
  struct Case {
    std::size_t n, period;
    std::int64_t step;
  };
  const Case cases[] = {{500, 90, kHour},  {500, 85, kHour},         {450, 80, kHour},           {500, 150, kHour},
                        {550, 168, kHour}, {200, 45, 900 * kSecond}, {1300, 300, 300 * kSecond}, {200, 24, kHour}};
  for (const Case& c : cases) {
    for (const std::size_t phase : {0, 17, 40}) {
      const Seasons found = DetectSeasons(saw(c.n, c.period, phase), false, c.step);
      ASSERT_FALSE(found.empty()) << c.period << " of " << c.n;
      EXPECT_EQ(found.back(), static_cast<int>(c.period)) << c.period << " of " << c.n << " from " << phase;
    }
  }
  for (const std::size_t period : {5, 7, 9, 10, 18}) {
    EXPECT_EQ(DetectSeasons(saw(120, period, 3), true, 1), Seasons{static_cast<int>(period)});
  }
  for (const std::size_t period : {12, 6, 4}) EXPECT_EQ(DetectSeasons(saw(120, period, 3), true, 1), Seasons{12});
}

TEST(Season, OfTheCalendarStandsForItsDivisors) {
  EXPECT_EQ(DetectSeasons(Recurring(500, 6, 1), false, kHour), Seasons{24});
  EXPECT_EQ(DetectSeasons(Seasonal(24 * 7 * 6, 84, 0, 0, 10, 3), false, kHour), Seasons{168});
  const std::vector<double> week = Seasonal(24 * 7 * 6, 168, 0, 0, 10, 1);
  EXPECT_EQ(DetectSeasons(Sum(Recurring(24 * 7 * 6, 24, 2), week), false, kHour), (Seasons{24, 168}));
}

TEST(Season, ShortOnesOfTheCalendarAreRareInNoiseToo) {
  awkward::Noise draw;
  for (const std::int64_t in_hour : {2, 3, 4, 6}) {
    int alarms = 0;
    for (int i = 0; i < 1000; ++i) {
      std::vector<double> y(80);
      for (double& v : y) v = draw() + draw() + draw();
      alarms += DetectSeasons(y, false, kHour / in_hour).empty() ? 0 : 1;
    }
    EXPECT_LT(alarms, 20) << in_hour;
  }
}

TEST(Season, FindsNoneInNoiseWalksConstantsAndHandfuls) {
  for (const std::int64_t step : {std::int64_t{0}, kHour, kDay}) {
    EXPECT_EQ(DetectSeasons(Seasonal(200, 200, 0, 0, 0, 1), false, step), Seasons{});
    EXPECT_EQ(DetectSeasons(RandomWalk(200), false, step), Seasons{});
    EXPECT_EQ(DetectSeasons(std::vector<double>(200, 3.0), false, step), Seasons{});
    EXPECT_EQ(DetectSeasons(Seasonal(200, 200, 0, 1, 0, 0), false, step), Seasons{});
    for (std::size_t n = 0; n < 4; ++n) EXPECT_EQ(DetectSeasons(std::vector<double>(n, 1.0), false, step), Seasons{});
  }
}

TEST(Season, SeesThroughASpikeAnOffsetAndMissingValues) {
  std::vector<double> y = Seasonal(24 * 20, 24, 1e9, 0, 10, 5);
  y[100] = 1e9 + 1e6;
  y[200] = std::nan("");
  EXPECT_EQ(DetectSeasons(y, false, kHour), Seasons{24});
}

TEST(Season, SurvivesAwkwardSeries) {
  for (const auto& [label, y] : awkward::All()) {
    for (const std::int64_t step : {std::int64_t{0}, kHour, kDay}) {
      for (const int season : DetectSeasons(y, false, step)) {
        EXPECT_GT(season, 1) << label;
        EXPECT_LE(5 * static_cast<std::size_t>(season), 4 * y.size()) << label;
      }
    }
  }
}

// Three years of days, three of weeks, four weeks of hours: as rare as they are, noise that is independent from one
// value to the next does not hide them. Half a shift of the level is in two of three periods, and no season.
TEST(Season, ThatIsThereAFewTimesShowsThroughNoise) {
  awkward::Noise draw;
  const auto noisy = [&](std::size_t n, double period, double amplitude) {
    std::vector<double> y(n);
    for (std::size_t t = 0; t < n; ++t) {
      y[t] = 100 + amplitude * std::sin(2 * M_PI * static_cast<double>(t) / period) + draw() + draw() + draw();
    }
    return y;
  };
  int days = 0, weeks = 0, hours = 0, shifted = 0;
  for (int i = 0; i < 50; ++i) {
    days += DetectSeasons(noisy(1200, 365, 2.5), false, kDay) == Seasons{365} ? 1 : 0;
    weeks += DetectSeasons(noisy(170, 52, 2.5), false, 7 * kDay) == Seasons{52} ? 1 : 0;
    hours += DetectSeasons(noisy(24 * 28, 168, 2.5), false, kHour) == Seasons{168} ? 1 : 0;
    std::vector<double> moved = noisy(900, 365, 0);
    for (std::size_t t = 300 + 10 * static_cast<std::size_t>(i); t < moved.size(); ++t) moved[t] += 10;
    shifted += DetectSeasons(moved, false, kDay).empty() ? 0 : 1;
  }
  EXPECT_GE(days, 48);
  EXPECT_GE(weeks, 45);
  EXPECT_GE(hours, 45);
  EXPECT_LE(shifted, 1);
}

TEST(Season, FalseAlarmsAreRare) {
  awkward::Noise draw;
  int alarms = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> y(90);
    double level = 0;
    for (double& v : y) v = (level += draw()) + draw();
    alarms += DetectSeasons(y, false, kDay).empty() ? 0 : 1;
  }
  EXPECT_LT(alarms, 20);
}

TEST(Season, TheDailyStampedSeriesOfM3HaveNearlyNone) {
  const m3::SeriesById series = m3::Read(FITD_SHARED_DIR, "other", "train");
  if (series.empty()) GTEST_SKIP() << "no M3 data below " << FITD_SHARED_DIR;
  int found = 0;
  for (const auto& [id, y] : series) found += DetectSeasons(y, false, kDay).empty() ? 0 : 1;
  EXPECT_LT(found, 10);
}

TEST(Spectrum, TransformOfASineIsOneLine) {
  std::vector<std::complex<double>> x(64);
  for (std::size_t t = 0; t < 64; ++t) x[t] = std::sin(2 * M_PI * 5 * static_cast<double>(t) / 64);
  FourierTransform(x);
  for (std::size_t k = 0; k < 64; ++k) EXPECT_NEAR(std::abs(x[k]), k == 5 || k == 59 ? 32 : 0, 1e-12) << k;
}

TEST(Spectrum, PowerOfARealSeriesIsThatOfTheWholeTransform) {
  for (std::size_t size = 2; size <= 16384; size *= 2) {
    std::vector<double> y;
    for (std::size_t t = 0; t < size - size / 4; ++t) y.push_back(std::sin(0.3 * static_cast<double>(t * t)));
    std::vector<std::complex<double>> z(y.begin(), y.end());
    z.resize(size);
    FourierTransform(z);
    const std::vector<double> power = PowerSpectrum(y, size);
    ASSERT_EQ(power.size(), size / 2 + 1);
    for (std::size_t k = 0; k < power.size(); ++k) {
      ASSERT_NEAR(power[k], std::norm(z[k]), 1e-9 * static_cast<double>(size)) << size << " " << k;
    }
  }
}

TEST(Spectrum, AutocorrelationsOfLongSeriesAreThoseOfDirectSums) {
  const std::vector<double> y = RandomWalk(3000);
  const std::vector<double> fast = Autocorrelation(y, 400);  // above the limit for direct sums
  double mean = 0, variance = 0;
  for (const double v : y) mean += v / 3000;
  for (const double v : y) variance += (v - mean) * (v - mean);
  for (const std::size_t lag : {0U, 1U, 17U, 400U}) {
    double sum = 0;
    for (std::size_t t = lag; t < y.size(); ++t) sum += (y[t] - mean) * (y[t - lag] - mean);
    EXPECT_NEAR(fast[lag], sum / variance, 1e-10);
  }
}

}  // namespace
}  // namespace fitd::season_test
