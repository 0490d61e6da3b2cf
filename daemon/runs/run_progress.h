// The progress of a run, built from its events, for clients, systemd and metrics. Pure; times are passed in. Daemon,
// loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "daemon/progress/run_events.h"

namespace fitd {

class RunProgress {
 public:
  explicit RunProgress(Monotonic start) : last_progress_(start) {}

  // Only events that move the run count as progress: a new stage, more targets done, a worker's death, a failure. A
  // process that repeats itself counts as silent.
  void Apply(const RunEvent& event, Monotonic now);

  Monotonic last_progress() const { return last_progress_; }
  const std::optional<RunAdvanced>& latest() const { return latest_; }  // nullopt: no such event yet
  std::uint64_t targets() const { return targets_; }
  std::int64_t store_run() const { return store_run_; }
  const std::vector<WorkerInfo>& workers() const { return workers_; }
  std::uint64_t worker_deaths() const { return worker_deaths_; }
  const FitTimes& fit_times() const { return fit_times_; }

  // "cpu: fit 1200/1428 84% 310 targets/s ETA 0:01, 2 failed"
  std::string Describe(const std::string& job) const;

 private:
  Monotonic last_progress_;
  std::optional<RunAdvanced> latest_;
  std::uint64_t targets_ = 0;
  std::int64_t store_run_ = 0;
  std::vector<WorkerInfo> workers_;
  std::uint64_t worker_deaths_ = 0;
  FitTimes fit_times_;
};

}  // namespace fitd
