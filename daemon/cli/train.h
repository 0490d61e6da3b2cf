// fitd train: builds the parts of a run, runs it, says what became of it. Daemon executable, main thread.
#pragma once

#include <string>

#include "common/job/job.h"
#include "daemon/cli/run_output.h"

namespace fitd {

struct TrainOptions : RunOutput {
  bool fresh = false;
  bool reselect = false;
  bool retry_quarantined = false;
  std::string shard;  // "I/N"; empty: all targets
  std::string global_from;
  std::string plan_from;
};

// Returns the exit code; everything was said on stdout and stderr.
int RunTrain(const Job& job, const TrainOptions& options);

}  // namespace fitd
