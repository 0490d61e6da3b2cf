// A user's global stage: one worker gets the whole frame, what it returns goes to every worker's context. Daemon, main
// thread.
#pragma once

#include <string>

#include "common/job/job.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/worker_pool.h"

namespace fitd {

// The result's payload. An exception of the user's code ends the run with its message and traceback.
Result<std::string> RunUserGlobalStage(const Frame& frame, const ModelPlan& plan, const Job& job, WorkerPool& pool,
                                       const SignalCancel& cancel);

}  // namespace fitd
