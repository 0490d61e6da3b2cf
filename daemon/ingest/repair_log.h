// Judges repairs: how much of each target was lost or made up, which targets are worst, and whether it is too much.
// Daemon, ingest threads; a RepairLog belongs to one thread, logs of several threads add up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/series/step.h"
#include "daemon/ingest/ingest_options.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/times/observation.h"

namespace fitd {

struct RepairLimits {
  double lost = 10;      // percent of a target's rows whose value the series does not show
  double made_up = 50;   // percent of a target's values
  bool tolerant = true;  // true: a few rows or values are never too much, whatever their share
};

// Default: 10 % of the rows lost, 50 % of the values made up (75 % when the user names the step). With --max-repaired:
// that share for both, and not tolerant.
RepairLimits LimitsOf(const IngestOptions& options);

// What was repaired of one target.
struct RepairEntry {
  std::string_view id;
  std::uint64_t rows = 0;
  GridCounts counts;
  std::uint64_t values = 0;
  std::uint64_t made_up = 0;
  Step step;
  Step coarser = {};                    // step at which rows average about two a point; count 0: unknown
  Step finer = {};                      // step of the last rows when it is shorter than `step`; count 0: it is not
  Step rarer = {};                      // step of the last rows when it is longer than `step`; count 0: it is not
  const UnreadCells* unread = nullptr;  // null: every cell was read
  Step rarer_before = {};               // step of the first rows when it is longer than `step`; count 0: it is not

  std::uint64_t lost() const { return counts.lost + (unread == nullptr ? 0 : unread->cells); }
};

class RepairLog {
 public:
  explicit RepairLog(const RepairLimits& limits) : limits_(limits) {}

  void Add(const RepairEntry& entry);
  void Add(const RepairLog& other);

  std::uint64_t over_limit() const { return over_limit_; }
  // At most ten, the worst first. Does not depend on which thread saw which target.
  std::vector<RepairedTarget> Worst() const;
  // Why the data are refused: the worst targets, how to fix them, and the option that allows it.
  std::string Refusal(std::uint64_t targets) const;

 private:
  bool IsOver(const RepairEntry& entry) const;

  RepairLimits limits_;
  std::uint64_t over_limit_ = 0;
  GridCounts over_counts_;  // sums over the targets over the limit
  std::uint64_t over_made_up_ = 0;
  std::uint64_t over_unread_ = 0;
  std::uint64_t over_rarer_ = 0;         // those of them whose last rows have a longer step
  std::uint64_t over_rarer_before_ = 0;  // those of them whose first rows have a longer step
  double most_ = 0;                      // largest share lost or made up among them, in percent
  std::vector<RepairedTarget> worst_;    // at most kNamed, sorted
};

}  // namespace fitd
