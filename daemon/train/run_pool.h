// The workers of a training or update, started when there is something to fit. Daemon, main thread.
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

// Pool options for `units` pieces of work: PlacePool, and what users' code needs.
Result<PoolOptions> RunPoolOptions(const Job& job, const ModelPlan& plan, const Frame& frame, std::size_t units,
                                   const PoolOptions& given);

// Starts the pool and tells `progress` that the run has begun; the caller sets run, job and targets in `started`.
Result<std::unique_ptr<WorkerPool>> StartRunPool(const PoolOptions& options, RunStarted started, Progress& progress);

}  // namespace fitd
