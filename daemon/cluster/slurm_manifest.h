// What `fitd slurm --submit` has submitted, in a file of the chain's folder. Daemon executable, main thread.
#pragma once

#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/cluster/slurm_plan.h"

namespace fitd {

struct SubmittedJob {
  std::string step;   // "plan", "sums", "merge-sums", "train", "merge"
  std::string id;     // Slurm's
  std::string tasks;  // ids of an array; empty: none
  int offset = 0;     // shard = task id + offset
};

struct SlurmManifest {
  SlurmPlan plan;
  std::vector<SubmittedJob> jobs;  // in the order they were submitted
};

// Whole or not at all.
Status WriteManifest(const SlurmManifest& manifest);
// kNotFound when nothing was submitted from this folder, kCorrupt when the file is no manifest.
Result<SlurmManifest> ReadManifest(const std::string& folder);

}  // namespace fitd
