// What a report says of a run, as values: collected in two readings of the store, so that a million targets need little
// memory and time. Daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status.h"
#include "daemon/report/target_plot.h"
#include "daemon/store/anomaly_table.h"
#include "daemon/store/model_store.h"

namespace fitd {

// So many evenly spaced targets of a larger fleet are measured: more tell nothing new and take time.
inline constexpr std::uint64_t kMostMeasured = 50'000;
// The report lists every target of a fleet up to this size, and plots every target of a smaller one.
inline constexpr std::uint64_t kMostListed = 2'000;
inline constexpr std::uint64_t kMostPlotted = 250;
// Of what detections have found so many events are looked at, the newest.
inline constexpr std::uint64_t kMostAnomalies = 1'000;

// Measures on the held-out values of one target; NaN where there are none.
struct TargetAccuracy {
  double smape = kNotAvailable;        // of the combination, percent
  double coverage_80 = kNotAvailable;  // share of the held-out values inside
  double coverage_95 = kNotAvailable;
  int best = -1;  // place of the algorithm with the least sMAPE; -1: none
};

struct TargetRow {
  std::string id;
  FitStatus status = FitStatus::kFailed;
  std::string reason;
  std::uint64_t values = 0;
  double level = kNotAvailable;  // mean size of the kept values
  TargetAccuracy accuracy;
  std::vector<double> recent;  // a few last values, for a sparkline
};

// Why a target is shown.
struct PlotGroup {
  std::string title;
  std::string why;
  std::vector<std::pair<TargetPlot, std::string>> plots;  // and what to say below each
};

struct RunReport {
  std::string store;  // path
  RunInfo run;
  std::string data;      // JSON of the run's data note; empty: not known
  std::string backtest;  // JSON of its backtest note; empty: none
  std::vector<std::string> algorithms;
  std::optional<FleetCombination> fleet;
  std::vector<QuarantineEntry> quarantine;
  std::vector<RunInfo> history;          // all runs, newest first
  std::vector<StoredAnomaly> anomalies;  // the last ones, newest first

  std::uint64_t targets = 0;
  std::vector<std::uint64_t> by_status;                       // indexed by FitStatus
  std::uint64_t measured = 0;                                 // targets with held-out values that were looked at
  std::vector<double> smapes;                                 // of those, sorted
  std::vector<std::uint64_t> wins;                            // per algorithm: targets it was best for
  std::vector<std::pair<std::string, std::string>> failures;  // target, reason; the first ones
  std::uint64_t failure_count = 0;

  std::vector<TargetRow> rows;    // all targets, of a fleet that is listed
  std::vector<PlotGroup> groups;  // for targets to look at first
  std::vector<TargetPlot> plots;  // all targets, of a fleet that is plotted

  std::vector<std::string> user_failures;  // what users' code could not forecast of the plots
};

// `history` and `allow_code`: as in PlotReader::Open.
Result<RunReport> CollectReport(const Store& store, const RunInfo& run, const HistorySource* history,
                                bool allow_code = false);

}  // namespace fitd
