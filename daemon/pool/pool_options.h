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
  int workers = 1;        // 0: the parent does the work itself
  std::vector<int> cpus;  // worker i is pinned to cpus[i % size]; empty: no pinning
  int earlier_shards =
      0;  // shards on this host that start before this one, with as many workers: their cores are skipped
  std::string executable;               // empty: FindWorkerExecutable()
  std::vector<std::string> extra_args;  // appended to fitd's own; pairs of --name value
  std::vector<std::pair<std::string, std::string>> extra_env;

  std::string log_dir;  // each worker writes worker-N.log there; empty: to the parent's stderr
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::uint64_t log_limit = 0;  // bytes, for all workers' log files together; 0: none
  // Receives each whole line that a worker writes to stdout or stderr; must not block for long. Empty: the line goes to
  // the parent's log when there is a log_dir, else to its stderr.
  std::function<void(int worker, std::string_view line)> on_output;

  std::uint64_t memory_bytes = 0;          // limit per worker (RLIMIT_DATA, and a cgroup where possible); 0: none
  std::uint64_t recycle_targets = 0;       // replaces a worker after this many units; 0: never
  std::uint64_t recycle_growth_bytes = 0;  // or when its memory has grown by this much; 0: never

  Duration startup_timeout = std::chrono::seconds(60);  // from spawn, or from the start of a stage, until Ready
  Duration abort_grace = std::chrono::seconds(1);       // between SIGABRT and SIGKILL for a worker that hangs
  // Deaths in a row before Ready, over all workers, that end the run: by the workers' own doing, and from outside.
  // Deaths from outside say little about the program, so more are allowed.
  int max_startup_deaths = 5;
  int max_outside_startup_deaths = 40;

  std::uint64_t LogLimitOfWorker() const {
    return workers > 1 ? log_limit / static_cast<std::uint64_t>(workers) : log_limit;
  }
};

struct WorkerStats {
  int worker = 0;
  int pid = 0;
  int pinned_cpu = -1;        // as asked for; -1: none
  int reported_cpu = -1;      // CPU it ran on when it sent Hello
  bool pinning_held = false;  // its affinity mask was exactly that CPU, and it ran there
  std::uint64_t units = 0;
  double busy_seconds = 0;  // time in tasks, over all processes of this worker
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
