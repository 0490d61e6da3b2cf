#include "daemon/cluster/slurm_chain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <utility>

#include "common/atomic_file.h"
#include "common/text.h"
#include "daemon/cluster/slurm_queue.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;

std::string ScriptOf(const SlurmPlan& plan, std::string_view step) {
  return fmt::format("{}/{}.sh", plan.folder, step);
}

// A link of the chain.
struct ChainStep {
  std::string name;
  std::string script;
  std::vector<int> missing;  // shards; {0} for a step without shards that is to be done
  bool array = false;
};

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<int> MissingOf(int count, const std::function<std::string(int)>& file) {
  std::vector<int> missing;
  for (int shard = 1; shard <= count; ++shard) {
    if (!Exists(file(shard))) missing.push_back(shard);
  }
  return missing;
}

std::vector<int> OnceUnless(bool done) {
  return done ? std::vector<int>() : std::vector{0};
}

std::vector<ChainStep> ChainStepsOf(const SlurmPlan& plan) {
  std::vector<ChainStep> steps;
  const std::vector<int> train = MissingOf(plan.shards, [&](int shard) { return ShardFileOf(plan, shard); });
  if (!train.empty()) steps.push_back({"plan", PlanScript(plan), OnceUnless(Exists(PlanFileOf(plan))), false});
  if (plan.sum_shards > 0 && !train.empty() && !Exists(GlobalFileOf(plan))) {
    steps.push_back({"sums", SumsScript(plan),
                     MissingOf(plan.sum_shards, [&](int shard) { return SumsFileOf(plan, shard); }), true});
    steps.push_back({"merge-sums", MergeSumsScript(plan), {0}, false});
  }
  steps.push_back({"train", TrainScript(plan), train, true});
  steps.push_back({"merge", MergeScript(plan), OnceUnless(train.empty() && IsMerged(plan)), false});
  return steps;
}

// One task a node, which has the node's cores, unless the user says what a task gets.
bool SaysItsCores(const std::vector<std::string>& options) {
  return std::any_of(options.begin(), options.end(), [](const std::string& option) {
    return option.starts_with("--cpus-per-task") || option.starts_with("-c") || option.starts_with("--exclusive") ||
           option.starts_with("--oversubscribe") || option.starts_with("-s");
  });
}

std::string SbatchCommand(const SlurmPlan& plan, const ChainStep& step, const SlurmArray* array,
                          const std::vector<std::string>& after) {
  std::string command = "sbatch --parsable --kill-on-invalid-dep=yes";
  // A per cent sign in the path would be one of Slurm's patterns.
  std::string log = plan.folder + "/logs/slurm-" + step.name + ".log";
  for (std::size_t at = 0; (at = log.find('%', at)) != std::string::npos; at += 2) log.insert(at, 1, '%');
  command += " --output=" + ShellWord(log);
  if ((array != nullptr || step.name == "plan") && !SaysItsCores(plan.options)) command += " --exclusive";
  for (const std::string& option : plan.options) command += " " + ShellWord(option);
  if (array != nullptr) {
    command += fmt::format(" --array={} --export=ALL,FITD_OFFSET={}", array->ids, array->offset);
  }
  if (!after.empty()) command += fmt::format(" --dependency=afterok:{}", fmt::join(after, ":"));
  return command + " " + ShellWord(ScriptOf(plan, step.name));
}

// A folder is for one chain: shards of another job, store or number would be taken for this one's.
Status ExpectSameChain(const SlurmPlan& plan, const SlurmPlan& before) {
  if (before.job == plan.job && before.store == plan.store && before.shards == plan.shards &&
      before.sum_shards == plan.sum_shards) {
    return {};
  }
  const bool same_names = before.job == plan.job && before.store == plan.store && before.shards == plan.shards;
  const char* const why = !same_names             ? ""
                          : before.sum_shards > 0 ? ", when its models learned from all targets, and now they do not"
                                                  : ", when its models learned from no other targets, and now they do";
  return {StatusCode::kUsage, fmt::format("{} holds {} shards of {} for {}{}; name another --folder, or remove it",
                                          plan.folder, before.shards, before.job, before.store, why)};
}

std::string TaskOf(const SubmittedJob& job, int shard) {
  return shard == 0 ? job.id : fmt::format("{}_{}", job.id, shard - job.offset);
}

std::vector<std::string> IdsOf(const std::vector<SubmittedJob>& jobs) {
  std::vector<std::string> ids;
  ids.reserve(jobs.size());
  for (const SubmittedJob& job : jobs) ids.push_back(job.id);
  return ids;
}

std::string FailureOf(const SlurmPlan& plan, std::string_view step, int shard) {
  const Result<std::string> note = ReadWholeFile(FailureFileOf(plan, step, shard));
  return note.ok() ? note->substr(0, note->find('\n')) : std::string();
}

class Submission {
 public:
  Submission(SlurmPlan plan, std::vector<SubmittedJob> before) : manifest_{std::move(plan), std::move(before)} {}
  Result<std::vector<SubmittedJob>> Run();

 private:
  void LeaveOutWhatIsQueued(ChainStep& step);
  Status Submit(const ChainStep& step);
  Status SubmitOne(const ChainStep& step, const SlurmArray* array);

  SlurmManifest manifest_;
  std::map<std::string, QueuedTask> queued_;
  std::vector<SubmittedJob> submitted_;
  std::vector<std::string> after_;  // what the next step waits for
  std::vector<std::string> now_;    // what this step does
};

Result<std::vector<SubmittedJob>> Submission::Run() {
  FITD_ASSIGN_OR_RETURN(queued_, QueuedTasks(IdsOf(manifest_.jobs)));
  FITD_RETURN_IF_ERROR(WriteManifest(manifest_));
  for (ChainStep& step : ChainStepsOf(manifest_.plan)) {
    now_.clear();
    LeaveOutWhatIsQueued(step);
    FITD_RETURN_IF_ERROR(Submit(step));
    if (!now_.empty()) after_ = std::move(now_);
  }
  return std::move(submitted_);
}

// What an earlier call has submitted and Slurm has not done yet is not submitted twice. What waits for a step of which
// a part is submitted anew would never run, or too early: it is submitted anew as well.
void Submission::LeaveOutWhatIsQueued(ChainStep& step) {
  std::vector<int> missing;
  std::vector<std::string> stale;
  for (const int shard : step.missing) {
    std::string active;
    for (const SubmittedJob& job : manifest_.jobs) {
      const auto task = job.step == step.name ? queued_.find(TaskOf(job, shard)) : queued_.end();
      if (task == queued_.end() || !task->second.active()) continue;
      if (task->second.waits_for_another() && !submitted_.empty()) {
        stale.push_back(task->first);
      } else {
        active = task->first;
      }
    }
    if (active.empty()) {
      missing.push_back(shard);
    } else {
      now_.push_back(active);
    }
  }
  CancelJobs(stale);
  step.missing = std::move(missing);
}

Status Submission::Submit(const ChainStep& step) {
  if (step.missing.empty()) return {};
  FITD_RETURN_IF_ERROR(WriteWholeFile(ScriptOf(manifest_.plan, step.name), step.script));
  if (!step.array) return SubmitOne(step, nullptr);
  for (const SlurmArray& array : ArraysOf(step.missing, manifest_.plan.max_array)) {
    FITD_RETURN_IF_ERROR(SubmitOne(step, &array));
  }
  return {};
}

Status Submission::SubmitOne(const ChainStep& step, const SlurmArray* array) {
  FITD_ASSIGN_OR_RETURN(const std::string id, SubmitBatch(SbatchCommand(manifest_.plan, step, array, after_)));
  now_.push_back(id);
  submitted_.push_back({step.name, id, array == nullptr ? "" : array->ids, array == nullptr ? 0 : array->offset});
  manifest_.jobs.push_back(submitted_.back());
  return WriteManifest(manifest_);
}

}  // namespace

bool IsMerged(const SlurmPlan& plan) {
  return Exists(MergedFileOf(plan)) && Exists(plan.store);
}

Result<std::string> DescribeChain(const SlurmPlan& plan) {
  std::string text;
  std::vector<std::string> after;
  for (const ChainStep& step : ChainStepsOf(plan)) {
    if (step.missing.empty()) continue;
    text += fmt::format("# {}\n{}", ScriptOf(plan, step.name), step.script);
    if (!step.array) text += "\n# " + SbatchCommand(plan, step, nullptr, after) + "\n\n";
    if (step.array) {
      for (const SlurmArray& array : ArraysOf(step.missing, plan.max_array)) {
        text += "\n# " + SbatchCommand(plan, step, &array, after) + "\n\n";
      }
    }
    after = {"$" + step.name};
    std::replace(after[0].begin(), after[0].end(), '-', '_');
  }
  return text;
}

Result<std::vector<SubmittedJob>> SubmitChain(SlurmPlan plan) {
  plan.max_array = MaxArraySize(plan.max_array);
  const Result<SlurmManifest> before = ReadManifest(plan.folder);
  if (before.ok()) {
    FITD_RETURN_IF_ERROR(ExpectSameChain(plan, before->plan));
  } else if (before.status().code() != StatusCode::kNotFound) {
    return before.status();
  }
  std::error_code error;
  for (const char* part : {"sums", "shards", "logs", "failed"}) {
    fs::create_directories(fs::path(plan.folder) / part, error);
    if (error) return StatusFromErrno(error.value(), plan.folder + "/" + part);
  }
  return Submission(std::move(plan), before.ok() ? before->jobs : std::vector<SubmittedJob>()).Run();
}

Result<std::vector<TaskState>> ChainStatus(const SlurmManifest& manifest) {
  const SlurmPlan& plan = manifest.plan;
  FITD_ASSIGN_OR_RETURN(const auto queued, QueuedTasks(IdsOf(manifest.jobs)));
  std::vector<TaskState> states;
  const auto look = [&](const std::string& step, int shard, bool done) {
    TaskState state{step, shard, done ? "done" : "missing", ""};
    for (const SubmittedJob& job : manifest.jobs) {  // the last one counts
      const auto task = done || job.step != step ? queued.end() : queued.find(TaskOf(job, shard));
      if (task == queued.end()) continue;
      const bool waits = task->second.state == "PENDING";
      state.state = !task->second.active() ? "failed" : waits ? "waiting" : "running";
      state.why = !task->second.active() ? task->second.state + " (" + task->second.reason + ")"
                  : waits                ? task->second.reason
                                         : "";
    }
    if (state.state == "missing" || state.state == "failed") {
      const std::string note = FailureOf(plan, step, shard);
      if (!note.empty()) state = {step, shard, "failed", note};
    }
    states.push_back(std::move(state));
  };
  const bool trained = MissingOf(plan.shards, [&](int shard) { return ShardFileOf(plan, shard); }).empty();
  const bool summed = trained || Exists(GlobalFileOf(plan));
  look("plan", 0, trained || Exists(PlanFileOf(plan)));
  for (int i = 1; i <= plan.sum_shards; ++i) look("sums", i, summed || Exists(SumsFileOf(plan, i)));
  if (plan.sum_shards > 0) look("merge-sums", 0, summed);
  for (int i = 1; i <= plan.shards; ++i) look("train", i, Exists(ShardFileOf(plan, i)));
  look("merge", 0, IsMerged(plan));
  // Its job has ended well, which says nothing of a store that was removed since.
  const bool removed = states.back().state == "failed" && Exists(MergedFileOf(plan)) && !Exists(plan.store);
  if (removed) states.back() = {"merge", 0, "missing", "its store is gone"};
  return states;
}

}  // namespace fitd
