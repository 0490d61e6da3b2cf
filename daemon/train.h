// fitd train: builds the parts of a run, runs it, says what became of it. Daemon executable, main thread.
#pragma once

#include <string>

#include "common/job.h"

namespace fitd {

struct TrainOptions {
  bool fresh = false;
  bool retry_quarantined = false;
  std::string shard;  // "I/N"; empty: all targets
  std::string log_dir;
  std::string log_format = "text";
  std::string log_level = "info";
  bool log_level_given = false;
  std::string progress = "auto";
  int progress_fd = -1;
  bool quiet = false;
  bool json = false;
};

// Returns the exit code; everything was said on stdout and stderr.
int RunTrain(const Job& job, const TrainOptions& options);

}  // namespace fitd
