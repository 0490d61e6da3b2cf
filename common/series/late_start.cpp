#include "common/series/late_start.h"

#include <algorithm>
#include <cmath>

namespace fitd {
namespace {

constexpr std::size_t kLongest = 6;     // values that may be a late start of sales, or a holiday
constexpr std::size_t kFewestLeft = 7;  // observed
constexpr double kUsualChanges = 3;

double MedianChange(std::span<const double> y) {
  std::vector<double> changes;
  for (std::size_t t = 1; t < y.size(); ++t) {
    const double change = std::abs(y[t] - y[t - 1]);
    if (std::isfinite(change)) changes.push_back(change);
  }
  if (changes.empty()) return 0;
  const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
  std::nth_element(changes.begin(), middle, changes.end());
  return *middle;
}

}  // namespace

std::size_t LateStart(const SeriesView& series, int season) {
  const std::vector<double> observed = ObservedValues(series);
  const std::span<const double> y = observed.empty() ? series.values : std::span<const double>(observed);
  if (y.empty() || std::isnan(y[0])) return 0;
  const double before = y[0];
  const auto own = [&](double v) { return !std::isnan(v) && v != before; };
  const auto first = static_cast<std::size_t>(std::find_if(y.begin(), y.end(), own) - y.begin());
  if (first <= std::max(kLongest, static_cast<std::size_t>(std::max(season, 1)) / 2) || first == y.size()) return 0;
  const std::span<const double> rest = y.subspan(first);
  if (static_cast<std::size_t>(std::count_if(rest.begin(), rest.end(), own)) < kFewestLeft) return 0;
  if (std::find(rest.begin(), rest.end(), before) != rest.end()) return 0;
  if (before == 0) return first;
  const double usual = MedianChange(rest);
  // A tariff stands still for a year, and then for another one. Without a second change nothing says that of a target.
  const auto moves = [&](double v) { return !std::isnan(v) && v != rest[0]; };
  if (!(usual > 0) && std::any_of(rest.begin(), rest.end(), moves)) return 0;
  const double far = kUsualChanges * usual;
  const bool apart = std::none_of(rest.begin(), rest.end(), [&](double v) { return std::abs(v - before) <= far; });
  return apart ? first : 0;
}

StartedSeries::StartedSeries(const SeriesView& series, std::size_t first) : first_(first), view_(series) {
  if (first == 0) return;
  view_.values = series.values.subspan(first);
  view_.grid.start = series.grid.At(static_cast<std::int64_t>(first));
  for (GapRun run : series.filled) {
    if (run.first < first) continue;
    run.first -= static_cast<std::uint32_t>(first);
    filled_.push_back(run);
  }
  view_.filled = filled_;
}

}  // namespace fitd
