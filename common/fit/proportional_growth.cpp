#include "common/fit/proportional_growth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/median.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// By the held-out ends of M3's training parts and by simulated growth: tests/bench/README.md, "Growth by percents".
constexpr double kLeastFactor = 2.5;
constexpr double kClearFactor = 6;
constexpr double kMostLeft = 0.015;
// Of few values; and how far off the line, in standard errors, the last ones may be on average.
constexpr double kFactorOfFew = 3;
constexpr double kMostOff = 3;
// That of a long season: how many times as high, or as low, the later half of the whole ones is as the earlier one, and
// what part of it the change of their spread leaves in logarithms.
struct SeasonGrowth {
  double rise, part;
};
// By simulated weeks, days and hours: tests/bench/README.md, "Long seasons that grow".
constexpr SeasonGrowth kSeasonGrows = {1.05, 1}, kSeasonClearlyGrows = {1.15, 0.5};
// Members that take their season for one that is added.
constexpr std::array<std::string_view, 7> kAdditive = {"mstl",    "mstl:ets", "mstl:arima", "mstl:sarima",
                                                       "profile", "arima",    "ces"};

bool IsIn(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t LagOf(const std::vector<int>& seasons) {
  return seasons.empty() ? 1 : static_cast<std::size_t>(seasons.back());
}

// The median size of the changes over `lag` values.
double UsualChange(std::span<const double> y, std::size_t lag) {
  std::vector<double> changes;
  for (std::size_t t = lag; t < y.size(); ++t) changes.push_back(std::abs(y[t] - y[t - lag]));
  return Median(changes);
}

double LevelOf(std::span<const double> part) {
  std::vector<double> values(part.begin(), part.end());
  return Median(values);
}

std::vector<double> LogsOf(std::span<const double> y) {
  std::vector<double> logs;
  for (const double v : y) logs.push_back(Log(v));
  return logs;
}

// Of how many values a level is taken: those of a season and more.
std::size_t LevelWindow(std::span<const double> y, const std::vector<int>& seasons) {
  return std::max(LagOf(seasons), y.size() / 5);
}

// The logarithm of how many times as large the end is as the beginning.
double LogGrowth(std::span<const double> y, const std::vector<int>& seasons) {
  const std::size_t window = LevelWindow(y, seasons);
  return Log(LevelOf(y.last(window)) / LevelOf(y.first(window)));
}

// What a straight line through the logarithms, and the mean of each place of the season around it, leave of their
// variance.
double LeftByLine(std::span<const double> log, std::size_t season) {
  const auto n = static_cast<double>(log.size());
  const double middle = 0.5 * (n - 1), mean = std::accumulate(log.begin(), log.end(), 0.0) / n;
  double tt = 0, tl = 0, ll = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const double t = static_cast<double>(i) - middle, l = log[i] - mean;
    tt += t * t;
    tl += t * l;
    ll += l * l;
  }
  double left = 0;
  for (std::size_t place = 0; place < season; ++place) {
    double sum = 0, squares = 0, count = 0;
    for (std::size_t i = place; i < log.size(); i += season) {
      const double rest = log[i] - mean - tl / tt * (static_cast<double>(i) - middle);
      sum += rest;
      squares += rest * rest;
      count += 1;
    }
    left += season > 1 ? squares - sum * sum / count : squares;
  }
  return left / ll;
}

// True when the last three values are where a line through the logarithms before them, and the mean of each place of
// the season around it, leads: growth may have come to an end.
bool GoesOn(std::span<const double> log, std::size_t season) {
  constexpr std::size_t last = 3;
  const std::size_t before = log.size() - last;
  const auto n = static_cast<double>(before), k = static_cast<double>(last);
  const double middle = 0.5 * (n - 1);
  const double mean = std::accumulate(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(before), 0.0) / n;
  double tt = 0, tl = 0;
  for (std::size_t i = 0; i < before; ++i) {
    const double t = static_cast<double>(i) - middle;
    tt += t * t;
    tl += t * log[i];
  }
  const auto rest = [&](std::size_t i) { return log[i] - mean - tl / tt * (static_cast<double>(i) - middle); };
  std::vector<double> place(season, 0.0), count(season, 0.0);
  for (std::size_t i = 0; i < before && season > 1; ++i) {
    place[i % season] += rest(i);
    count[i % season] += 1;
  }
  for (std::size_t p = 0; p < season && season > 1; ++p) place[p] /= count[p];
  double squares = 0, off = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const double r = rest(i) - place[i % season];
    if (i < before)
      squares += r * r;
    else
      off += r / k;
  }
  const double freedom = n - 1 - static_cast<double>(season);
  const double ahead = n - 0.5 - middle + 0.5 * (k - 1);  // the middle of the last ones from that of the others
  const double of_places = season > 1 ? static_cast<double>(season) / n / k : 0;
  const double variance = squares / freedom * (1 / k + 1 / n + ahead * ahead / tt + of_places);
  constexpr double kRounding = 1e-9;  // of what grows without noise
  return std::abs(off) < kMostOff * std::sqrt(variance) + kRounding;
}

// By `factor` at least, along a line of logarithms.
bool GrowsAlongLine(std::span<const double> y, const std::vector<int>& seasons, double factor) {
  const std::vector<double> logs = LogsOf(y);
  const std::size_t season = LagOf(seasons);
  return std::abs(LogGrowth(y, seasons)) >= Log(factor) && LeftByLine(logs, season) < kMostLeft && GoesOn(logs, season);
}

bool IsOnLogs(const AlgorithmFit& one) {
  return one.algorithm.starts_with(kOnLogsPrefix) && one.outcome.status == FitStatus::kFitted;
}

// True when all values are positive, and the seasons grow by `least` at least. Their spread is the distances of values
// from their season's median.
bool SeasonGrowsBy(std::span<const double> y, const std::vector<int>& seasons, const SeasonGrowth& least) {
  constexpr std::size_t kFewestSeasons = 3;
  const std::size_t season = LagOf(seasons);
  const std::size_t count = y.size() / season;
  if (count < kFewestSeasons) return false;
  if (std::any_of(y.begin(), y.end(), [](double v) { return !(v > 0); })) return false;
  const std::span<const double> whole = y.last(count * season);
  const std::size_t half = count / 2;
  const auto spreading = [&](std::span<const double> v) {
    const auto spread = [&](std::size_t first) {
      double sum = 0;
      for (std::size_t k = first; k < first + half; ++k) {
        const std::span<const double> one = v.subspan(k * season, season);
        const double level = LevelOf(one);
        for (const double x : one) sum += std::abs(x - level);
      }
      return sum;
    };
    return std::abs(Log(spread(count - half) / spread(0)));
  };
  const double rise = std::abs(Log(LevelOf(whole.last(half * season)) / LevelOf(whole.first(half * season))));
  return rise >= Log(least.rise) && spreading(LogsOf(whole)) < least.part * spreading(whole);
}

}  // namespace

bool IsMemberOnLogs(std::string_view name, bool is_long) {
  return IsIn(is_long ? kLongOnLogs : kOnLogs, name);
}

bool GrowsInProportion(std::span<const double> y, const Step& step, const std::vector<int>& seasons, bool is_long) {
  if (is_long) return SeasonGrowsBy(y, seasons, kSeasonGrows);
  if (step.months() && step.count % kMonthsOfYear == 0) return false;
  const std::size_t lag = LagOf(seasons);
  if (y.size() < std::max(kLeastToGrow, 4 * lag)) return false;
  if (std::any_of(y.begin(), y.end(), [](double v) { return !(v > 0); })) return false;
  if (y.size() < kManyToGrow) return GrowsAlongLine(y, seasons, kFactorOfFew);
  if (std::abs(LogGrowth(y, seasons)) < Log(kLeastFactor)) return false;
  // How much larger changes have become, in the data's unit and in logarithms.
  const auto growth = [&](std::span<const double> v) {
    return std::abs(Log(UsualChange(v.last(v.size() / 2), lag) / UsualChange(v.first(v.size() / 2), lag)));
  };
  return growth(LogsOf(y)) < growth(y);
}

void LeaveWithoutGrowth(std::span<const double> y, bool is_long, TargetFit& fit) {
  if (std::none_of(fit.fits.begin(), fit.fits.end(), IsOnLogs) || y.size() < kManyToGrow) return;
  if (!(is_long ? SeasonGrowsBy(y, fit.seasons, kSeasonClearlyGrows) : GrowsAlongLine(y, fit.seasons, kClearFactor)))
    return;
  std::erase_if(fit.fits, [is_long](const AlgorithmFit& one) {
    if (one.outcome.status != FitStatus::kFitted || IsOnLogs(one)) return false;
    if (is_long) return IsIn(kAdditive, one.algorithm);
    return one.algorithm == kPooledArName || FindAlgorithm(one.algorithm) != nullptr;
  });
}

}  // namespace fitd
