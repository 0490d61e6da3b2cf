// The workers of a run that trains or updates, started when there is something to fit. Daemon, main thread.
#pragma once

#include <cstddef>
#include <memory>

#include "common/job/job.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/pool/pool_options.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/progress/progress.h"

namespace fitd {

// The options of a pool for `units` pieces of work of the plan: what PlacePool says, and what users' code needs.
Result<PoolOptions> RunPoolOptions(const Job& job, const ModelPlan& plan, const Frame& frame, std::size_t units,
                                   const PoolOptions& given);

// Starts it and tells `progress` that the run has begun; `started` has its run, job and targets.
Result<std::unique_ptr<WorkerPool>> StartRunPool(const PoolOptions& options, RunStarted started, Progress& progress);

}  // namespace fitd
