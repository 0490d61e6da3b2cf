// Prints or submits the chain of Slurm jobs that trains a job's shards and merges them, and says where it stands.
// Daemon executable, main thread. Runs sbatch, squeue and scontrol, found in PATH.
#pragma once

#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/cluster/slurm_plan.h"

namespace fitd {

// The scripts and the commands that would submit them, for people.
Result<std::string> DescribeChain(const SlurmPlan& plan);

struct SubmittedJob {
  std::string step;  // "sums", "merge-sums", "train", "merge"
  std::string id;
  std::string tasks;  // of an array; empty: none
};
// Writes scripts and manifest into the folder and submits what is missing, each step after the one before. Empty when
// everything is there. kUnavailable when sbatch is not there or refuses.
Result<std::vector<SubmittedJob>> SubmitChain(SlurmPlan plan);

struct TaskState {
  std::string step;
  int shard = 0;      // 0: a step without shards
  std::string state;  // "done", "failed", "missing", or Slurm's ("PENDING", "RUNNING", ...)
  std::string why;    // of a failure, or of a wait
};
Result<std::vector<TaskState>> ChainStatus(const SlurmPlan& plan);

// The plan that a folder's manifest says was submitted. kNotFound when nothing was.
Result<SlurmPlan> ReadManifest(const std::string& folder);

}  // namespace fitd
