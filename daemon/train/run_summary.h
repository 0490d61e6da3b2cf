// What became of a run: the object `fitd train --json` prints (its keys are a contract) and the table for people.
// Daemon; values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/csv/column_report.h"

namespace fitd {

struct TargetFailure {
  std::string target;
  std::string reason;
};

struct StageSeconds {
  double load = 0;
  double global = 0;
  double map = 0;
  double fit = 0;
  double postprocess = 0;
  double save = 0;  // inside fit as well: results are saved while others are fitted
  double total = 0;
};

// The most that the parent had resident up to the end of a stage.
struct StageMemory {
  std::uint64_t load = 0;
  std::uint64_t global = 0;
  std::uint64_t map = 0;
  std::uint64_t fit = 0;
  std::uint64_t postprocess = 0;
};

struct WorkerSummary {
  int worker = 0;
  int pid = 0;
  int cpu = -1;  // where it proved to run; -1: in the parent
  double busy_fraction = 0;
  double cpu_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;
  int deaths = 0;
};

// A worker that ended while it had work.
struct WorkerDeath {
  int worker = 0;
  std::string cause;
  std::string target;  // in hand; empty: none was
};
inline constexpr std::size_t kDeathsKept = 100;

// Targets of which the members of a combination do not see all as it is (common/fit/member_series.h).
struct TargetsOfAKind {
  std::uint64_t targets = 0;  // fitted in this attempt
  std::string first;          // by name (people's table only)
  void Add(std::string_view target) {
    if (targets++ == 0 || target < first) first = target;
  }
};

struct RunSummary {
  std::string version;
  std::int64_t run = 0;
  std::uint64_t targets = 0;
  std::uint64_t fitted = 0;
  std::uint64_t fallback = 0;
  std::uint64_t constant = 0;
  std::uint64_t short_series = 0;
  std::uint64_t failed = 0;
  std::uint64_t retried = 0;
  std::uint64_t kept = 0;        // data as they were, so are the models
  std::uint64_t advanced = 0;    // parameters kept, states moved on: by `fitd update` alone
  std::uint64_t refitted = 0;    // same forms, parameters estimated again
  std::uint64_t reselected = 0;  // of those with earlier models, forms selected again
  std::uint64_t resumed = 0;     // of the targets, those an earlier attempt had saved (people's table only)
  std::uint64_t chunks = 0;
  StageSeconds seconds;
  StageMemory memory;
  double cpu_seconds = 0;
  std::vector<WorkerSummary> workers;
  std::uint64_t peak_rss_parent_bytes = 0;
  std::uint64_t peak_rss_worker_bytes = 0;
  std::uint64_t worker_deaths = 0;
  std::vector<WorkerDeath> deaths;      // the first kDeathsKept
  ColumnsTaken columns;                 // of the data
  std::vector<TargetFailure> failures;  // in target order
  TargetsOfAKind level_shifts;          // their values before are taken as if these had been on the new level
  TargetsOfAKind outlier_patches;       // these are taken as missing
  TargetsOfAKind short_seasons;         // there less than twice, and as if they had been there before
  int horizon = -1;                     // asked for; 0: none was (people's table only)
  std::string combine;                  // the rule of the ensemble; empty: none (people's table only)
  double coverage_80 = -1;              // achieved on held-out values; negative: not measured (people's table only)
  double coverage_95 = -1;
};

// One JSON object with the keys of the contract and, behind them, "columns", "stage_peak_rss_bytes", "worker_stats",
// "deaths", "level_shifts", "outlier_patches" and "short_seasons" (how many targets, of those fitted).
std::string FormatSummaryJson(const RunSummary& summary);
// A few lines for a terminal.
std::string FormatSummaryTable(const RunSummary& summary);

// "1.4 GB", "512 MB"
std::string FormatBytes(std::uint64_t bytes);

}  // namespace fitd
