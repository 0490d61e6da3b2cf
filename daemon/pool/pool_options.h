// How the workers of a run are started and watched. Parent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/process/log.h"

namespace fitd {

struct PoolOptions {
  int workers = 1;                      // 0: the parent does the work itself
  std::vector<int> cpus;                // worker i is pinned to cpus[i % size]; empty: nobody is pinned
  int earlier_shards = 0;               // that may run on this host too, with as many workers: their cores are left
  std::string executable;               // empty: FindWorkerExecutable()
  std::vector<std::string> extra_args;  // after fitd's own; pairs of --name value
  std::vector<std::pair<std::string, std::string>> extra_env;

  std::string log_dir;  // worker-N.log each; empty: lines go to the parent's stderr
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::uint64_t log_limit = 0;  // of all workers' log files together, bytes; 0: none
  // Gets each whole line a worker writes to stdout or stderr; empty: to the parent's stderr without a log_dir, to the
  // parent's log with one. Must not block for long.
  std::function<void(int worker, std::string_view line)> on_output;

  std::uint64_t memory_bytes = 0;          // limit per worker (RLIMIT_DATA, and a cgroup where possible); 0: none
  std::uint64_t recycle_targets = 0;       // replace a worker after so many units; 0: never
  std::uint64_t recycle_growth_bytes = 0;  // or when its memory has grown by so much; 0: never

  Duration startup_timeout = std::chrono::seconds(60);  // from spawn, or from the begin of a stage, to Ready
  Duration abort_grace = std::chrono::seconds(1);       // between SIGABRT and SIGKILL for a worker that hangs
  // In a row, over all workers: the run fails. Those that somebody else caused say little about the program.
  int max_startup_deaths = 5;
  int max_outside_startup_deaths = 40;

  std::uint64_t LogLimitOfWorker() const {
    return workers > 1 ? log_limit / static_cast<std::uint64_t>(workers) : log_limit;
  }
};

struct WorkerStats {
  int worker = 0;
  int pid = 0;
  int pinned_cpu = -1;        // asked for
  int reported_cpu = -1;      // where it said hello from
  bool pinning_held = false;  // its affinity mask was that one CPU and it ran there
  std::uint64_t units = 0;
  double busy_seconds = 0;  // in the task, over all processes of this worker
  double cpu_seconds = 0;   // user and system, over all processes of this worker
  std::uint64_t peak_rss_bytes = 0;
  int spawns = 0, deaths = 0;
};

inline constexpr std::string_view kWorkerName = "fitd-worker";
inline constexpr std::string_view kPythonWorkerName = "fitd-worker-python";

// A worker executable: FITD_WORKER (for the plain one), beside this program, or ../libexec/fitd/; the first that
// exists, else the first.
std::string FindWorkerExecutable(std::string_view name = kWorkerName);

}  // namespace fitd
