// Starts, watches and ends run processes in queue order; knows their progress and keeps the counters. Only decides:
// processes are behind RunLauncher, time behind Clock, files and clients behind RunObserver. Daemon, loop thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/status.h"
#include "daemon/runs/event_backlog.h"
#include "daemon/runs/metrics.h"
#include "daemon/runs/requester.h"
#include "daemon/runs/run_launcher.h"
#include "daemon/runs/run_observer.h"
#include "daemon/runs/run_progress.h"
#include "daemon/runs/run_queue.h"
#include "daemon/runs/service_config.h"
#include "daemon/runs/service_log.h"
#include "daemon/runs/snapshot_file.h"

namespace fitd {

class RunManager {
 public:
  // All references outlive the manager.
  RunManager(const Clock& clock, RunLauncher& launcher, RunObserver& observer, ServiceLog log,
             const ServiceConfig& config);
  ~RunManager();

  void SetConfig(const ServiceConfig& config) { config_ = config; }
  // Call once at the daemon's start, before anything else. Interrupted runs are queued again.
  void Restore(ServiceSnapshot snapshot);

  // kBusy when the queue is full, the job already has an active run of this kind, or the daemon is stopping.
  struct StartRequest {
    std::string job;
    int priority = 0;
    bool fresh = false;
    bool hold = false;  // do not start before Release(): the client is told only once the queue is on disk
    RunKind kind = RunKind::kTrain;
  };
  Result<std::int64_t> Start(const StartRequest& request, const Requester& by);
  void Release(std::int64_t id);
  // Removes a held run that no client was told about.
  void Withdraw(std::int64_t id);
  Status Cancel(std::int64_t id, const Requester& by);

  // Starts runs that can start and kills those that should have ended. Call after every change and at least once a
  // second.
  void Tick();

  // Stops starting runs and interrupts the running ones; the next daemon resumes them.
  void BeginDrain();
  void KillAll();  // kills all runs, after the drain limit

  const RunQueue& queue() const { return queue_; }
  ServiceCounters& counters() { return counters_; }
  std::size_t num_active() const { return active_.size(); }
  std::size_t num_pending() const;  // active, queued, or waiting for a retry
  // The last progress of the active run that has been silent for longest; nullopt: none is active.
  std::optional<Monotonic> OldestProgress() const;
  const RunProgress* progress(std::int64_t id) const;  // null when it is not running
  pid_t pid(std::int64_t id) const;                    // 0 when it is not running
  const EventBacklog* events(std::int64_t id) const;   // null when it had no events since the daemon's start
  std::string Describe() const;                        // one line for `systemctl status`

 private:
  struct ActiveRun;

  void StartRun(RunRecord& run);
  void OnLine(std::int64_t id, const std::string& line);
  void OnExit(std::int64_t id, const RunExit& exit);
  void FollowUp(std::int64_t id, ActiveRun& active);
  ServiceRunState Judge(RunRecord& run, const ActiveRun& active, const RunExit& exit);
  void ScheduleRetry(const RunRecord& run);
  void Finish(std::int64_t id, ServiceRunState state);
  void AppendEvent(std::int64_t id, const RunEvent& event);
  std::int64_t NowMs() const;

  const Clock& clock_;
  RunLauncher& launcher_;
  RunObserver& observer_;
  ServiceLog log_;
  ServiceConfig config_;
  RunQueue queue_;
  ServiceCounters counters_;
  std::map<std::int64_t, std::unique_ptr<ActiveRun>> active_;
  std::map<std::int64_t, Monotonic> retry_at_;
  std::map<std::int64_t, EventBacklog> backlogs_;
  bool draining_ = false;
};

}  // namespace fitd
