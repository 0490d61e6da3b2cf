#include "daemon/detect/laid_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "common/series/observations.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

struct Placed {
  std::int64_t index = 0;  // on the grid
  std::size_t row = 0;
};

// Packed observations without missing values at their end: the file may still be written, and they may come later.
std::span<const double> Arrived(std::span<const double> packed) {
  while (!packed.empty() && std::isnan(packed.back())) packed = packed.first(packed.size() - 2);
  return packed;
}

// In the order of their periods, of each the last row that has a value.
std::vector<Placed> OnePerPeriod(std::span<const std::int64_t> places, const Observations& rows, LaidRows& laid) {
  std::vector<Placed> all;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] == kOffGrid) {
      ++laid.off_grid;
    } else {
      all.push_back({places[i], i});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) { return a.index < b.index; });
  std::vector<Placed> kept;
  for (const Placed& one : all) {
    if (kept.empty() || kept.back().index != one.index) {
      kept.push_back(one);
    } else if (!std::isnan(rows.value(one.row))) {
      laid.repeated += std::isnan(rows.value(kept.back().row)) ? 0 : 1;
      kept.back() = one;
    }
  }
  while (!kept.empty() && std::isnan(rows.value(kept.back().row))) kept.pop_back();
  return kept;
}

}  // namespace

RowLayer::RowLayer(const PlacingRules& rules) : rules_(rules) {
  if (rules.zone) clock_.emplace(rules.zone);
}

LaidRows RowLayer::AsTheyAre(const SeriesView& series, const std::optional<DetectorState>& state) const {
  LaidRows laid;
  const std::span<const double> arrived = Arrived(series.values);
  laid.rows.assign(arrived.begin(), arrived.end());
  laid.points = laid.rows;
  const Observations in(laid.rows);
  laid.input.trained_until = std::numeric_limits<TimeNs>::min();
  laid.input.seen_until = state ? state->time : laid.input.trained_until;
  while (state && laid.input.seen < in.size() && in.time(laid.input.seen) <= state->time) ++laid.input.seen;
  laid.last = in.size() > 0 ? in.time(in.size() - 1) : 0;
  return laid;
}

LaidRows RowLayer::Lay(const SeriesView& series, const TargetOfRun* known, const std::optional<DetectorState>& state) {
  if (known == nullptr || known->grid.step.count == 0 || series.rows.empty()) return AsTheyAre(series, state);
  LaidRows laid;
  const TimeGrid& grid = known->grid;
  const bool on_wall = clock_ && grid.step.counts_days();
  const auto size = static_cast<std::int64_t>(known->values);
  std::int64_t last = -1;  // that the detector has seen
  if (state) {
    last = IndexOfGrid(grid, on_wall ? clock_->ToWall(state->time) : state->time);
    if (last == kOffGrid) last = size - 1;
  }
  // What is beyond the models' last value is none of their history.
  KnownSeries values{series.id, grid, known->values, known->fingerprint, known->history};
  if (last >= size) values.num_values = static_cast<std::uint64_t>(last) + 1, values.history = {};
  const SeriesView view{series.id, {}, series.grid, {}, {}, series.rows};
  std::vector<std::int64_t> places;
  laid.problem = PlaceValues(view, values, rules_, &places).problem;
  if (!laid.problem.empty()) return laid;
  const Observations own(series.values);
  const std::vector<Placed> kept = OnePerPeriod(places, own, laid);
  laid.rows.resize(2 * kept.size());
  laid.points.resize(2 * kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto& [index, row] = kept[i];
    PackObservation(own.time(row), own.value(row), &laid.rows[2 * i]);
    PackObservation(grid.At(index), own.value(row), &laid.points[2 * i]);
    laid.input.times.push_back(own.time(row));
    laid.input.known += index < size ? 1 : 0;
    laid.input.seen += index <= last ? 1 : 0;
  }
  laid.input.trained_until = grid.At(size - 1);
  laid.input.seen_until = last >= 0 ? grid.At(last) : laid.input.trained_until;
  if (!kept.empty()) laid.last = grid.At(kept.back().index);
  if (on_wall) laid.last = clock_->ToUtc(laid.last);
  return laid;
}

}  // namespace fitd
