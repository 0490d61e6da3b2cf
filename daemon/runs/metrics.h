// What the service counts, and its text for Prometheus (exposition format 0.0.4). Counters are plain data and are kept
// in the state file, because the daemon leaves when it is idle and totals must not start over with it. Pure. Daemon,
// loop thread.
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

// What is known of a job's latest runs.
struct JobFigures {
  double last_success_seconds = 0;  // epoch; 0: never
  double last_end_seconds = 0;      // epoch
  double last_duration_seconds = 0;
  int last_exit_code = 0;
  std::uint64_t parent_peak_rss_bytes = 0;
  std::uint64_t worker_peak_rss_bytes = 0;
  std::map<std::string, double> stage_seconds;  // by stage, of the last run that had a summary
};

// The same of a job's latest detections.
struct DetectFigures {
  double last_start_seconds = 0;    // epoch; 0: never
  double last_success_seconds = 0;  // epoch, of its end
  double last_end_seconds = 0;
  double last_duration_seconds = 0;
  int last_exit_code = 0;
  // Of the latest that ended well.
  std::uint64_t targets = 0;       // looked at
  std::uint64_t observations = 0;  // that were new
  std::uint64_t anomalous = 0;     // targets with an event that goes on
};

// Survives restarts.
struct ServiceCounters {
  std::map<std::string, std::map<std::string, std::uint64_t>> runs;     // job -> final state -> count, of trainings
  std::map<std::string, std::map<std::string, std::uint64_t>> targets;  // job -> status (fitted, ...) -> count
  std::map<std::string, std::uint64_t> worker_deaths;                   // by cause
  std::map<std::string, std::uint64_t> run_restarts;                    // by cause: death, stall, stop
  std::map<int, std::uint64_t> requests;                                // by HTTP status
  std::uint64_t clients_dropped = 0;                                    // ended by a limit or a time-out
  std::uint64_t event_lines_dropped = 0;
  FitTimes fit_times;
  std::map<std::string, JobFigures> jobs;
  // Trainings are counted above, detections here.
  std::map<std::string, std::map<std::string, std::uint64_t>> detections;  // job -> final state -> count
  std::map<std::string, std::map<std::string, std::uint64_t>> anomalies;   // job -> kind -> new events
  std::map<std::string, DetectFigures> detect_jobs;
};

// How things stand at this moment.
struct ServiceGauges {
  std::string version;
  double start_seconds = 0;  // epoch, of this process
  std::size_t clients = 0;
  std::size_t streams = 0;
  std::size_t queue_length = 0;
  std::size_t queue_limit = 0;
  std::size_t runs_active = 0;
  bool draining = false;
  std::string problem;  // why the service is not well, one sentence; empty: it is
  bool state_saved = true;
  std::uint64_t state_save_failures = 0;  // since this process began
  struct ActiveRun {
    std::string job, stage;
    std::uint64_t done = 0, total = 0, failures = 0;
  };
  std::vector<ActiveRun> active;
};

// Adds what a finished run's summary (the object of `fitd train --json`, may be empty or garbled) says.
void CountSummary(const std::string& job, const std::string& summary_json, ServiceCounters& counters);
// Adds a run that has ended, with its summary.
void CountRun(const RunRecord& run, ServiceCounters& counters);
// Adds an event that this run has found, when it is a detection and the event is new.
void CountAnomaly(const RunRecord& run, const AnomalyFound& found, ServiceCounters& counters);

std::string FormatMetrics(const ServiceCounters& counters, const ServiceGauges& gauges);

// Archive form for the state file; what cannot be read is left at zero.
nlohmann::json CountersToJson(const ServiceCounters& counters);
ServiceCounters CountersFromJson(const nlohmann::json& object);

}  // namespace fitd
