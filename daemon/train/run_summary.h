// The outcome of a run: the object that `fitd train --json` prints (its keys are a contract) and a table for people.
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
  double save = 0;  // overlaps with fit, since results are saved while others are fitted
  double total = 0;
};

// Peak resident memory of the parent, in bytes, up to the end of each stage.
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
  int cpu = -1;  // CPU where it was seen to run; -1: the parent
  double busy_fraction = 0;
  double cpu_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;
  int deaths = 0;
};

// A worker that ended while it had work.
struct WorkerDeath {
  int worker = 0;
  std::string cause;
  std::string target;  // the target in hand; empty: none
};
inline constexpr std::size_t kDeathsKept = 100;

// Targets of one kind of which combination members see altered values (common/fit/member_series.h).
struct TargetsOfAKind {
  std::uint64_t targets = 0;  // the least id (people's table only)
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
  std::uint64_t kept = 0;        // data unchanged, models kept
  std::uint64_t advanced = 0;    // parameters kept, states moved on (only `fitd update`)
  std::uint64_t refitted = 0;    // same forms, parameters estimated again
  std::uint64_t reselected = 0;  // earlier models existed, forms selected again
  std::uint64_t resumed = 0;     // saved by an earlier attempt (people's table only)
  std::uint64_t chunks = 0;
  StageSeconds seconds;
  StageMemory memory;
  double cpu_seconds = 0;
  std::vector<WorkerSummary> workers;
  std::uint64_t peak_rss_parent_bytes = 0;
  std::uint64_t peak_rss_worker_bytes = 0;
  std::uint64_t worker_deaths = 0;      // at most kDeathsKept
  std::vector<WorkerDeath> deaths;      // the first kDeathsKept
  ColumnsTaken columns;                 // which column of the data is what
  std::vector<TargetFailure> failures;  // in target order
  TargetsOfAKind level_shifts;          // a level shift: values before it are moved to the new level
  TargetsOfAKind outlier_patches;       // outliers that are taken as missing
  TargetsOfAKind short_seasons;         // less than two seasons: fitted as if they had been there before
  TargetsOfAKind late_starts;           // a leading run of one value: fitted to what follows it
  int horizon = -1;                     // as asked for; 0: none was (people's table only)
  std::string combine;                  // the rule of the ensemble; empty: none (people's table only)
  double coverage_80 = -1;              // share of held-out values inside; negative: not measured (people's table only)
  double coverage_95 = -1;
};

// One JSON object with the keys of the contract, followed by "columns", "stage_peak_rss_bytes", "worker_stats",
// "deaths", "level_shifts", "outlier_patches", "short_seasons" and "late_starts" (how many targets, of those fitted).
std::string FormatSummaryJson(const RunSummary& summary);
// A few lines for a terminal.
std::string FormatSummaryTable(const RunSummary& summary);

// "1.4 GB", "512 MB"
std::string FormatBytes(std::uint64_t bytes);

}  // namespace fitd
