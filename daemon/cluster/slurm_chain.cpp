#include "daemon/cluster/slurm_chain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "common/atomic_file.h"
#include "common/whole_number.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Answer {
  int code = 0;
  std::string text;  // stdout, and stderr when asked for
};

Result<Answer> RunShell(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return StatusFromErrno(errno, "running " + command);
  Answer answer;
  std::array<char, 4096> block;
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    answer.text.append(block.data(), n);
  const int status = ::pclose(pipe);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

std::string ManifestOf(const std::string& folder) {
  return folder + "/manifest.json";
}

std::string ScriptOf(const SlurmPlan& plan, std::string_view step) {
  return fmt::format("{}/{}.sh", plan.folder, step);
}

// Steps in order, with what they make and their script.
struct Step {
  std::string name;
  std::string script;
  std::vector<int> missing;  // shards; {0} for a step without shards that is to be done
  bool array = false;
};

std::vector<int> MissingOf(int count, const std::function<std::string(int)>& file) {
  std::vector<int> missing;
  std::error_code error;
  for (int shard = 1; shard <= count; ++shard) {
    if (!fs::exists(file(shard), error)) missing.push_back(shard);
  }
  return missing;
}

std::vector<Step> StepsOf(const SlurmPlan& plan) {
  std::vector<Step> steps;
  std::error_code error;
  const std::vector<int> train = MissingOf(plan.shards, [&](int shard) { return ShardFileOf(plan, shard); });
  if (plan.sum_shards > 0 && !train.empty()) {
    const bool summed = fs::exists(GlobalFileOf(plan), error);
    if (!summed) {
      steps.push_back({"sums", SumsScript(plan),
                       MissingOf(plan.sum_shards, [&](int shard) { return SumsFileOf(plan, shard); }), true});
      steps.push_back({"merge-sums", MergeSumsScript(plan), {0}, false});
    }
  }
  steps.push_back({"train", TrainScript(plan), train, true});
  const bool merged = train.empty() && fs::exists(plan.folder + "/merged", error);
  steps.push_back(
      {"merge", MergeScript(plan) + "touch \"$folder/merged\"\n", merged ? std::vector<int>() : std::vector{0}, false});
  return steps;
}

std::string SbatchCommand(const SlurmPlan& plan, const Step& step, const SlurmArray* array, const std::string& after) {
  std::string command = "sbatch --parsable --kill-on-invalid-dep=yes";
  for (const std::string& option : plan.options) command += " " + ShellQuoted(option);
  if (array != nullptr) {
    command += fmt::format(" --array={} --export=ALL,FITD_OFFSET={}", array->ids, array->offset);
  }
  if (!after.empty()) command += " --dependency=afterok:" + after;
  return command + " " + ShellQuoted(ScriptOf(plan, step.name));
}

json ToJson(const SlurmPlan& plan, const std::vector<SubmittedJob>& jobs) {
  json submitted = json::array();
  for (const SubmittedJob& job : jobs) submitted.push_back({{"step", job.step}, {"id", job.id}, {"tasks", job.tasks}});
  return {{"fitd", plan.fitd},
          {"job", plan.job},
          {"store", plan.store},
          {"shards", plan.shards},
          {"sum_shards", plan.sum_shards},
          {"options", plan.options},
          {"max_array", plan.max_array},
          {"jobs", submitted}};
}

// A folder is for one chain: shards of another job, store or number would be taken for this one's.
Status ExpectSameChain(const SlurmPlan& plan) {
  const Result<SlurmPlan> before = ReadManifest(plan.folder);
  if (before.status().code() == StatusCode::kNotFound) return {};
  FITD_RETURN_IF_ERROR(before.status());
  if (before->job == plan.job && before->store == plan.store && before->shards == plan.shards &&
      before->sum_shards == plan.sum_shards) {
    return {};
  }
  return {StatusCode::kUsage, fmt::format("{} holds {} shards of {} for {}; name another --folder, or remove it",
                                          plan.folder, before->shards, before->job, before->store)};
}

Result<std::string> Submit(const std::string& command) {
  FITD_ASSIGN_OR_RETURN(const Answer answer, RunShell(command + " 2>&1"));
  const std::string id = answer.text.substr(0, answer.text.find_first_of(";\n"));
  if (answer.code == 127) {
    return Status(StatusCode::kUnavailable,
                  "sbatch is not there; run this on a host of the cluster, or print the chain "
                  "without --submit");
  }
  if (answer.code != 0 || !ParseWhole<std::int64_t>(id, 1)) {
    return Status(StatusCode::kUnavailable, "sbatch refused: " + answer.text);
  }
  return id;
}

// "MaxArraySize = 1001" of scontrol; what there was without one.
int MaxArraySize(int otherwise) {
  const Result<Answer> answer = RunShell("scontrol show config 2>/dev/null");
  if (!answer.ok()) return otherwise;
  std::istringstream lines(answer->text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("MaxArraySize")) continue;
    const std::size_t digit = line.find_first_of("0123456789");
    if (digit == std::string::npos) continue;
    return ParseWhole<int>(line.substr(digit, line.find_last_of("0123456789") - digit + 1), 2).value_or(otherwise);
  }
  return otherwise;
}

// State and reason of each queued or running task of these jobs, by "id" or "id_task".
std::map<std::string, std::pair<std::string, std::string>> QueuedTasks(const std::vector<std::string>& ids) {
  std::map<std::string, std::pair<std::string, std::string>> tasks;
  if (ids.empty()) return tasks;
  const auto answer =
      RunShell(fmt::format("squeue --noheader --array --jobs={} --format='%i %T %r' 2>/dev/null", fmt::join(ids, ",")));
  if (!answer.ok()) return tasks;
  std::istringstream lines(answer->text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string id, state, reason;
    words >> id >> state;
    std::getline(words >> std::ws, reason);
    tasks[id] = {state, reason};
  }
  return tasks;
}

std::string FailureOf(const SlurmPlan& plan, std::string_view step, int shard) {
  const Result<std::string> note = ReadWholeFile(FailureFileOf(plan, step, shard));
  return note.ok() ? note->substr(0, note->find('\n')) : std::string();
}

}  // namespace

Result<std::string> DescribeChain(const SlurmPlan& plan) {
  std::string text;
  std::string after;
  for (const Step& step : StepsOf(plan)) {
    if (step.missing.empty()) continue;
    text += fmt::format("# {}\n{}", ScriptOf(plan, step.name), step.script);
    if (!step.array) text += "\n# " + SbatchCommand(plan, step, nullptr, after) + "\n\n";
    if (step.array) {
      for (const SlurmArray& array : ArraysOf(step.missing, plan.max_array)) {
        text += "\n# " + SbatchCommand(plan, step, &array, after) + "\n\n";
      }
    }
    after = "$" + step.name;
  }
  return text;
}

Result<std::vector<SubmittedJob>> SubmitChain(SlurmPlan plan) {
  plan.max_array = MaxArraySize(plan.max_array);
  FITD_RETURN_IF_ERROR(ExpectSameChain(plan));
  std::error_code error;
  for (const char* part : {"sums", "shards", "logs", "failed"}) {
    fs::create_directories(fs::path(plan.folder) / part, error);
    if (error) return StatusFromErrno(error.value(), plan.folder + "/" + part);
  }
  std::vector<SubmittedJob> jobs;
  std::string after;
  FITD_RETURN_IF_ERROR(WriteWholeFile(ManifestOf(plan.folder), ToJson(plan, jobs).dump(2) + "\n"));
  for (const Step& step : StepsOf(plan)) {
    if (step.missing.empty()) continue;
    FITD_RETURN_IF_ERROR(WriteWholeFile(ScriptOf(plan, step.name), step.script));
    std::vector<std::string> ids;
    if (step.array) {
      for (const SlurmArray& array : ArraysOf(step.missing, plan.max_array)) {
        FITD_ASSIGN_OR_RETURN(const std::string id, Submit(SbatchCommand(plan, step, &array, after)));
        ids.push_back(id);
        jobs.push_back({step.name, id, array.ids + (array.offset > 0 ? fmt::format(" + {}", array.offset) : "")});
      }
    } else {
      FITD_ASSIGN_OR_RETURN(const std::string id, Submit(SbatchCommand(plan, step, nullptr, after)));
      ids.push_back(id);
      jobs.push_back({step.name, id, ""});
    }
    after = fmt::format("{}", fmt::join(ids, ":"));
    FITD_RETURN_IF_ERROR(WriteWholeFile(ManifestOf(plan.folder), ToJson(plan, jobs).dump(2) + "\n"));
  }
  return jobs;
}

Result<SlurmPlan> ReadManifest(const std::string& folder) {
  FITD_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(ManifestOf(folder)));
  const json object = json::parse(text, nullptr, false);
  try {
    SlurmPlan plan;
    plan.folder = folder;
    plan.fitd = object.at("fitd").get<std::string>();
    plan.job = object.at("job").get<std::string>();
    plan.store = object.at("store").get<std::string>();
    plan.shards = object.at("shards").get<int>();
    plan.sum_shards = object.at("sum_shards").get<int>();
    plan.options = object.at("options").get<std::vector<std::string>>();
    plan.max_array = object.at("max_array").get<int>();
    return plan;
  } catch (const json::exception& e) {
    return Status(StatusCode::kCorrupt, ManifestOf(folder) + ": no manifest of fitd slurm (" + e.what() + ")");
  }
}

Result<std::vector<TaskState>> ChainStatus(const SlurmPlan& plan) {
  FITD_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(ManifestOf(plan.folder)));
  const json manifest = json::parse(text, nullptr, false);
  std::vector<std::string> ids;
  std::map<std::string, std::vector<std::pair<std::string, int>>> jobs_of;  // step -> job and its offset
  for (const json& job : manifest.value("jobs", json::array())) {
    const std::string tasks = job.value("tasks", "");
    const std::size_t plus = tasks.find(" + ");
    ids.push_back(job.value("id", ""));
    jobs_of[job.value("step", "")].emplace_back(
        ids.back(), plus == std::string::npos ? 0 : ParseWhole<int>(tasks.substr(plus + 3)).value_or(0));
  }
  const auto queued = QueuedTasks(ids);
  std::vector<TaskState> states;
  const auto look = [&](const std::string& step, int shard, bool done) {
    TaskState state{step, shard, done ? "done" : "missing", ""};
    for (const auto& [id, offset] : jobs_of[step]) {
      const auto task = queued.find(shard == 0 ? id : fmt::format("{}_{}", id, shard - offset));
      if (!done && task != queued.end()) std::tie(state.state, state.why) = task->second;
    }
    if (state.state == "missing") {
      state.why = FailureOf(plan, step, shard);
      if (!state.why.empty()) state.state = "failed";
    }
    states.push_back(std::move(state));
  };
  std::error_code error;
  const bool summed = fs::exists(GlobalFileOf(plan), error);
  for (int i = 1; i <= plan.sum_shards; ++i) look("sums", i, summed || fs::exists(SumsFileOf(plan, i), error));
  if (plan.sum_shards > 0) look("merge-sums", 0, summed);
  for (int i = 1; i <= plan.shards; ++i) look("train", i, fs::exists(ShardFileOf(plan, i), error));
  look("merge", 0, fs::exists(plan.folder + "/merged", error));
  return states;
}

}  // namespace fitd
