// The runner of --workers 0: the parent does the work itself inside WaitUntil, one unit at a time. Parent; one thread.
// An exception of the task counts as a death of its unit; what would kill a worker process kills the parent.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "daemon/pool/worker_runner.h"

namespace fitd {

class LocalWorkerRunner final : public WorkerRunner {
 public:
  Status BeginStage(const StageSpec& spec) override;
  std::span<const WorkerSlot> FreeSlots() override;
  Status Start(int worker, ChunkOrder order) override;
  void Replace(int) override {}  // the parent runs no user's code
  WorkerEvent WaitUntil(Monotonic deadline) override;
  void Abort() override;

  double busy_seconds() const { return busy_seconds_; }

 private:
  WorkerEvent RunNext();

  StageSpec spec_;
  const AlgorithmHosts no_hosts_{};  // the parent runs no user's code
  std::unique_ptr<TargetTask> task_;
  std::optional<ChunkOrder> chunk_;
  std::uint32_t position_ = 0;
  std::vector<WorkerSlot> slots_;
  std::vector<SeriesView> group_;
  std::string bytes_;
  ResultRecord record_;
  double busy_seconds_ = 0;
};

}  // namespace fitd
