// The workers of a run and the stages they work through. Parent; one thread, which starts the pool, runs its stages and
// outlives it (the kernel kills the workers when the thread that spawned them ends).
//
//   auto pool = WorkerPool::Start(options);           spawn and pin
//   pool->RunStage(frame, global_stage, sink);        workers persist
//   pool->RunStage(frame, local_stage, sink);         over the stages
//   pool->Shutdown(); pool->Stats();                  or the destructor
//
// A stage always ends, whatever happens to workers: each target is done, or lost with a cause, or RunStage returns an
// error (cancelled, the sink's error, a task that refuses its context, workers that keep dying at startup). The records
// given to the sink do not depend on the number of workers, chunk size, order or deaths.
#pragma once

#include <memory>
#include <vector>

#include "common/clock.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/pool/dispatcher.h"
#include "daemon/pool/pool_options.h"

namespace fitd {

class LocalWorkerRunner;
class ProcessWorkerRunner;

class WorkerPool {
 public:
  // Returns when all workers are spawned, not yet ready. Errors name the executable or the CPU.
  static Result<std::unique_ptr<WorkerPool>> Start(const PoolOptions& options);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Blocks until the stage ends. After an error the pool may run another stage.
  Result<StageReport> RunStage(const Frame& frame, const StageOptions& options, StageSink& sink);

  // Ends all workers; none is left on return, and Stats() are final.
  void Shutdown();

  int num_workers() const;  // 0: the parent does the work itself
  // The process ids of the workers that live now.
  std::vector<int> Pids() const;
  // One entry per worker; with 0 workers one for the parent, with worker = -1.
  std::vector<WorkerStats> Stats() const;

 private:
  WorkerPool();

  SystemClock clock_;
  std::unique_ptr<LocalWorkerRunner> local_;
  std::unique_ptr<ProcessWorkerRunner> processes_;
};

}  // namespace fitd
