#include "common/series/local_clock.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "common/time_units.h"

namespace fitd {

bool FollowsClock(const Step& step) {
  return step.unit == Step::Unit::kNanosecond && step.count >= kNsPerMinute && step.count <= kNsPerHour &&
         kNsPerHour % step.count == 0;
}

std::shared_ptr<const TimeZone> FindPlace(const std::string& zone) {
  if (zone.empty() || IsFoundZone(zone)) return nullptr;
  thread_local std::pair<std::string, std::shared_ptr<const TimeZone>> found;  // all targets of a run have one zone
  if (found.first != zone) {
    Result<std::shared_ptr<const TimeZone>> place = TimeZone::Find(zone);
    found = {zone, place.ok() && (*place)->is_place() ? *place : nullptr};
  }
  return found.second;
}

std::vector<double> OnClockFrom(const TimeGrid& grid, std::span<const double> values, const std::string& zone) {
  std::vector<double> seen;
  const std::shared_ptr<const TimeZone> place = FollowsClock(grid.step) ? FindPlace(zone) : nullptr;
  if (place == nullptr) return {values.begin(), values.end()};
  StepsAhead steps(place, grid.step, grid.At(-1));
  std::int64_t ahead = 0;
  std::int64_t again = 0;  // values of the hour that is shown once more
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t now = steps.At(grid.At(static_cast<std::int64_t>(i)));
    for (; ahead < now; ++ahead) seen.push_back(std::numeric_limits<double>::quiet_NaN());
    again += ahead - now;
    ahead = now;
    if (again > 0) {
      --again;
    } else {
      seen.push_back(values[i]);
    }
  }
  return seen;
}

LocalClockSeries::LocalClockSeries(const SeriesView& series, const std::string& zone) : view_(series) {
  const TimeGrid& grid = series.grid;
  const auto n = static_cast<std::int64_t>(series.values.size());
  const std::shared_ptr<const TimeZone> place = n > 1 && FollowsClock(grid.step) ? FindPlace(zone) : nullptr;
  if (place == nullptr) return;
  const TimeNs last = grid.At(n - 1);
  if (place->At(last).begin <= grid.start) return;
  StepsAhead steps(place, grid.step, last);
  std::vector<bool> was_filled(series.values.size());
  for (const GapRun& run : series.filled) {
    std::fill_n(was_filled.begin() + static_cast<std::ptrdiff_t>(run.first), run.count, true);
  }
  values_.assign(series.values.size(), std::numeric_limits<double>::quiet_NaN());
  std::vector<bool> known(series.values.size());
  std::vector<bool> filled(series.values.size(), true);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t to = i + steps.At(grid.At(i));
    if (to < 0 || to >= n) continue;
    const auto at = static_cast<std::size_t>(to);
    const double value = series.values[static_cast<std::size_t>(i)];
    const bool second = known[at] && !std::isnan(values_[at]) && !std::isnan(value);
    if (second) {
      values_[at] += (value - values_[at]) / 2;
    } else if (!known[at] || std::isnan(values_[at])) {
      values_[at] = value;
    }
    filled[at] = filled[at] && (was_filled[static_cast<std::size_t>(i)] || std::isnan(value));
    known[at] = true;
  }
  FillHoles(known);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (!filled[i] || std::isnan(values_[i])) continue;
    if (!filled_.empty() && filled_.back().first + filled_.back().count == i) {
      ++filled_.back().count;
    } else {
      filled_.push_back({static_cast<std::uint32_t>(i), 1});
    }
  }
  view_.values = values_;
  view_.filled = filled_;
}

// Inner ones on the line between their neighbours, those at the beginning as the hours behind them.
void LocalClockSeries::FillHoles(const std::vector<bool>& known) {
  const auto day = static_cast<std::size_t>(kNsPerDay / view_.grid.step.count);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (known[i]) continue;
    std::size_t end = i;
    while (end < values_.size() && !known[end]) ++end;
    if (end == values_.size()) return;
    for (std::size_t hole = i; hole < end; ++hole) {
      const double share = static_cast<double>(hole - i + 1) / static_cast<double>(end - i + 1);
      values_[hole] = i > 0                         ? values_[i - 1] + share * (values_[end] - values_[i - 1])
                      : hole + day < values_.size() ? values_[hole + day]
                                                    : values_[end];
    }
    i = end;
  }
}

}  // namespace fitd
