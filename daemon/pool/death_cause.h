// Names why a worker process ended, from its exit status and from what the parent knew. Parent; pure logic.
#pragma once

#include <optional>

#include "daemon/pool/worker_runner.h"
#include "daemon/pool/worker_watch.h"
#include "ipc/child_process.h"

namespace fitd {

struct DeathEvidence {
  std::optional<Verdict> verdict;  // why the parent killed it; nullopt: the parent did not
  bool oom_kill = false;           // the kernel counted an out-of-memory kill since the last death
  bool partial_frame = false;      // the last message was cut off
  double cpu_limit = 0;            // seconds of CPU that a process may use (RLIMIT_CPU); 0: no limit
};

DeathCause CauseOfDeath(const ExitReport& report, const DeathEvidence& evidence);

}  // namespace fitd
