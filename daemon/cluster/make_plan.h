// Reads the data of a job once, for all shards: the file that each of them reads its part of. Daemon, main thread.
#pragma once

#include <string>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/fleet_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"

namespace fitd {

struct FleetPlanOptions {
  int shards = 1;
  std::string path;   // of the plan
  std::string spill;  // a folder for values while the data are read; empty: they are in memory
};

// The plan that was written. Memory: the values of the whole fleet, or with `spill` some 400 bytes a target and 100 MB.
// Errors of reading the data, of spilling and of writing the plan.
Result<FleetPlan> MakeFleetPlan(const Job& job, const FleetPlanOptions& options, const SignalCancel& cancel,
                                Progress& progress);

}  // namespace fitd
