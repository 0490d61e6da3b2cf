// Lays the rows of a detection on the grid of a store's target, as an update would: the same rows are of the same
// periods for both. Daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/detect/detect_input.h"
#include "common/series/series.h"
#include "common/series/time_zone.h"
#include "daemon/store/detector_table.h"
#include "daemon/update/new_values.h"

namespace fitd {

// A target as a run knows it.
struct TargetOfRun {
  TimeGrid grid;  // of the values that its models have seen
  std::uint64_t values = 0;
  std::uint64_t fingerprint = 0;
  std::string history;
};

struct LaidRows {
  std::vector<double> rows;    // packed (observations.h), one a period, with their own times, in UTC
  std::vector<double> points;  // the same at the points of their periods: UTC, or local times of grids that count days
  DetectInput input;           // what is known and seen, and the own times
  TimeNs last = 0;             // the point of the last one, in UTC: what a detector has seen
  std::uint64_t repeated = 0;  // rows that a later one of the same period has overruled
  std::uint64_t off_grid = 0;  // rows left out: on days or hours that the step has none of
  std::string problem;         // why they are none of the target's, then there are none; empty: they are
};

class RowLayer {
 public:
  explicit RowLayer(const PlacingRules& rules);

  // `series`: packed observations, with SeriesView::rows where its target is known. `known`: null for a target that the
  // run does not have. `state`: of its detector.
  LaidRows Lay(const SeriesView& series, const TargetOfRun* known, const std::optional<DetectorState>& state);

 private:
  LaidRows AsTheyAre(const SeriesView& series, const std::optional<DetectorState>& state) const;

  PlacingRules rules_;
  std::optional<ZoneClock> clock_;  // of grids that count days; none: UTC
};

}  // namespace fitd
