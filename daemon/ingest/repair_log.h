// Repairs are weighed: what was lost of each target and what was made up, the worst by name, and whether it is too
// much. Daemon, ingest threads; a RepairLog belongs to one thread, logs of several threads add up.
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
  double lost = 10;      // percent of a target's rows, with another value than the one that is shown in their place
  double made_up = 50;   // percent of its values
  bool tolerant = true;  // a few rows or values do not matter whatever their share
};

// A tenth of the rows and half of the values, three quarters when the user names the step, or what --max-repaired says.
RepairLimits LimitsOf(const IngestOptions& options);

// What was repaired of one target.
struct RepairEntry {
  std::string_view id;
  std::uint64_t rows = 0;
  GridCounts counts;
  std::uint64_t values = 0;
  std::uint64_t made_up = 0;
  Step step;
  Step coarser = {};                    // on which two rows fall on average; count 0: not known
  Step finer = {};                      // that its last rows come on, where the series goes on so; count 0: they do not
  Step rarer = {};                      // likewise, where that is longer than its step
  const UnreadCells* unread = nullptr;  // null: every cell was read

  std::uint64_t lost() const { return counts.lost + (unread == nullptr ? 0 : unread->cells); }
};

class RepairLog {
 public:
  explicit RepairLog(const RepairLimits& limits) : limits_(limits) {}

  void Add(const RepairEntry& entry);
  void Add(const RepairLog& other);

  std::uint64_t over_limit() const { return over_limit_; }
  // At most ten, the worst first; the same whatever thread saw which target.
  std::vector<RepairedTarget> Worst() const;
  // Why the data are refused: the worst targets, what would mend them, and the option that allows it.
  std::string Refusal(std::uint64_t targets) const;

 private:
  bool IsOver(const RepairEntry& entry) const;

  RepairLimits limits_;
  std::uint64_t over_limit_ = 0;
  GridCounts over_counts_;  // of those over the limit
  std::uint64_t over_made_up_ = 0;
  std::uint64_t over_unread_ = 0;
  std::uint64_t over_rarer_ = 0;       // targets whose last rows come more rarely
  double most_ = 0;                    // percent
  std::vector<RepairedTarget> worst_;  // sorted
};

}  // namespace fitd
