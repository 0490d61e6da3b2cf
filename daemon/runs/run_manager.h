// Starts, watches and ends run processes in the order of the queue; knows their progress and keeps the counters.
// Decides only: processes are behind RunLauncher, time behind Clock, files and clients behind RunObserver. Daemon, loop
// thread.
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
  // All outlive the manager.
  RunManager(const Clock& clock, RunLauncher& launcher, RunObserver& observer, ServiceLog log,
             const ServiceConfig& config);
  ~RunManager();

  void SetConfig(const ServiceConfig& config) { config_ = config; }
  // At the start of the daemon, before anything else. What was interrupted waits again.
  void Restore(ServiceSnapshot snapshot);

  // kBusy: queue full, a run of this kind of the job active already, or the daemon is stopping.
  struct StartRequest {
    std::string job;
    int priority = 0;
    bool fresh = false;
    bool hold = false;  // until Release: whoever asked is told only when the queue with the run is on disk
    RunKind kind = RunKind::kTrain;
  };
  Result<std::int64_t> Start(const StartRequest& request, const Requester& by);
  void Release(std::int64_t id);
  // A held run that nobody was told of goes again.
  void Withdraw(std::int64_t id);
  Status Cancel(std::int64_t id, const Requester& by);

  // Starts what can start, and follows up on what should have ended. Call after every change and at least once a
  // second.
  void Tick();

  // No more starts; running processes are told to stop and are interrupted, to be resumed by the next daemon.
  void BeginDrain();
  void KillAll();  // the drain took too long

  const RunQueue& queue() const { return queue_; }
  ServiceCounters& counters() { return counters_; }
  std::size_t num_active() const { return active_.size(); }
  std::size_t num_pending() const;  // active, waiting, or waiting to be tried again
  // When the stalest active run last moved.
  std::optional<Monotonic> OldestProgress() const;
  const RunProgress* progress(std::int64_t id) const;  // null when it is not running
  pid_t pid(std::int64_t id) const;                    // 0 when it is not running
  const EventBacklog* events(std::int64_t id) const;   // null when there were none since the daemon's start
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
