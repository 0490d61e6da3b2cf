// Turns the rows of one target into its series: lays them on a grid, trims the ends, fills the gaps; or keeps them as
// observations. Daemon, ingest threads; a builder belongs to one thread. It owns the values and the counts of all
// targets that it has built.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/series/gaps.h"
#include "common/series/sentinel_search.h"
#include "common/series/series.h"
#include "common/time_units.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/repair_log.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/rows/output_arena.h"
#include "daemon/rows/repeated_rows.h"
#include "daemon/rows/rows_of_target.h"
#include "daemon/rows/zero_tails.h"
#include "daemon/times/lay_series.h"

namespace fitd {

// The shortest month; a series with steps at least this long may be monthly.
inline constexpr std::int64_t kMonthLike = 28LL * 86'400 * 1'000'000'000;

class SeriesBuilder {
 public:
  // All arguments outlive this. `unread`: unreadable cells by target, which rows hold as missing values. `inputs`: as
  // RepeatedRows takes them.
  SeriesBuilder(const IngestOptions& options, const SeriesRules& rules, const UnreadTargets& unread,
                std::span<const std::uint32_t> inputs);

  // True when no option drops or combines rows, so that rows whose times lie on a grid are shown as they are.
  static bool ShowsAll(const IngestOptions& options, const SeriesRules& rules);

  // Completes values that already lie on their grid; `entry.grid` is set.
  void Finish(std::span<double> values, std::uint64_t rows, Frame::Entry& entry);
  // Lays rows on a grid and completes the series; drains `rows`.
  void Build(RowsOfTarget& rows, Frame::Entry& entry);
  // Keeps rows as observations (IngestOptions::observations); drains `rows`.
  void KeepObservations(RowsOfTarget& rows, Frame::Entry& entry);

  // Of targets that may end in zeros, to be extended once those of all builders are laid.
  ZeroTails TakeTails() { return std::move(tails_); }
  // Where a last period of some target begins that is not whole, in UTC.
  const std::optional<TimeNs>& open() const { return periods_.open; }

  OutputArena& arena() { return arena_; }
  const RepairLog& repairs() const { return repairs_; }
  const SentinelSearch& sentinels() const { return sentinels_; }
  const RepeatedRows& repeated() const { return repeated_; }
  std::shared_ptr<const void> runs() const { return runs_; }  // owns the gaps that entries refer to
  void AddTo(IngestReport& report) const;

 private:
  std::span<double> LayRegular(RowsOfTarget& rows, TimeGrid* grid);
  std::span<double> LayAny(RowsOfTarget& rows, Frame::Entry& entry, GridCounts& counts);
  std::span<double> LayKnown(std::vector<Observation>& rows, const Step& step, Frame::Entry& entry, GridCounts& counts);
  std::span<double> Packed(const std::vector<Observation>& rows);
  Step KnownStep(std::string_view id) const;  // IngestOptions::known_steps
  void Complete(std::span<double> values, Frame::Entry& entry);
  // Lays values that have one observation every k points on a grid k times as coarse, such as quarterly values on a
  // monthly grid; returns `values` unchanged when they do not.
  std::span<double> OnOwnStep(std::span<double> values, Frame::Entry& entry);
  void LookForSentinels(const std::vector<Observation>& rows, std::string_view id);
  // Removes a lone impossible reading from `values`. Returns its point when another value was put in its place; nullopt
  // when there is none, or it became a gap.
  std::optional<GapRun> TakeOutlierOut(std::span<double> values, int season, const Frame::Entry& entry);
  // Sets read_ to the number of values present.
  void CountRead(std::span<const double> values);
  void CountRead(std::span<const Observation> rows);
  void CountRepairs(std::uint64_t rows, const GridCounts& counts, Frame::Entry& entry);

  const IngestOptions& options_;
  const SeriesRules& rules_;
  Step step_;  // named by the user, for all targets; count 0: each target has its own
  bool plain_;
  const UnreadTargets& unread_;
  OutputArena arena_;
  SeriesLayer layer_;
  ZeroTails tails_;
  std::span<double> room_;  // of the current target, where no row means zero
  PeriodsSeen periods_;     // of all targets
  GridCounts counts_;
  std::uint64_t read_ = 0;  // values present in the current target; only set when any cell was unreadable
  std::uint64_t gaps_ = 0;
  std::uint64_t zeros_ = 0;
  std::uint64_t outliers_ = 0;
  FoundOutlier first_outlier_;
  Step finer_;         // of the current target, see RepairEntry::finer
  Step rarer_;         // of the current target, see RepairEntry::rarer
  Step rarer_before_;  // of the current target, see RepairEntry::rarer_before
  Step coarser_;       // of the current target, see RepairEntry::coarser
  RepairLog repairs_;
  SentinelSearch sentinels_;
  RepeatedRows repeated_;
  std::shared_ptr<std::deque<std::vector<GapRun>>> runs_ = std::make_shared<std::deque<std::vector<GapRun>>>();
};

// True when a step counts days of a zone, which have 23 to 25 hours and so are no fixed number of nanoseconds.
inline bool CountsLocalDays(const SeriesRules& rules, std::int64_t step) {
  return rules.zone && Step{Step::Unit::kNanosecond, step}.counts_days();
}

// True when a step counts days that may be those of SeriesRules::weekdays.
inline bool MayBeOnDaysOfAll(const SeriesRules& rules, std::int64_t step) {
  return rules.weekdays != 0 && step < 7 * kNsPerDay && step % kNsPerDay == 0;
}

}  // namespace fitd
