#include "daemon/train/run_pool.h"

#include <algorithm>
#include <utility>

#include "daemon/pool/worker_placement.h"
#include "daemon/user/user_code.h"

namespace fitd {

Result<PoolOptions> RunPoolOptions(const Job& job, const ModelPlan& plan, const Frame& frame, std::size_t units,
                                   const PoolOptions& given) {
  FITD_ASSIGN_OR_RETURN(PoolOptions options, PlacePool(job, DemandOf(frame, units), given));
  // Users' code never runs in this process: it may crash, hang or exit.
  if (plan.uses_user_code()) options.workers = std::max(options.workers, 1);
  if (plan.uses_python()) {
    FITD_ASSIGN_OR_RETURN(options.executable, FindPythonWorker());
  }
  return options;
}

Result<std::unique_ptr<WorkerPool>> StartRunPool(const PoolOptions& options, RunStarted started, Progress& progress) {
  FITD_ASSIGN_OR_RETURN(std::unique_ptr<WorkerPool> pool, WorkerPool::Start(options));
  for (const WorkerStats& stats : pool->Stats()) {
    started.workers.push_back({stats.worker, stats.pid, stats.pinned_cpu});
  }
  progress.On(started);
  return pool;
}

}  // namespace fitd
