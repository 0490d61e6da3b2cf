// What every stage of a run takes from the job: one place, so that no command forgets a part. Daemon, main thread;
// pure.
#pragma once

#include "common/job/job.h"
#include "daemon/pool/dispatcher.h"

namespace fitd {

// `user_code`: whether the stage runs users' algorithms, in worker processes. Kind, context, units and expected costs
// are the caller's.
StageOptions StageOptionsOf(const Job::Workers& workers, bool user_code, const CancelSource& cancel);

}  // namespace fitd
