// Runs chunks in worker processes: one poll loop over sockets, pidfds and stderr pipes, with deadlines. Replaces
// workers that die, kills workers that hang or send nonsense, and reports events. Parent; one thread, which must
// outlive the runner (the kernel kills the workers when it ends).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/pool/oom_watch.h"
#include "daemon/pool/pool_options.h"
#include "daemon/pool/pooled_worker.h"
#include "daemon/pool/startup_deaths.h"
#include "daemon/pool/worker_cgroups.h"
#include "daemon/pool/worker_poll.h"
#include "daemon/pool/worker_runner.h"

namespace fitd {

class ProcessWorkerRunner final : public WorkerRunner {
 public:
  // Spawns all workers; an error when one cannot be spawned. `clock` outlives the runner. Workers report when they
  // began a unit in steady-clock time, so production passes the system clock.
  static Result<std::unique_ptr<ProcessWorkerRunner>> Start(PoolOptions options, const Clock& clock);
  ~ProcessWorkerRunner() override;
  ProcessWorkerRunner(const ProcessWorkerRunner&) = delete;
  ProcessWorkerRunner& operator=(const ProcessWorkerRunner&) = delete;

  Status BeginStage(const StageSpec& spec) override;
  std::span<const WorkerSlot> FreeSlots() override;
  Status Start(int worker, ChunkOrder order) override;
  void Replace(int worker) override;
  WorkerEvent WaitUntil(Monotonic deadline) override;
  void Abort() override;

  // Lets idle workers exit, kills those that work or do not exit in time; all are reaped on return.
  void Shutdown();
  std::vector<WorkerStats> Stats() const;
  std::vector<int> Pids() const;

 private:
  ProcessWorkerRunner(PoolOptions options, const Clock& clock);

  Status SpawnInto(PooledWorker& worker);
  Status PrepareForStage(PooledWorker& worker);
  void RespawnDue(Monotonic now);
  bool PumpAll();
  bool Pump(PooledWorker& worker);
  bool PumpFrame(PooledWorker& worker, bool& more);
  bool DeliverRecords(PooledWorker& worker);
  Status Handle(PooledWorker& worker, const Message& message);
  bool BuryIfDead(PooledWorker& worker);
  void OnStartupDeath(const PooledWorker& worker, const DeathCause& cause, const std::string& last_words);
  void RecycleIfDue(PooledWorker& worker);
  void CheckDeadlines(Monotonic now);
  void OnStatus(PooledWorker& worker, const Status& status);
  void EndForBadMessage(PooledWorker& worker, std::string_view remark);
  Monotonic NextWake(Monotonic deadline, Monotonic now) const;
  void Poll(Monotonic wake);
  void Output(int worker, std::string_view line) const;

  PoolOptions options_;
  const Clock& clock_;
  WorkerCgroups cgroups_;  // outlives the workers
  std::vector<std::unique_ptr<PooledWorker>> workers_;
  std::deque<WorkerEvent> events_;
  std::vector<ResultRecord> records_;  // records of the last RecordsArrived event, which refers to them
  std::vector<WorkerSlot> slots_;
  WorkerPoll poll_;
  ChunkWriter chunk_writer_;
  OomWatch oom_watch_;

  StageSpec spec_;
  bool in_stage_ = false;
  std::uint32_t stage_ = 0;
  SharedSegment context_;
  int spawn_number_ = 0;
  StartupDeaths startup_deaths_;
  Monotonic respawn_at_{};
  std::optional<Monotonic> checked_at_;  // when deadlines were last checked
  Monotonic patient_until_{};            // no deadline is enforced before this time
  Monotonic next_tick_{};
};

}  // namespace fitd
