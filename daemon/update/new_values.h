// What observations are to a series that a store knows: new values after its last one, values that are known already,
// or corrections of those. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/series.h"
#include "common/series/time_grid.h"
#include "common/series/time_zone.h"

namespace fitd {

// A target as the store has it. Views live as long as whoever made it says.
struct KnownSeries {
  std::string_view id;
  TimeGrid grid;
  std::uint64_t num_values = 0;
  std::uint64_t fingerprint = 0;
  std::string_view history;  // EncodeHistory
};

struct PlacingRules {
  // Where there is no row there was nothing, up to this time of UTC; null: it is missing.
  std::optional<TimeNs> zero_until = std::nullopt;
  bool keep_outliers = false;       // false: a reading that cannot be one (series/lone_outlier.h) is missing
  bool called_after_files = false;  // the data have no ids but the names of their files
  std::shared_ptr<const TimeZone> zone = nullptr;  // on whose clock grids are whose steps count days; null: UTC
  bool naive = false;           // times came without offsets, so that an hour which the clock shows twice is in doubt
  bool form_weeks = false;      // a time of the data is written for a week, as 2024-W05
  bool frequency_said = false;  // the new values were put on the step that they are on
  int form_months = 0;          // that a time of the data is written for: 3 of 2024Q1; 0: days or less, or a count
};

struct LoneReading {
  TimeNs time = 0;
  double value = 0;
};

struct NewValues {
  std::vector<double> values;     // from the first unknown grid point to the last observed one, NaN where there is none
  std::uint64_t observed = 0;     // of them not NaN
  std::uint64_t known = 0;        // observations of grid points that are known: skipped
  std::uint64_t earlier = 0;      // likewise of times before the series begins, which nobody knows
  std::uint64_t corrections = 0;  // of these, those that differ from what the models have seen
  std::optional<TimeNs> first_correction;  // nullopt: it lies further back than is remembered value by value
  std::uint64_t snapped = 0;               // observations moved to the nearest grid point
  std::uint64_t merged = 0;                // overruled by a later one at the same grid point
  std::uint64_t off_grid = 0;              // left out: of a day or hour that the step has no point for
  std::vector<LoneReading> outliers;       // of the new values: taken as missing
  std::string problem;  // why the series cannot go on with them; empty: it can. Then `values` is empty.
};

// `observed` has its own grid, NaN where it has no value (gaps are not filled).
// Whether a new value is an outlier says what came before it, so the same of values that come one by one.
NewValues PlaceValues(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules = {});

}  // namespace fitd
