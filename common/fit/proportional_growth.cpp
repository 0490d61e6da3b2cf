#include "common/fit/proportional_growth.h"

#include <algorithm>
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

bool GrowsClearly(std::span<const double> y, const std::vector<int>& seasons) {
  return std::abs(LogGrowth(y, seasons)) >= Log(kClearFactor) && LeftByLine(LogsOf(y), LagOf(seasons)) < kMostLeft;
}

}  // namespace

bool GrowsInProportion(std::span<const double> y, const Step& step, const std::vector<int>& seasons) {
  if (step.months() && step.count % kMonthsOfYear == 0) return false;
  const std::size_t lag = LagOf(seasons);
  if (y.size() < std::max(kLeastToGrow, 4 * lag)) return false;
  if (std::any_of(y.begin(), y.end(), [](double v) { return !(v > 0); })) return false;
  if (std::abs(LogGrowth(y, seasons)) < Log(kLeastFactor)) return false;
  // How much larger changes have become, in the data's unit and in logarithms.
  const auto growth = [&](std::span<const double> v) {
    return std::abs(Log(UsualChange(v.last(v.size() / 2), lag) / UsualChange(v.first(v.size() / 2), lag)));
  };
  return growth(LogsOf(y)) < growth(y);
}

void LeaveWithoutGrowth(std::span<const double> y, TargetFit& fit) {
  const auto on_logs = [](const AlgorithmFit& one) {
    return one.algorithm.starts_with(kOnLogsPrefix) && one.outcome.status == FitStatus::kFitted;
  };
  if (std::none_of(fit.fits.begin(), fit.fits.end(), on_logs) || !GrowsClearly(y, fit.seasons)) return;
  std::erase_if(fit.fits, [&](const AlgorithmFit& one) {
    const bool ours = one.algorithm == kPooledArName || FindAlgorithm(one.algorithm) != nullptr;
    return ours && one.outcome.status == FitStatus::kFitted && !on_logs(one);
  });
}

}  // namespace fitd
