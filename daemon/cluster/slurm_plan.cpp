#include "daemon/cluster/slurm_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "common/text.h"

namespace fitd {
namespace {

// What every script begins with. `name` is what squeue shows.
std::string Head(const SlurmPlan& plan, std::string_view name) {
  return fmt::format(
      "#!/bin/bash\n"
      "#SBATCH --job-name={}\n"
      "#SBATCH --nodes=1\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --requeue\n"
      "#SBATCH --open-mode=append\n"
      "fitd={}\n"
      "job={}\n"
      "folder={}\n",
      name, ShellWord(plan.fitd), ShellWord(plan.job), ShellWord(plan.folder));
}

// Sets $shard of an array task, and $task, which names the requeue. Arrays split at MaxArraySize have an offset.
constexpr std::string_view kArrayTask = R"sh(shard=$((SLURM_ARRAY_TASK_ID + ${FITD_OFFSET:-0}))
task=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
)sh";

constexpr std::string_view kSingleTask = R"sh(shard=0
task=$SLURM_JOB_ID
)sh";

// Runs a command, tries again later what is worth it, and notes what is not. Exit 3 is a run in which some targets
// failed. After its requeue Slurm ends the task, which waits for that and must not end by itself with a code: what
// depends on it would take it for failed.
constexpr std::string_view kRun = R"sh(note=$folder/failed/$step-$shard
log=$folder/logs/$step-$shard.log
exec >>"$log" 2>&1
run() {
  rm -f "$note"
  "$@"
  code=$?
  case $code in
    0|3) return 0 ;;
    74|75)  # the disk, somebody else's store: it may go better later
      if [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ] && scontrol requeue "$task"; then exec sleep 600; fi ;;
  esac
  printf 'exit %s on %s: %s\n' "$code" "${SLURMD_NODENAME:-?}" "$(tail -n 1 "$log")" > "$note"
  exit "$code"
}
)sh";

// Where Slurm gives a task some of the cores and confines it to none, fitd sees them all.
constexpr std::string_view kCores = R"sh(cores=()
if [ "${SLURM_CPUS_ON_NODE:-0}" -gt 0 ] && [ "$SLURM_CPUS_ON_NODE" -lt "$(nproc)" ]; then
  cores=(--workers "$SLURM_CPUS_ON_NODE")
fi
)sh";

std::string Begin(const SlurmPlan& plan, std::string_view step, bool array) {
  std::string script = Head(plan, fmt::format("fitd-{}", step));
  script += fmt::format("step={}\n", step);
  script += array ? kArrayTask : kSingleTask;
  script += kRun;
  if (array) script += plan.cores_of_allocation ? kCores : "cores=()\n";
  return script;
}

}  // namespace

std::string PlanFileOf(const SlurmPlan& plan) {
  return plan.folder + "/plan";
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

std::string MergedFileOf(const SlurmPlan& plan) {
  return plan.folder + "/merged";
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

std::string PlanScript(const SlurmPlan& plan) {
  return Begin(plan, "plan", false) +
         fmt::format("run \"$fitd\" plan --job \"$job\" --shards {} --output \"$folder/plan\"{}\n", plan.shards,
                     plan.spill.empty() ? "" : " --spill " + ShellWord(plan.spill));
}

std::string SumsScript(const SlurmPlan& plan) {
  return Begin(plan, "sums", true) + fmt::format(
                                         "run \"$fitd\" sums --job \"$job\" --shard \"$shard/{}\" --plan "
                                         "\"$folder/plan\" --output \"$folder/sums/$shard\" "
                                         "\"${{cores[@]}}\"\n",
                                         plan.sum_shards);
}

std::string MergeSumsScript(const SlurmPlan& plan) {
  return Begin(plan, "merge-sums", false) + fmt::format(
                                                "files=()\n"
                                                "for i in $(seq 1 {}); do files+=(--merge \"$folder/sums/$i\"); done\n"
                                                "run \"$fitd\" sums \"${{files[@]}}\" --output \"$folder/global\"\n",
                                                plan.sum_shards);
}

std::string TrainScript(const SlurmPlan& plan) {
  return Begin(plan, "train", true) +
         fmt::format(
             "whole=$folder/shards/$shard.db\n"
             "[ -e \"$whole\" ] && exit 0\n"
             "# A store of its own for each node: a copy of this task elsewhere does not write to it, and a requeue "
             "here goes\n"
             "# on with it.\n"
             "part=$folder/shards/.$shard.${{SLURMD_NODENAME:-node}}.db\n"
             "run \"$fitd\" train --job \"$job\" --shard \"$shard/{}\" --plan \"$folder/plan\" --store \"$part\" "
             "--quiet{} "
             "\"${{cores[@]}}\"\n"
             "sync \"$part\" && mv -f \"$part\" \"$whole\" && sync \"$folder/shards\"\n"
             "[ -e \"$whole\" ] || exit 74  # unless a copy of this task has moved it\n",
             plan.shards, plan.sum_shards > 0 ? " --global-from \"$folder/global\"" : "");
}

std::string MergeScript(const SlurmPlan& plan) {
  return Begin(plan, "merge", false) + fmt::format(
                                           "files=()\n"
                                           "for i in $(seq 1 {}); do files+=(\"$folder/shards/$i.db\"); done\n"
                                           "run \"$fitd\" merge --store {} \"${{files[@]}}\"\n"
                                           "touch \"$folder/merged\"\n",
                                           plan.shards, ShellWord(plan.store));
}

}  // namespace fitd
