// The global stage of a run: the pooled regression over all targets, its sums made by the workers. Daemon, main thread.
#pragma once

#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/progress/progress.h"
#include "daemon/train/model_plan.h"
#include "daemon/train/signal_cancel.h"

namespace fitd {

Result<std::vector<PooledArGlobal>> RunGlobalStage(const Frame& frame, const ModelPlan& plan, WorkerPool& pool,
                                                   const SignalCancel& cancel, Progress& progress);

}  // namespace fitd
