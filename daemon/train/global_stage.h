// The global stage of a run: the pooled regression over all targets, from sums that workers compute. Daemon, main
// thread.
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

// Computes the sums of the fleet's targets [first, end) and passes each complete superblock to `complete`. `frame`
// holds the targets from `frame_first` on. `first` and `frame_first` must begin a superblock.
Status SumTargets(const Frame& frame, std::uint64_t frame_first, std::uint64_t first, std::uint64_t end,
                  const ModelPlan& plan, WorkerPool& pool, const SignalCancel& cancel, Progress& progress,
                  GlobalSums::Superblock complete);

// The regression of the whole frame. Superblocks found in `kept` are not summed again; new sums are put into it. The
// result has the same bits either way.
Result<std::vector<PooledArGlobal>> RunGlobalStage(const Frame& frame, const ModelPlan& plan, WorkerPool& pool,
                                                   KeptSums& kept, const SignalCancel& cancel, Progress& progress);

}  // namespace fitd
