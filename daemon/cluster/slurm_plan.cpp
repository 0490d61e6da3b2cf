#include "daemon/cluster/slurm_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace fitd {
namespace {

// What every script begins with. `name` is what squeue shows.
std::string Head(const SlurmPlan& plan, std::string_view name, std::string_view log) {
  return fmt::format(
      "#!/bin/bash\n"
      "#SBATCH --job-name={}\n"
      "#SBATCH --nodes=1\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --requeue\n"
      "#SBATCH --open-mode=append\n"
      "#SBATCH --output={}/logs/{}.log\n"
      "fitd={}\n"
      "job={}\n"
      "folder={}\n",
      name, plan.folder, log, ShellQuoted(plan.fitd), ShellQuoted(plan.job), ShellQuoted(plan.folder));
}

// Runs a command, tries again later what is worth it, and notes what is not. $task names the requeue, $note the file.
constexpr std::string_view kRun = R"sh(
run() {
  rm -f "$note"
  "$@"
  code=$?
  case $code in
    0|3) return 0 ;;
    74|75)  # the disk, somebody else's store: it may go better later
      if [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ] && scontrol requeue "$task"; then sleep 60; fi ;;
  esac
  printf 'exit %s on %s\n' "$code" "${SLURMD_NODENAME:-?}" > "$note"
  exit "$code"
}
)sh";

constexpr std::string_view kArrayTask = R"sh(
shard=$((SLURM_ARRAY_TASK_ID + ${FITD_OFFSET:-0}))
task=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
)sh";

constexpr std::string_view kSingleTask = R"sh(
task=$SLURM_JOB_ID
)sh";

}  // namespace

std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string SumsFileOf(const SlurmPlan& plan, int shard) {
  return fmt::format("{}/sums/{}", plan.folder, shard);
}

std::string ShardFileOf(const SlurmPlan& plan, int shard) {
  return fmt::format("{}/shards/{}.db", plan.folder, shard);
}

std::string GlobalFileOf(const SlurmPlan& plan) {
  return plan.folder + "/global";
}

std::string FailureFileOf(const SlurmPlan& plan, std::string_view step, int shard) {
  return fmt::format("{}/failed/{}-{}", plan.folder, step, shard);
}

std::vector<SlurmArray> ArraysOf(const std::vector<int>& shards, int max_array) {
  const int per_array = std::max(1, max_array - 1);
  std::vector<SlurmArray> arrays;
  for (std::size_t i = 0; i < shards.size();) {
    SlurmArray array;
    array.offset = (shards[i] - 1) / per_array * per_array;
    while (i < shards.size() && shards[i] - array.offset <= per_array) {
      std::size_t last = i;
      while (last + 1 < shards.size() && shards[last + 1] == shards[last] + 1 &&
             shards[last + 1] - array.offset <= per_array) {
        ++last;
      }
      array.ids += fmt::format("{}{}", array.ids.empty() ? "" : ",", shards[i] - array.offset);
      if (last > i) array.ids += fmt::format("-{}", shards[last] - array.offset);
      i = last + 1;
    }
    arrays.push_back(std::move(array));
  }
  return arrays;
}

std::string SumsScript(const SlurmPlan& plan) {
  return Head(plan, "fitd-sums", "sums-%a") + std::string(kArrayTask) + "note=$folder/failed/sums-$shard\n" +
         std::string(kRun) +
         fmt::format("run \"$fitd\" sums --job \"$job\" --shard \"$shard/{}\" --output \"$folder/sums/$shard\"\n",
                     plan.sum_shards);
}

std::string MergeSumsScript(const SlurmPlan& plan) {
  return Head(plan, "fitd-merge-sums", "merge-sums") + std::string(kSingleTask) + "note=$folder/failed/merge-sums-0\n" +
         std::string(kRun) +
         fmt::format(
             "files=()\n"
             "for i in $(seq 1 {}); do files+=(--merge \"$folder/sums/$i\"); done\n"
             "run \"$fitd\" sums \"${{files[@]}}\" --output \"$folder/global\"\n",
             plan.sum_shards);
}

std::string TrainScript(const SlurmPlan& plan) {
  return Head(plan, "fitd-train", "train-%a") + std::string(kArrayTask) + "note=$folder/failed/train-$shard\n" +
         std::string(kRun) +
         fmt::format(
             "whole=$folder/shards/$shard.db\n"
             "[ -e \"$whole\" ] && exit 0\n"
             "# A store of its own for each node: a copy of this task elsewhere does not write to it, and a requeue "
             "here goes\n"
             "# on with it.\n"
             "part=$folder/shards/.$shard.${{SLURMD_NODENAME:-node}}.db\n"
             "run \"$fitd\" train --job \"$job\" --shard \"$shard/{}\" --store \"$part\" --quiet{}\n"
             "sync \"$part\"\n"
             "mv -f \"$part\" \"$whole\"\n",
             plan.shards, plan.sum_shards > 0 ? " --global-from \"$folder/global\"" : "");
}

std::string MergeScript(const SlurmPlan& plan) {
  return Head(plan, "fitd-merge", "merge") + std::string(kSingleTask) + "note=$folder/failed/merge-0\n" +
         std::string(kRun) +
         fmt::format(
             "files=()\n"
             "for i in $(seq 1 {}); do files+=(\"$folder/shards/$i.db\"); done\n"
             "run \"$fitd\" merge --store {} \"${{files[@]}}\"\n",
             plan.shards, ShellQuoted(plan.store));
}

}  // namespace fitd
