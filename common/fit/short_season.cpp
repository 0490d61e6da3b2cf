#include "common/fit/short_season.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "common/models/numeric/median.h"

namespace fitd {
namespace {

constexpr double kShows = 0.7;

double MeanChange(std::span<const double> y, std::size_t lag) {
  double sum = 0;
  for (std::size_t t = lag; t < y.size(); ++t) sum += std::abs(y[t] - y[t - lag]);
  return sum / static_cast<double>(y.size() - lag);
}

}  // namespace

bool SeasonShows(std::span<const double> y, int season) {
  const auto m = static_cast<std::size_t>(std::max(season, 1));
  if (m == 1 || y.size() < 2 * m) return false;
  std::vector<double> scratch(y.begin(), y.end());
  const double median = Median(scratch);
  double around = 0;
  for (const double v : y) around += std::abs(v - median) / static_cast<double>(y.size());
  return MeanChange(y, m) <= kShows * std::min(MeanChange(y, 1), around);
}

void LeaveWithoutShortSeason(std::span<const double> y, bool (*knows_season)(const Model&), TargetFit& fit) {
  const int season = MainSeason(fit.seasons);
  if (HoldOut(y.size(), season, fit.horizon) > 0 || !SeasonShows(y, season)) return;
  const auto found = [&](const AlgorithmFit& one, bool it) {
    return one.outcome.status == FitStatus::kFitted && knows_season(one.outcome.model) == it;
  };
  const auto begin = fit.fits.begin(), end = fit.fits.end();
  if (std::none_of(begin, end, [&](const AlgorithmFit& one) { return found(one, true); })) return;
  std::erase_if(fit.fits,
                [&](const AlgorithmFit& one) { return found(one, false) && FindAlgorithm(one.algorithm) != nullptr; });
}

}  // namespace fitd
