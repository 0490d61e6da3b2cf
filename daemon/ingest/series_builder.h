// One target's rows become its series: laid on a grid, trimmed, its gaps filled; or kept as observations. Daemon,
// ingest threads; a builder belongs to one thread and keeps the memory and the books of all targets that it has built.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/series/gaps.h"
#include "common/series/series.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/repair_log.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/ingest/sentinel_search.h"
#include "daemon/rows/output_arena.h"
#include "daemon/rows/rows_of_target.h"
#include "daemon/times/lay_series.h"

namespace fitd {

// The shortest month: a series of steps of this length or more may be one of months.
inline constexpr std::int64_t kMonthLike = 28LL * 86'400 * 1'000'000'000;

class SeriesBuilder {
 public:
  // All outlive this. `end`: of all targets, when gaps are zeros. `unread`: cells that rows hold as missing values.
  SeriesBuilder(const IngestOptions& options, const SeriesRules& rules, TimeNs end, const UnreadTargets& unread);

  // Whether rows need no look but at their times: all are shown as they are.
  static bool ShowsAll(const IngestOptions& options, const SeriesRules& rules);

  // Values that are on their grid already: `entry.grid` is set.
  void Finish(std::span<double> values, std::uint64_t rows, Frame::Entry& entry);
  // Rows that have to be laid on a grid; drains them.
  void Build(RowsOfTarget& rows, Frame::Entry& entry);
  // Rows as observations; drains them.
  void KeepObservations(RowsOfTarget& rows, Frame::Entry& entry);

  OutputArena& arena() { return arena_; }
  const RepairLog& repairs() const { return repairs_; }
  const SentinelSearch& sentinels() const { return sentinels_; }
  std::shared_ptr<const void> runs() const { return runs_; }  // where entries' gaps are
  void AddTo(IngestReport& report) const;

 private:
  std::span<double> LayRegular(RowsOfTarget& rows, TimeGrid* grid);
  std::span<double> LayAny(RowsOfTarget& rows, Frame::Entry& entry, GridCounts& counts);
  void Complete(std::span<double> values, Frame::Entry& entry);
  // Of values that are missing so often that the others have a step of their own, such as quarters among months: on
  // that step. `values` where they have none.
  std::span<double> OnOwnStep(std::span<double> values, Frame::Entry& entry);
  void LookForSentinels(const std::vector<Observation>& rows, std::string_view id);
  // Takes a reading that cannot be one out of `values`; the point, when a value stands in its place.
  std::optional<GapRun> TakeOutlierOut(std::span<double> values, int season, const Frame::Entry& entry);
  // Values of the target in hand that were read.
  void CountRead(std::span<const double> values);
  void CountRead(std::span<const Observation> rows);
  void CountRepairs(std::uint64_t rows, const GridCounts& counts, Frame::Entry& entry);

  const IngestOptions& options_;
  const SeriesRules& rules_;
  Step step_;  // of all targets; count 0: each has its own
  bool plain_;
  TimeNs end_;
  const UnreadTargets& unread_;
  OutputArena arena_;
  SeriesLayer layer_;
  GridCounts counts_;
  std::uint64_t read_ = 0;  // values of the target in hand, where cells of any were not
  std::uint64_t gaps_ = 0;
  std::uint64_t zeros_ = 0;
  std::uint64_t outliers_ = 0;
  FoundOutlier first_outlier_;
  Step finer_;    // see RepairEntry, of the target in hand
  Step rarer_;    // likewise
  Step coarser_;  // of the rows that were laid last, see RepairEntry
  RepairLog repairs_;
  SentinelSearch sentinels_;
  std::shared_ptr<std::deque<std::vector<GapRun>>> runs_ = std::make_shared<std::deque<std::vector<GapRun>>>();
};

// Days of a zone's clock have 23 to 25 hours, so such a step is no number of nanoseconds.
inline bool CountsLocalDays(const SeriesRules& rules, std::int64_t step) {
  return rules.zone && Step{Step::Unit::kNanosecond, step}.counts_days();
}

}  // namespace fitd
