// The global stage of a user's algorithm: one worker gets the whole frame, and its result becomes part of every
// worker's context. Daemon, main thread.
#pragma once

#include <string>

#include "common/job/job.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/worker_pool.h"

namespace fitd {

// Returns the payload of the result. An exception in the user's code ends the run with its message and traceback.
Result<std::string> RunUserGlobalStage(const Frame& frame, const ModelPlan& plan, const Job& job, WorkerPool& pool,
                                       const SignalCancel& cancel);

}  // namespace fitd
