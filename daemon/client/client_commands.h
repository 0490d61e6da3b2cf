// The commands that talk to the daemon: start, runs, status, watch, cancel, logs. Each returns the exit code of the
// process; data go to stdout, progress and messages to stderr. Command-line process, main thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/client/client_options.h"

namespace fitd {

struct StartOptions {
  std::string job;
  bool wait = false;  // until the run has ended; its exit code is ours
  int priority = 0;
  bool fresh = false;
  bool detect = false;  // a detection instead of a training
  bool if_due = false;  // only when the job's `every` has gone by
};
int StartCommand(const ClientOptions& client, const StartOptions& options);

struct RunsOptions {
  std::string job;    // empty: all
  std::string state;  // empty: all
  std::size_t limit = 20;
};
int RunsCommand(const ClientOptions& client, const RunsOptions& options);

// `run` is a number or a job's name, which means its latest run. Status with an empty one is the daemon's own.
int StatusCommand(const ClientOptions& client, const std::string& run);
int WatchCommand(const ClientOptions& client, const std::string& run);
int CancelCommand(const ClientOptions& client, const std::string& run);
int LogsCommand(const ClientOptions& client, const std::string& run, std::size_t lines);

// Prints the forecasts of a job as they come.
struct JobForecastOptions {
  std::string job;
  bool json = false;
  int horizon = 0;  // 0: what the run was tuned for
  std::vector<double> levels;
  std::vector<std::string> models;
  std::vector<std::string> targets;  // empty: all
};
int ForecastCommand(const ClientOptions& client, const JobForecastOptions& options);

// The daemon's metrics for Prometheus, on stdout, or into a file that is replaced as a whole (node_exporter's textfile
// collector).
int MetricsCommand(const ClientOptions& client, const std::string& textfile);

}  // namespace fitd
