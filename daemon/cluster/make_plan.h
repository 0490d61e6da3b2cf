// Reads the data of a job once, for all shards: the file that each of them reads its part of. Daemon, main thread.
#pragma once

#include <string>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/fleet_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"

namespace fitd {

// The plan that was written. Memory: the data of the whole fleet. Errors of reading the data and of writing `path`.
Result<FleetPlan> MakeFleetPlan(const Job& job, int shards, const std::string& path, const SignalCancel& cancel,
                                Progress& progress);

}  // namespace fitd
