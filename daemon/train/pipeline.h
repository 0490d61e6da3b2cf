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
  bool fresh = false;              // neither resume an earlier run nor start from its models
  bool reselect = false;           // select the forms of all models again
  bool retry_quarantined = false;  // give targets that killed their workers another chance
  Shard shard;
  std::string global_from;  // file of `fitd sums --merge` to use instead of the global stage; empty: none
  PoolOptions pool;         // logs, limits and extras of the workers; count and CPUs are set by the pipeline
  std::string plan_from;    // file of `fitd plan` to read instead of the data; empty: none
  bool scratch = false;     // the store is deleted when the caller ends
};

// Runs the job. Errors are what ended it early: kCancelled (finished targets are saved and the same call resumes),
// errors of the store or the data, too many failures. A summary may contain failed targets.
Result<RunSummary> RunPipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                               Progress& progress);
// Runs the job on data that are already loaded; the job's files are not read.
Result<RunSummary> RunPipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                               Progress& progress, IngestResult data);

}  // namespace fitd
