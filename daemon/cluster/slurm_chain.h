// Prints or submits the chain of Slurm jobs that trains a job's shards and merges them, and says where it stands.
// Daemon executable, main thread.
#pragma once

#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/cluster/slurm_manifest.h"
#include "daemon/cluster/slurm_plan.h"

namespace fitd {

// True when the shards are merged and the merged store is still there.
bool IsMerged(const SlurmPlan& plan);

// The scripts and the commands that would submit them, for people.
Result<std::string> DescribeChain(const SlurmPlan& plan);

// Writes scripts and manifest into the folder and submits what is neither there nor queued nor running, each step after
// the one before. Empty when nothing is missing. kUnavailable when sbatch is not there or refuses, kUsage when the
// folder holds another chain.
Result<std::vector<SubmittedJob>> SubmitChain(SlurmPlan plan);

struct TaskState {
  std::string step;
  int shard = 0;      // 0: a step without shards
  std::string state;  // "done", "running", "waiting", "failed", "missing"
  std::string why;    // of a failure or a wait
};
Result<std::vector<TaskState>> ChainStatus(const SlurmManifest& manifest);

}  // namespace fitd
