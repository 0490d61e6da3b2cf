#include "daemon/children/run_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/children/child_watch.h"
#include "daemon/progress/run_events.h"

namespace fitd {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kLastWordsBytes = 2048;
constexpr std::string_view kOwnPrefix = "fitd: ";  // of what a command says on stderr
constexpr std::size_t kMostOwnLines = 10;
constexpr std::uint64_t kRelayedLines = 50;  // of a run's stderr, per attempt: the journal is not a client's to fill
constexpr int kRunOomScore = 200;            // after its workers (500), before the daemon
constexpr auto kCgroupRetry = std::chrono::milliseconds(200);
constexpr int kCgroupRetries = 25;

// Removes a run's cgroup once the last of its processes has gone.
void RemoveCgroup(asio::io_context& loop, const RunCgroups& cgroup, const std::string& folder, int tries) {
  if (cgroup.Remove(folder) || tries == 0) return;
  auto timer = std::make_shared<asio::steady_timer>(loop, kCgroupRetry);
  timer->async_wait([&loop, &cgroup, folder, tries, timer](const boost::system::error_code& error) {
    if (!error) RemoveCgroup(loop, cgroup, folder, tries - 1);
  });
}

class RunProcess final : public RunHandle {
 public:
  RunProcess(asio::io_context& loop, LaunchRequest request, const RunCgroups& cgroup, std::string folder,
             ServiceLog log)
      : loop_(loop), request_(std::move(request)), cgroup_(cgroup), folder_(std::move(folder)), log_(std::move(log)) {}

  ~RunProcess() override {
    if (watch_) watch_->Detach();
    if (!ended_) cgroup_.KillAll(folder_);
    RemoveCgroup(loop_, cgroup_, folder_, kCgroupRetries);
  }

  Status Start(const SpawnOptions& options) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return StatusFromErrno(errno, "progress pipe");
    UniqueFd read_end(fds[0]);
    UniqueFd write_end(fds[1]);
    FITD_ASSIGN_OR_RETURN(auto process, ChildProcess::Spawn(options, std::move(write_end)));
    ChildWatch::Handlers handlers;
    handlers.on_output = [this](std::string_view bytes) {
      for (const std::string& line : lines_.Append(bytes)) request_.on_line(line);
    };
    handlers.on_error = [this](std::string_view bytes) { OnStderr(bytes); };
    handlers.on_exit = [this](const ExitReport& report) { OnExit(report); };
    FITD_ASSIGN_OR_RETURN(watch_,
                          ChildWatch::Start(loop_, std::move(process), std::move(read_end), std::move(handlers)));
    return OkStatus();
  }

  pid_t pid() const override { return watch_->pid(); }
  void Signal(int signal) override { watch_->Signal(signal); }
  void KillAll() override {
    watch_->KillGroup();
    cgroup_.KillAll(folder_);
  }

 private:
  // A run process logs to its files and the journal itself; what still comes here are the words it ends with, and those
  // of a library or libc.
  void OnStderr(std::string_view bytes) {
    for (const std::string& line : stderr_lines_.Append(bytes)) KeepLine(line);
  }

  void KeepLine(const std::string& line) {
    const bool own = line.starts_with(kOwnPrefix);
    last_words_ += line.substr(own ? kOwnPrefix.size() : 0) + "\n";
    if (last_words_.size() > kLastWordsBytes) last_words_.erase(0, last_words_.size() - kLastWordsBytes);
    if (own && own_lines_.size() < kMostOwnLines) {
      own_lines_.push_back(line);
      return;
    }
    if (++num_lines_ <= kRelayedLines) log_(LogLevel::kWarning, request_.id, line);
    if (num_lines_ == kRelayedLines) log_(LogLevel::kWarning, request_.id, "further lines of this run are not shown");
  }

  void OnExit(const ExitReport& report) {
    if (std::string rest = stderr_lines_.TakeRest(); !rest.empty()) KeepLine(rest);
    ended_ = true;
    // What it says of an end in error is the message of the run, and is logged as that.
    if (report.kind == ExitReport::Kind::kSignalled || report.code == 0) {
      for (const std::string& line : own_lines_) log_(LogLevel::kWarning, request_.id, line);
    }
    RunExit exit;
    const bool signalled = report.kind == ExitReport::Kind::kSignalled;
    exit.signal = signalled ? report.signal : 0;
    exit.code = signalled ? 128 + report.signal : report.code;
    exit.oom = cgroup_.SawOomKill(folder_) && report.signal == SIGKILL;
    exit.last_words = last_words_.substr(0, last_words_.find_last_not_of('\n') + 1);
    cgroup_.KillAll(folder_);
    const auto on_exit = std::move(request_.on_exit);
    on_exit(exit);  // destroys this
  }

  asio::io_context& loop_;
  LaunchRequest request_;
  const RunCgroups& cgroup_;
  std::string folder_;
  ServiceLog log_;
  std::shared_ptr<ChildWatch> watch_;
  LineBuffer lines_{32U << 20};  // a summary names every failed target
  LineBuffer stderr_lines_{4096};
  std::string last_words_;
  std::vector<std::string> own_lines_;
  std::uint64_t num_lines_ = 0;
  bool ended_ = false;
};

class Launcher final : public RunLauncher {
 public:
  Launcher(asio::io_context& loop, LauncherOptions options, RunCgroups& cgroup, ServiceLog log)
      : loop_(loop), options_(std::move(options)), cgroup_(cgroup), log_(std::move(log)) {}

  Result<std::unique_ptr<RunHandle>> Launch(LaunchRequest request) override {
    const std::string id = std::to_string(request.id);
    const std::string log_folder = options_.runs_log_folder + "/" + id;
    std::error_code error;
    std::filesystem::create_directories(log_folder, error);
    if (error) return StatusFromErrno(error.value(), log_folder);
    SpawnOptions spawn;
    spawn.executable = options_.executable;
    spawn.args = {std::string(RunKindName(request.kind)),
                  "--quiet",
                  "--job=" + options_.jobs_folder + "/" + request.job + ".toml",
                  "--progress-fd=3",
                  "--progress=none",
                  "--log-dir=" + log_folder,
                  "--log-level=" + options_.log_level};
    // The administrator's command is no matter of a process without network: fitd-detect@.service runs it.
    if (request.kind == RunKind::kDetect) spawn.args.emplace_back("--leave-telling");
    if (options_.log_limit > 0) spawn.args.push_back("--log-limit=" + std::to_string(options_.log_limit));
    if (request.fresh) spawn.args.emplace_back("--fresh");
    spawn.env = {{"FITD_RUN", id}, {"FITD_LOG_TARGET", options_.log_to_journal ? "journal" : ""}};
    spawn.oom_score_adj = kRunOomScore;
    const std::string folder = cgroup_.CreateRun(request.id);
    spawn.cgroup_dir = folder;
    auto process = std::make_unique<RunProcess>(loop_, std::move(request), cgroup_, folder, log_);
    FITD_RETURN_IF_ERROR(process->Start(spawn));
    return std::unique_ptr<RunHandle>(std::move(process));
  }

 private:
  asio::io_context& loop_;
  LauncherOptions options_;
  RunCgroups& cgroup_;
  ServiceLog log_;
};

}  // namespace

std::unique_ptr<RunLauncher> MakeRunLauncher(asio::io_context& loop, LauncherOptions options, RunCgroups& cgroup,
                                             ServiceLog log) {
  return std::make_unique<Launcher>(loop, std::move(options), cgroup, std::move(log));
}

}  // namespace fitd
