// A training run from data to saved models: the only file that knows the order of the stages. Daemon, main thread.
//
//   load -> (take up the run in the store) -> global -> map -> fit (saving as results arrive) -> postprocess -> finish
#pragma once

#include <optional>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/shard.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/progress/progress.h"
#include "daemon/train/run_summary.h"

namespace fitd {

struct PipelineOptions {
  bool fresh = false;              // do not take up an earlier run, nor start from one
  bool reselect = false;           // select the forms of all models again
  bool retry_quarantined = false;  // give targets that killed their workers another chance
  Shard shard;
  std::string global_from;  // a file of `fitd sums --merge` instead of a global stage; empty: none
  PoolOptions pool;         // logs, limits and extras of the workers; count and CPUs are filled in here
  std::string plan_from;    // a file of `fitd plan` instead of the data; empty: none
  bool scratch = false;     // the store is gone when the caller ends
};

// Runs the job. An error is what ended the run early: cancelled (what was finished is saved, the same call goes on),
// the store's or the data's error, too many failures. A summary may hold failures.
Result<RunSummary> RunPipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                               Progress& progress);
// The same on data that are loaded already: the job's files are not read.
Result<RunSummary> RunPipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                               Progress& progress, IngestResult data);

}  // namespace fitd
