// A fleet's shards as a chain of Slurm jobs: plan, sums array, merge of sums, train array, merge. Pure: what is
// missing, which arrays that makes and what their scripts say. Daemon executable.
#pragma once

#include <string>
#include <vector>

namespace fitd {

struct SlurmPlan {
  std::string fitd;    // the executable, absolute
  std::string job;     // the job file, absolute
  std::string store;   // of the merged run, absolute
  std::string folder;  // sums, shards, logs, manifest: on a file system that all nodes see; absolute
  int shards = 1;
  int sum_shards = 0;                // 0: the job has no regression over all targets
  std::vector<std::string> options;  // of sbatch, for every job: --partition=..., --time=...
  int max_array = 1001;              // MaxArraySize: task ids are below it
  std::string spill;                 // a folder of the planning host for values; empty: they are in its memory
  bool cores_of_allocation = true;   // as many workers as Slurm gives cores; false: the job says how many
};

std::string PlanFileOf(const SlurmPlan& plan);                                       // FOLDER/plan
std::string SumsFileOf(const SlurmPlan& plan, int shard);                            // FOLDER/sums/3
std::string ShardFileOf(const SlurmPlan& plan, int shard);                           // FOLDER/shards/3.db
std::string GlobalFileOf(const SlurmPlan& plan);                                     // FOLDER/global
std::string MergedFileOf(const SlurmPlan& plan);                                     // FOLDER/merged
std::string FailureFileOf(const SlurmPlan& plan, std::string_view step, int shard);  // FOLDER/failed/train-3

// Tasks of one array job: ids below max_array, shard = id + offset.
struct SlurmArray {
  std::string ids;  // "1-1000", "3,7,9-12"
  int offset = 0;
};
// The shards, ascending, as arrays.
std::vector<SlurmArray> ArraysOf(const std::vector<int>& shards, int max_array);

// Batch scripts. A task that is worth another try (exit 74 or 75) asks to be requeued, at most five times; what a task
// makes is renamed into place when it is whole, so that two copies of a task do no harm. Each task has a log of its own
// in FOLDER/logs; why it failed is noted in a file that a later try removes.
std::string PlanScript(const SlurmPlan& plan);
std::string SumsScript(const SlurmPlan& plan);
std::string MergeSumsScript(const SlurmPlan& plan);
std::string TrainScript(const SlurmPlan& plan);
std::string MergeScript(const SlurmPlan& plan);

}  // namespace fitd
