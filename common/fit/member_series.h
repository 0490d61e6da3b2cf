// A series as the members of a combination are fitted to it: with what came before a level shift moved to the level
// of the last values, patches of outliers missing, a season before one that is there less than twice, and nothing of
// the zeros that a target has before it begins. Users' algorithms see it as it is; models that are not combined, too,
// but for the hours of a day, which are on the clock of the place that is named. Any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "common/fit/level_shift.h"
#include "common/fit/local_fit.h"
#include "common/models/base/model.h"
#include "common/series/late_start.h"
#include "common/series/local_clock.h"
#include "common/series/series.h"

namespace fitd {

// States of a model that say what it was fitted to: the shifts, the latest first, each as the first value on the new
// level (from 0), the medians before and after, and whether values were scaled (1) or moved (0).
inline constexpr std::string_view kLevelShifts = "level_shifts";
inline constexpr std::size_t kLevelShiftNumbers = 4;
// For each patch, ascending: its first value (from 0) and its length.
inline constexpr std::string_view kOutlierPatches = "outlier_patches";
inline constexpr std::size_t kOutlierPatchNumbers = 2;

// The number of values filled in before the first one.
inline constexpr std::string_view kSeasonBefore = "season_before";

// And how many of the target's first values are from before it began.
inline constexpr std::string_view kLateStart = "late_start";

class MemberSeries {
 public:
  // `series` outlives this. A series that is mostly zero stays unchanged.
  MemberSeries(const SeriesView& series, const LocalFitOptions& options, const std::vector<int>& seasons);
  MemberSeries(const MemberSeries&) = delete;
  MemberSeries& operator=(const MemberSeries&) = delete;

  // The values to fit. Values of patches are filled and counted in `filled`.
  const SeriesView& view() const { return view_; }
  const SeriesView& as_it_is() const { return series_; }
  // That without the values from before the target began.
  const SeriesView& since_start() const { return started_.view(); }
  std::size_t num_shifts() const { return shifts_.size(); }
  // They are lone jumps (season/lone_jumps.h), if there are any.
  bool shifts_are_jumps() const { return jumps_; }
  std::size_t num_patches() const { return patches_.size(); }
  // Values of view() before the first one of since_start().
  std::size_t num_before() const { return view_.values.size() - since_start().values.size(); }
  // And of as_it_is() before it.
  std::size_t late_start() const { return started_.first(); }
  // The longest season, or year, after which a lone peak comes again; 0: none.
  int peaks_again() const { return peaks_again_; }
  bool is_as_it_is() const { return values_.empty() && late_start() == 0 && on_clock_.is_as_it_is(); }
  // Puts kLevelShifts, kOutlierPatches, kSeasonBefore and kLateStart into a model; places are those of as_it_is().
  void Describe(Model& model) const;

 private:
  void TakeValues();  // those of view_ as a copy, unless there is one
  void RemoveShifts();
  void FillBySeason(const std::vector<int>& seasons);
  void AddSeasonBefore(const std::vector<int>& seasons, const LocalFitOptions& options);

  const SeriesView series_;
  const LocalClockSeries on_clock_;
  const StartedSeries started_;
  SeriesView view_;
  std::vector<LevelShift> shifts_;
  bool jumps_ = false;
  std::vector<GapRun> patches_;
  std::vector<GapRun> filled_;  // the patches and other filled values; empty when there are no patches
  std::vector<double> values_;  // owns the changed values; empty: unchanged
  int peaks_again_ = 0;
};

}  // namespace fitd
