#include "daemon/update/new_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/fit/target_history.h"
#include "common/series/lone_outlier.h"
#include "daemon/ingest/sentinel_search.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

// A gap longer than the series, and than this, is no gap: what comes after it is another series.
constexpr std::uint64_t kLongestGap = 1000;
// More values at a point that has one than these, and than one in ten, are those of a shorter step. The hour that comes
// twice in autumn is one in 25.
constexpr std::uint64_t kMostMerged = 1;
constexpr std::uint64_t kMergedShare = 10;
// Values that say what is far from them, as for a training.
constexpr std::uint64_t kFewestToJudge = 8;

// One correction when the part of the series that the models were fitted to is another, and all of it is here.
bool FittedPartDiffers(const SeriesView& observed, const KnownSeries& known, const TargetHistory& history,
                       std::optional<std::size_t> outlier) {
  const std::uint64_t fitted = history.fitted_values;
  if (!(observed.grid == known.grid) || fitted == 0 || observed.values.size() < fitted) return false;
  const std::span<const double> values = observed.values.first(fitted);
  if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) return false;  // was filled
  if (outlier && *outlier < fitted) return false;
  const std::uint64_t then = history.fitted_fingerprint != 0 ? history.fitted_fingerprint : known.fingerprint;
  return FingerprintTarget({known.id, values, known.grid}) != then;
}

// Takes new values that cannot be readings for missing. A second such value is within what was read by then: data,
// unless it is one that stands for missing values.
void TakeOutliersOut(const KnownSeries& known, const TargetHistory& history, NewValues& placed) {
  SeenRange seen{history.least_read, history.most_read, known.num_values};
  for (std::size_t i = 0; i < placed.values.size(); ++i) {
    double& value = placed.values[i];
    if (std::isnan(value)) continue;
    const double read = value;
    const bool many = seen.count >= kFewestToJudge && seen.least < seen.most;
    const bool sentinel = many && IsSentinelBeyond(read, seen.least, seen.most);
    if (sentinel || IsLoneOutlier(read, seen)) {
      placed.outliers.push_back({known.grid.At(static_cast<std::int64_t>(known.num_values + i)), read});
      value = std::numeric_limits<double>::quiet_NaN();
      --placed.observed;
    }
    if (sentinel) continue;
    seen = {std::min(seen.least, read), std::max(seen.most, read), seen.count + 1};
  }
}

// Where there is no row there was nothing.
void FillWithZeros(const KnownSeries& known, TimeNs until, std::uint64_t longest_gap, NewValues& placed) {
  const auto n = static_cast<std::int64_t>(known.num_values);
  const std::int64_t last = IndexOfGrid(known.grid, until);
  if (last != kOffGrid && last >= n && static_cast<std::uint64_t>(last - n) < placed.values.size() + longest_gap)
    placed.values.resize(std::max(placed.values.size(), static_cast<std::size_t>(last - n + 1)), 0.0);
  for (double& v : placed.values) v = std::isnan(v) ? 0.0 : v;
  placed.observed = placed.values.size();
}

}  // namespace

NewValues PlaceValues(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules) {
  NewValues placed;
  if (known.grid.step.count == 0) {
    placed.problem = "its step is not known from a single value; train again";
    return placed;
  }
  const std::optional<TargetHistory> history = DecodeHistory(known.history);
  const auto n = static_cast<std::int64_t>(known.num_values);
  const std::uint64_t longest_gap = std::max(known.num_values, kLongestGap);
  const std::optional<std::size_t> outlier = LoneOutlier(observed.values);  // a training takes it for missing
  for (std::size_t i = 0; i < observed.values.size(); ++i) {
    const double value = observed.values[i];
    if (std::isnan(value)) continue;
    const TimeNs time = observed.grid.At(static_cast<std::int64_t>(i));
    const std::int64_t index = IndexOfGrid(known.grid, time);
    if (index == kOffGrid) {
      ++placed.off_grid;
      continue;
    }
    if (index < n) {
      ++placed.known;
      if (index < 0 || !history || outlier == i) continue;
      if (history->Differs(value, static_cast<std::uint64_t>(n - 1 - index)).value_or(false)) {
        ++placed.corrections;
        if (!placed.first_correction) placed.first_correction = known.grid.At(index);
      }
      continue;
    }
    const auto place = static_cast<std::uint64_t>(index - n);
    if (place > placed.values.size() + longest_gap) {
      placed.problem =
          fmt::format("its new values begin {} steps after its last one; train again", place - placed.values.size());
      placed.values.clear();
      placed.observed = 0;
      return placed;
    }
    if (known.grid.At(index) != time) ++placed.snapped;
    if (place >= placed.values.size()) {
      placed.values.resize(place + 1, std::numeric_limits<double>::quiet_NaN());
      ++placed.observed;
    } else {
      ++placed.merged;
    }
    placed.values[place] = value;
  }
  if (placed.merged > kMostMerged && kMergedShare * placed.merged > placed.merged + placed.observed) {
    placed.problem = fmt::format(
        "{} of its {} new values are at times of its step that have one already: put them together as the training did "
        "(--frequency, --aggregate), or train again",
        placed.merged, placed.merged + placed.observed);
    placed.values.clear();
    placed.observed = 0;
    return placed;
  }
  if (rules.zero_until) FillWithZeros(known, *rules.zero_until, longest_gap, placed);
  if (history && !rules.keep_outliers) TakeOutliersOut(known, *history, placed);
  if (placed.corrections == 0 && history && FittedPartDiffers(observed, known, *history, outlier)) ++placed.corrections;
  return placed;
}

}  // namespace fitd
