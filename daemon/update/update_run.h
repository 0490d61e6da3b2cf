// An update from new data to a run with advanced models: the only file that knows the order of its steps. Daemon, main
// thread.
//
//   load -> plan -> (take up the run in the store) -> slices: read, advance, save -> finish
//
// Forecasts use the updated run once all of it is saved; until then they use the run before. A kill at any time costs
// at most a slice: the same command resumes and gives the same bits. An update replaces the update before it; the
// trained run stays.
#pragma once

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/pool_options.h"
#include "daemon/progress/progress.h"
#include "daemon/update/update_summary.h"

namespace fitd {

// Uses data, workers and store of the job; models are those of the store. `allow_code`: run users' algorithms even when
// another user owns the store. kNotFound without a trained run; other errors of ExpectUpdatable, LoadFrame, Store and
// WorkerPool.
Result<UpdateSummary> RunUpdate(const Job& job, bool allow_code, const PoolOptions& pool, const SignalCancel& cancel,
                                Progress& progress);

}  // namespace fitd
