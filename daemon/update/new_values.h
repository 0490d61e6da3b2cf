// Compares observations with a series that a store knows: which are new values after its last one, which are known, and
// which of those are corrections. Pure functions, any thread.
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

// A target as the store has it. The caller determines how long the views live.
struct KnownSeries {
  std::string_view id;
  TimeGrid grid;
  std::uint64_t num_values = 0;
  std::uint64_t fingerprint = 0;
  std::string_view history;  // EncodeHistory
};

// How new values are placed.
struct PlacingRules {
  // Missing rows mean zero up to this UTC time; nullopt: they mean missing.
  std::optional<TimeNs> zero_until = std::nullopt;
  bool zero_inside = false;  // they mean zero up to the last new value of the target (--aggregate count)
  // Points, in UTC, of periods whose rows were left out as they are not whole: missing, and no zeros.
  std::vector<TimeNs> part_periods = {};
  bool keep_outliers = false;  // false: a lone impossible reading (series/lone_outlier.h) is taken as missing
  // As --target-column takes it, where no option names it: ids may be written in another way than those of the store.
  std::string found_target = {};
  bool called_after_files = false;  // the data have no ids except the names of their files
  bool others_meant = false;        // an option says which columns are targets, so that all may be new ones
  std::string as_others = {};       // that option, for messages
  std::shared_ptr<const TimeZone> zone = nullptr;  // clock of grids whose steps count days; null: UTC
  bool tells_utc = false;       // times are UTC, or have offsets, so that points of days move where clocks change
  bool naive = false;           // times have no offsets, so the hour that a clock shows twice is ambiguous
  bool form_weeks = false;      // times of the data are weeks, such as 2024-W05
  bool frequency_said = false;  // new values were put on a step named with --frequency
  bool any_gap = false;         // of a detection: the models may be much older than the values
  int form_months = 0;          // months per period of the times: 3 for 2024Q1; 0: days or shorter, or counts
};

struct LoneReading {
  TimeNs time = 0;
  double value = 0;
};

struct NewValues {
  std::vector<double> values;     // from the first unknown grid point to the last observed one; NaN: missing
  std::uint64_t observed = 0;     // number of `values` that are not NaN
  std::uint64_t known = 0;        // observations at known grid points: skipped
  std::uint64_t earlier = 0;      // observations before the series begins: skipped
  std::uint64_t corrections = 0;  // of the known ones, those that differ from what the models have seen
  std::uint64_t late = 0;         // of the known ones, those of points that were missing
  bool restated = false;          // values differ further back than they are remembered one by one
  std::optional<TimeNs> first_correction;
  std::uint64_t snapped = 0;          // observations moved to the nearest grid point
  std::uint64_t merged = 0;           // overruled by a later observation at the same grid point
  std::uint64_t off_grid = 0;         // left out: on a day or hour that the step has no point for
  TimeNs clock_change = 0;            // by which all times are later than the points, which a clock explains
  std::vector<LoneReading> outliers;  // new values taken as missing
  bool other_year = false;            // the problem is a last value whose year was mistyped
  std::string problem;                // why the series cannot go on, then `values` is empty; empty: it can
};

// `observed` has its own grid and NaN for missing values, gaps must not be filled; or it has its rows. Whether a new
// value is an outlier depends only on earlier values, so values that arrive one by one give the same result.
// `places` gets the index on the grid of each row that `observed` has, of those without a value too; kOffGrid: none.
NewValues PlaceValues(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules = {},
                      std::vector<std::int64_t>* places = nullptr);

// The values of a target that the store does not know, with zeros for what is missing, up to `zero_until`; empty: they
// are those that were observed.
std::vector<double> WithZeros(const SeriesView& observed, const PlacingRules& rules);

}  // namespace fitd
