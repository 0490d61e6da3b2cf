// Names why a worker process ended, from its exit status and what the parent knew. Parent; pure logic.
#pragma once

#include <optional>

#include "daemon/pool/worker_runner.h"
#include "daemon/pool/worker_watch.h"
#include "ipc/child_process.h"

namespace fitd {

struct DeathEvidence {
  std::optional<Verdict> verdict;  // why the parent killed it; nullopt: it did not
  bool oom_kill = false;           // the kernel killed somebody for memory at that time
  bool partial_frame = false;      // the last message is cut off
};

DeathCause CauseOfDeath(const ExitReport& report, const DeathEvidence& evidence);

}  // namespace fitd
