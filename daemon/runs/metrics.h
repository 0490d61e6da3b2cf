// The service's counters, and their text for Prometheus (exposition format 0.0.4). Counters are plain data, kept in the
// state file, since the daemon exits when idle and totals must continue. Pure. Daemon, loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/progress/fit_times.h"
#include "daemon/progress/run_events.h"
#include "daemon/runs/run_queue.h"

namespace fitd {

// Figures of a job's latest trainings.
struct JobFigures {
  double last_success_seconds = 0;  // epoch; 0: never
  double last_end_seconds = 0;      // epoch
  double last_duration_seconds = 0;
  int last_exit_code = 0;
  std::uint64_t parent_peak_rss_bytes = 0;
  std::uint64_t worker_peak_rss_bytes = 0;
  std::map<std::string, double> stage_seconds;  // by stage, of the last run with a summary
};

// Figures of a job's latest detections.
struct DetectFigures {
  double last_start_seconds = 0;    // epoch; 0: never
  double last_success_seconds = 0;  // epoch, when the last successful one ended
  double last_end_seconds = 0;
  double last_duration_seconds = 0;
  int last_exit_code = 0;
  // Of the latest successful one.
  std::uint64_t targets = 0;       // targets examined
  std::uint64_t observations = 0;  // new observations
  std::uint64_t anomalous = 0;     // targets with an open event
};

// Counters that survive restarts, in the state file.
struct ServiceCounters {
  std::map<std::string, std::map<std::string, std::uint64_t>> runs;     // trainings: job -> final state -> count
  std::map<std::string, std::map<std::string, std::uint64_t>> targets;  // job -> status (fitted, ...) -> count
  std::map<std::string, std::uint64_t> worker_deaths;                   // by cause
  std::map<std::string, std::uint64_t> run_restarts;                    // by cause: death, stall, stop
  std::map<int, std::uint64_t> requests;                                // by HTTP status
  std::uint64_t clients_dropped = 0;                                    // connections ended by a limit or a time-out
  std::uint64_t event_lines_dropped = 0;
  FitTimes fit_times;
  std::map<std::string, JobFigures> jobs;
  // Trainings are counted above, detections here.
  std::map<std::string, std::map<std::string, std::uint64_t>> detections;  // job -> final state -> count
  std::map<std::string, std::map<std::string, std::uint64_t>> anomalies;   // job -> kind -> new events
  std::map<std::string, DetectFigures> detect_jobs;
};

// The present state of the service.
struct ServiceGauges {
  std::string version;
  double start_seconds = 0;  // epoch, of this process
  std::size_t clients = 0;
  std::size_t streams = 0;
  std::size_t queue_length = 0;
  std::size_t queue_limit = 0;
  std::size_t runs_active = 0;
  bool draining = false;
  std::string problem;  // why the service is not well, one sentence; empty: it is well
  bool state_saved = true;
  std::uint64_t state_save_failures = 0;  // since this process began
  struct ActiveRun {
    std::string job, stage;
    std::uint64_t done = 0, total = 0, failures = 0;
  };
  std::vector<ActiveRun> active;
};

// The label under which a text that a process says is counted: "other" for a long one, and for a new one when there are
// many, because what a process says must not make labels without end.
template <class Map>
std::string LabelOf(const Map& counts, const std::string& text) {
  constexpr std::size_t kLongest = 200;
  constexpr std::size_t kMost = 64;
  if (counts.contains(text) || (text.size() <= kLongest && counts.size() < kMost)) return text;
  return "other";
}

// Adds the figures of a finished run's summary (the object of `fitd train --json`; may be empty or damaged).
void CountSummary(const std::string& job, const std::string& summary_json, ServiceCounters& counters);
// Adds a run that has ended, with its summary.
void CountRun(const RunRecord& run, ServiceCounters& counters);
// Adds an event found by this run; only new events of detections count.
void CountAnomaly(const RunRecord& run, const AnomalyFound& found, ServiceCounters& counters);

std::string FormatMetrics(const ServiceCounters& counters, const ServiceGauges& gauges);

// The counters as in the state file. What cannot be read is left at zero.
nlohmann::json CountersToJson(const ServiceCounters& counters);
ServiceCounters CountersFromJson(const nlohmann::json& object);

}  // namespace fitd
