// fitd train: builds the parts of a run, runs it, says what became of it. Daemon executable, main thread.
#pragma once

#include <optional>
#include <string>

#include "common/job/job.h"
#include "common/process/log.h"
#include "daemon/progress/progress.h"

namespace fitd {

struct TrainOptions {
  bool fresh = false;
  bool reselect = false;
  bool retry_quarantined = false;
  std::string shard;  // "I/N"; empty: all targets
  std::string global_from;
  std::string plan_from;
  std::string log_dir;
  std::uint64_t log_limit = 0;  // of all files of a run in log_dir together, bytes; 0: none
  LogFormat log_format = LogFormat::kText;
  std::optional<LogLevel> log_level;  // none: info into --log-dir, warning on a terminal
  ProgressStyle progress = ProgressStyle::kAuto;
  int progress_fd = -1;
  bool quiet = false;
  bool json = false;
};

// Returns the exit code; everything was said on stdout and stderr.
int RunTrain(const Job& job, const TrainOptions& options);

}  // namespace fitd
