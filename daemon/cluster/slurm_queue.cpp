#include "daemon/cluster/slurm_queue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <utility>

#include "common/whole_number.h"

namespace fitd {
namespace {

// A command line takes far more; squeue is asked again for the others.
constexpr std::size_t kJobsAtOnce = 500;
constexpr int kNoSuchCommand = 127;  // of a shell

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
  while (answer.text.ends_with('\n')) answer.text.pop_back();
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

// What a command that failed said, or how it ended where it said nothing.
std::string WordsOf(const Answer& answer) {
  return answer.text.empty() ? fmt::format("it ended with exit code {} and no word", answer.code) : answer.text;
}

// The number of the job in what sbatch --parsable says, "12" or "12;cluster": a line of its own, as plugins of the
// cluster may have their say before it. Empty: there is none.
std::string JobNumberIn(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.size(), line.find(';')));
    if (ParseWhole<std::int64_t>(line, 1)) return line;
  }
  return {};
}

}  // namespace

bool QueuedTask::active() const {
  constexpr std::array<std::string_view, 10> kActive = {"PENDING",   "RUNNING",  "COMPLETING",   "CONFIGURING",
                                                        "SUSPENDED", "REQUEUED", "REQUEUE_HOLD", "RESIZING",
                                                        "SIGNALING", "STAGE_OUT"};
  return std::find(kActive.begin(), kActive.end(), state) != kActive.end();
}

bool QueuedTask::waits_for_another() const {
  return state == "PENDING" && reason.starts_with("Dependency");
}

Result<std::string> SubmitBatch(const std::string& command) {
  FITD_ASSIGN_OR_RETURN(const Answer answer, RunShell(command + " 2>&1"));
  std::string id = JobNumberIn(answer.text);
  if (answer.code == kNoSuchCommand) {
    return Status(StatusCode::kUnavailable,
                  "sbatch is not there; run this on a host of the cluster, or print the chain "
                  "without --submit");
  }
  if (answer.code != 0 || id.empty()) return Status(StatusCode::kUnavailable, "sbatch refused: " + WordsOf(answer));
  return id;
}

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

Result<std::map<std::string, QueuedTask>> QueuedTasks(const std::vector<std::string>& ids) {
  std::map<std::string, QueuedTask> tasks;
  for (std::size_t first = 0; first < ids.size(); first += kJobsAtOnce) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + kJobsAtOnce));
    const auto answer = RunShell(fmt::format(
        "squeue --noheader --array --states=all --jobs={} --format='%i %T %r' 2>&1", fmt::join(begin, end, ",")));
    if (!answer.ok()) return answer.status();
    if (answer->code == kNoSuchCommand) return tasks;
    // Its answer to one number that Slurm has forgotten; of several it leaves such out.
    const bool forgotten = answer->text.find("Invalid job id") != std::string::npos;
    if (answer->code != 0 && !forgotten) {
      return Status(StatusCode::kUnavailable,
                    "squeue cannot say what is queued: " + WordsOf(*answer) + "; try again when Slurm answers");
    }
    std::istringstream lines(answer->text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string id;
      QueuedTask task;
      words >> id >> task.state;
      std::getline(words >> std::ws, task.reason);
      tasks[id] = std::move(task);
    }
  }
  return tasks;
}

void CancelJobs(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) (void)RunShell("scancel " + id + " 2>/dev/null");
}

}  // namespace fitd
