#include "common/fit/level_walk.h"

#include <cmath>
#include <cstddef>

namespace fitd {
namespace {

// Of the mean of two ratios. Says it of 46 of 60 simulated walks of 8 weeks of hours, of 1 % of 20 hourly loads at ten
// ends of a year, and of 10 % of weathers of two days seen for 8 weeks; 1.3 of 43, none and 6 %. The first ratio alone,
// beyond 1.2, of 45, none and 17 %. MASE of the ensemble of the walks is 0.645 with 1.3.
constexpr double kOfAWalk = 1.25;
constexpr std::size_t kFewestSeasons = 6;

// The mean absolute change over `lag` values.
double MeanChange(std::span<const double> values, std::size_t lag) {
  double sum = 0;
  for (std::size_t t = lag; t < values.size(); ++t) sum += std::abs(values[t] - values[t - lag]);
  return sum / static_cast<double>(values.size() - lag);
}

}  // namespace

bool LevelWalks(std::span<const double> y, const std::vector<int>& seasons) {
  if (seasons.size() < 2 || seasons.back() % seasons.front() != 0) return false;
  const auto shortest = static_cast<std::size_t>(seasons.front());
  const auto longest = static_cast<std::size_t>(seasons.back());
  if (y.size() < kFewestSeasons * longest) return false;
  const std::size_t count = y.size() / shortest;
  const std::span<const double> whole = y.last(count * shortest);
  std::vector<double> means(count, 0.0);
  for (std::size_t t = 0; t < whole.size(); ++t) means[t / shortest] += whole[t] / static_cast<double>(shortest);
  const std::size_t lag = longest / shortest;
  const double next = MeanChange(means, lag);
  const double later = MeanChange(means, 2 * lag) / 2 + MeanChange(means, 3 * lag) / 2;
  return std::isfinite(later) && later > kOfAWalk * next;
}

}  // namespace fitd
