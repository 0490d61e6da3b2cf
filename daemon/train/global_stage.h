// The global stage of a run: the pooled regression over all targets, its sums made by the workers. Daemon, main thread.
#pragma once

#include <cstdint>
#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/progress/progress.h"
#include "daemon/train/global_sums.h"
#include "daemon/train/kept_sums.h"

namespace fitd {

// The sums of the fleet's targets [first, end), a superblock at a time; `first` begins one. The frame has the targets
// from `frame_first` on, which begins a superblock too.
Status SumTargets(const Frame& frame, std::uint64_t frame_first, std::uint64_t first, std::uint64_t end,
                  const ModelPlan& plan, WorkerPool& pool, const SignalCancel& cancel, Progress& progress,
                  GlobalSums::Superblock complete);

// The regression of the whole frame. Superblocks whose sums `kept` has are not summed again, and it gets those of the
// others; the same bits either way.
Result<std::vector<PooledArGlobal>> RunGlobalStage(const Frame& frame, const ModelPlan& plan, WorkerPool& pool,
                                                   KeptSums& kept, const SignalCancel& cancel, Progress& progress);

}  // namespace fitd
