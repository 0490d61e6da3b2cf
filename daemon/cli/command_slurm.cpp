// fitd slurm: the shards of a job on a cluster.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/job/job.h"
#include "common/process/own_executable.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cluster/slurm_chain.h"
#include "daemon/flags/option_checks.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/shard.h"
#include "daemon/store/model_store.h"

namespace fitd {
namespace {

constexpr const char* kSlurmExamples =
    "Without --submit the scripts and commands are printed. Data, store and folder must be where all nodes see them. "
    "The same\n"
    "command again submits only what is missing.\n"
    "Examples:\n"
    "  fitd slurm /srv/jobs/cpu.toml --shards 16\n"
    "  fitd slurm /srv/jobs/cpu.toml --shards 16 --partition batch --sbatch=--time=2:00:00 --submit\n"
    "  fitd slurm /srv/jobs/cpu.toml --status";

// More shards of sums than this only read the data once more each: adding up a million targets takes seconds.
constexpr int kMostSumShards = 8;

struct SlurmFlags {
  std::string job;
  int shards = 0;
  std::string partition;
  std::string folder;
  std::string store;
  std::string spill;
  std::vector<std::string> sbatch;
  bool submit = false;
  bool status = false;
  bool json = false;
};

Result<SlurmPlan> MakePlan(const SlurmFlags& given) {
  namespace fs = std::filesystem;
  FITD_ASSIGN_OR_RETURN(const Job job, ParseJobFile(given.job));
  std::error_code error;
  SlurmPlan plan;
  FITD_ASSIGN_OR_RETURN(plan.fitd, OwnExecutable());
  plan.job = fs::absolute(given.job, error).string();
  const std::string store = !given.store.empty()     ? given.store
                            : job.store.path.empty() ? kDefaultStore
                                                     : job.store.path;
  plan.store = fs::absolute(store, error).string();
  plan.folder = fs::absolute(given.folder.empty() ? store + ".shards" : given.folder, error).string();
  plan.shards = given.shards;
  plan.spill = given.spill;
  if (MakeModelPlan(job).global) plan.sum_shards = std::min(given.shards, kMostSumShards);
  plan.cores_of_allocation = !job.workers.count.has_value();
  if (!given.partition.empty()) plan.options.push_back("--partition=" + given.partition);
  plan.options.insert(plan.options.end(), given.sbatch.begin(), given.sbatch.end());
  return plan;
}

// Shards that are missing are trained on what the plan has, as those that are there were; another job than the plan's
// they refuse.
void WarnOfNewerInput(const Job& job, const SlurmPlan& plan) {
  std::error_code error;
  const auto made = std::filesystem::last_write_time(PlanFileOf(plan), error);
  if (error) return;
  std::vector<std::string> inputs = job.data.files;
  inputs.push_back(plan.job);
  for (const std::string& file : inputs) {
    const auto written = std::filesystem::last_write_time(file, error);
    if (error || written <= made) continue;
    std::fputs(fmt::format("fitd: {} is newer than {}; this chain goes on with the data and options as they were, "
                           "another --folder begins one with those of now\n",
                           file, PlanFileOf(plan))
                   .c_str(),
               stderr);
    return;
  }
}

// The folder's manifest knows the number of shards.
int PrintStatus(const std::string& folder, bool as_json) {
  const Result<SlurmManifest> manifest = ReadManifest(folder);
  if (manifest.status().code() == StatusCode::kNotFound) {
    return ReportError({StatusCode::kNotFound, folder + ": nothing was submitted from here; fitd slurm --submit does"});
  }
  if (!manifest.ok()) return ReportError(manifest.status());
  const SlurmPlan& plan = manifest->plan;
  const Result<std::vector<TaskState>> states = ChainStatus(*manifest);
  if (!states.ok()) return ReportError(states.status());
  std::map<std::string, int> counts;
  auto list = nlohmann::ordered_json::array();
  for (const TaskState& state : *states) {
    ++counts[state.state];
    list.push_back({{"step", state.step}, {"shard", state.shard}, {"state", state.state}, {"why", state.why}});
    if (as_json || (state.state == "done" && state.shard > 0)) continue;
    const std::string task = state.shard > 0 ? fmt::format("{} {}/{}", state.step, state.shard,
                                                           state.step == "sums" ? plan.sum_shards : plan.shards)
                                             : state.step;
    fmt::print("{:<16} {:<10} {}\n", task, state.state, state.why);
  }
  if (as_json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"tasks", list}, {"counts", counts}}.dump());
  } else {
    std::string line;
    for (const auto& [state, count] : counts) line += fmt::format("{}{} {}", line.empty() ? "" : ", ", count, state);
    fmt::print("{}\n", line);
  }
  return 0;
}

int RunSlurm(const SlurmFlags& given) {
  const Result<SlurmPlan> plan = MakePlan(given);
  if (!plan.ok()) return ReportError(plan.status());
  if (given.status) return PrintStatus(plan->folder, given.json);
  if (given.shards == 0) return ReportError({StatusCode::kUsage, "--shards N is required: parts of the fleet"});
  if (!given.submit && given.json)
    return ReportError({StatusCode::kUsage, "--json says what --submit or --status did, and the chain is a script"});
  if (!given.submit) {
    const Result<std::string> chain = DescribeChain(*plan);
    if (!chain.ok()) return ReportError(chain.status());
    fmt::print("{}", *chain);
    return 0;
  }
  if (const Result<Job> job = ParseJobFile(given.job); job.ok()) WarnOfNewerInput(*job, *plan);
  const Result<std::vector<SubmittedJob>> jobs = SubmitChain(*plan);
  if (!jobs.ok()) return ReportError(jobs.status());
  if (given.json) {
    auto list = nlohmann::ordered_json::array();
    for (const SubmittedJob& job : *jobs) list.push_back({{"step", job.step}, {"id", job.id}, {"tasks", job.tasks}});
    fmt::print("{}\n", nlohmann::ordered_json{{"folder", plan->folder}, {"jobs", list}}.dump());
  } else if (jobs->empty()) {
    fmt::print("nothing is missing: {}\n", IsMerged(*plan)
                                               ? plan->store + " is merged"
                                               : "what is not done is in the queue; --status says where it stands");
  } else {
    for (const SubmittedJob& job : *jobs) {
      fmt::print("{:<12} job {}{}\n", job.step, job.id, job.tasks.empty() ? "" : " tasks " + job.tasks);
    }
  }
  return 0;
}

}  // namespace

void AddSlurmCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("slurm", "Train the shards of a job on a Slurm cluster and merge them");
  command->footer(kSlurmExamples);
  auto given = std::make_shared<SlurmFlags>();
  command->add_option("JOB", given->job, "Job file (TOML)")->required();
  command->add_option("--shards", given->shards, "Parts of the fleet, an array task each")
      ->check(WholeNumber(1, kMostShards))
      ->type_name("N");
  auto* submit = command->add_flag("--submit", given->submit, "Submit what is missing instead of printing it");
  command->add_flag("--status", given->status, "Say which tasks are done, waiting, running, failed and why")
      ->excludes(submit);
  command->add_option("--partition", given->partition, "Partition of every job")->type_name("NAME");
  command->add_option("--sbatch", given->sbatch, "A further option of sbatch for every job; may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTION");
  command->add_option("--folder", given->folder, "Where sums, shards and logs go [STORE.shards]")->type_name("DIR");
  command->add_option("--store", given->store, "Store of the merged run, instead of the job's")
      ->check(NamesAFile())
      ->type_name("FILE");
  command->add_option("--spill", given->spill, "Folder of the planning host that values are kept in, not in its memory")
      ->check(NamesAFile())
      ->type_name("DIR");
  command->add_flag("--json", given->json, "One JSON object instead of text");
  command->callback([&run, given] { run = [given] { return RunSlurm(*given); }; });
}

}  // namespace fitd
