// The part of the global stage that one shard does: the sums of its superblocks of targets, into a file. Daemon, main
// thread.
#pragma once

#include <string>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/plan/shard.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"

namespace fitd {

// Loads the data of the job and adds up. kUsage when the job has no regression over all targets.
// `plan`: a file of `fitd plan`, of which only the shard's targets are read; empty: the data are read.
Status SumShard(const Job& job, const Shard& shard, const std::string& plan, const std::string& path,
                const SignalCancel& cancel, Progress& progress);

}  // namespace fitd
