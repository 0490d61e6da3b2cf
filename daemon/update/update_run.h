// An update from new data to a run whose models went on: the only file that knows the order of its steps. Daemon, main
// thread.
//
//   load -> plan -> (take up the run in the store) -> slices: read, advance, save -> finish
//
// The updated run becomes the one to forecast from when all of it is saved; until then readers have the one before. A
// kill at any time costs a slice: the same command goes on, and gives the same bits. An update takes the place of the
// update before it; the run that was trained stays.
#pragma once

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/pool_options.h"
#include "daemon/progress/progress.h"
#include "daemon/update/update_summary.h"

namespace fitd {

// The job's data, workers and store count; its models are those of the store. `allow_code`: users' algorithms run
// whoever owns the store. kNotFound without a trained run; else errors of ExpectUpdatable, LoadFrame, Store and
// WorkerPool.
Result<UpdateSummary> RunUpdate(const Job& job, bool allow_code, const PoolOptions& pool, const SignalCancel& cancel,
                                Progress& progress);

}  // namespace fitd
