// Names why a worker process ended, from its exit status and what the parent knew. Parent; pure logic.
#pragma once

#include <string>

#include "daemon/pool/worker_runner.h"
#include "ipc/worker_process.h"

namespace fitd {

struct DeathEvidence {
  std::string verdict;         // why the parent killed it ("timeout", "bad-message"); empty: it did not
  bool oom_kill = false;       // the kernel killed somebody for memory at that time
  bool partial_frame = false;  // the last message is cut off
};

DeathCause CauseOfDeath(const ExitReport& report, const DeathEvidence& evidence);

}  // namespace fitd
