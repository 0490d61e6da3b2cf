#include "daemon/detect/event_hook.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include "common/clock.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/detect/kept_events.h"
#include "daemon/store/anomaly_table.h"
#include "daemon/store/model_store.h"
#include "ipc/before_exec.h"
#include "ipc/unique_fd.h"

namespace fitd {
namespace {

// Writes the line to a memory file, so that neither process waits for the other as with a pipe.
Result<UniqueFd> AsFile(const std::string& line) {
  UniqueFd file(::memfd_create("fitd-event", MFD_CLOEXEC));
  if (file.get() < 0) return StatusFromErrno(errno, "memory for an event");
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t n = ::write(file.get(), line.data() + written, line.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return StatusFromErrno(errno, "memory for an event");
    written += static_cast<std::size_t>(n);
  }
  if (::lseek(file.get(), 0, SEEK_SET) < 0) return StatusFromErrno(errno, "memory for an event");
  return file;
}

// Runs between fork and exec, so it may only use system calls. Makes the command a process group with default signals.
[[noreturn]] void BecomeCommand(const char* command, int input, pid_t parent) {
  ::setpgid(0, 0);
  if (!DieWithParent(parent)) ::_exit(127);
  ::dup2(input, STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ResetSignals();
  ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
  ::_exit(127);
}

// The running command, for the signal handler; RunHook is called from one thread only.
std::atomic<pid_t> g_command{0};

// Kills the command when a signal ends this process: nobody would be left to note that the event was told.
void EndWithCommand(int signal) {
  if (const pid_t command = g_command.load(); command > 0) ::kill(-command, SIGKILL);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

// Installs the handler for terminating signals during its lifetime.
class RunningCommand {
 public:
  RunningCommand() {
    struct sigaction action {};
    action.sa_handler = EndWithCommand;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kEnding.size(); ++i) {
      ::sigaction(kEnding[i], nullptr, &before_[i]);
      if (before_[i].sa_handler == SIG_DFL) ::sigaction(kEnding[i], &action, nullptr);
    }
  }
  ~RunningCommand() {
    g_command = 0;
    for (std::size_t i = 0; i < kEnding.size(); ++i) ::sigaction(kEnding[i], &before_[i], nullptr);
  }
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  static Result<pid_t> Start(const std::string& command, int input) {
    sigset_t ending;
    sigset_t before;
    ::sigemptyset(&ending);
    for (const int signal : kEnding) ::sigaddset(&ending, signal);
    ::pthread_sigmask(SIG_BLOCK, &ending, &before);  // until g_command is set
    const pid_t self = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) BecomeCommand(command.c_str(), input, self);
    const int error = errno;
    if (pid > 0) ::setpgid(pid, pid);  // parent and child both do this; whichever runs first
    g_command = std::max(pid, 0);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) return StatusFromErrno(error, "starting '" + command + "'");
    return pid;
  }
  // Before it is reaped: from then on its number may be another process's.
  static void Ended() { g_command = 0; }

 private:
  static constexpr std::array kEnding = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, kEnding.size()> before_{};
};

// True when the process of this pidfd has ended before the time was up.
bool EndsWithin(const UniqueFd& process, std::chrono::nanoseconds timeout) {
  const SystemClock clock;
  const Monotonic deadline = clock.Now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.Now());
    if (left.count() <= 0) return false;
    pollfd poll{process.get(), POLLIN, 0};
    const int ready = ::poll(&poll, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 1'000'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

Status RunHook(const std::string& command, const std::string& line, std::chrono::nanoseconds timeout) {
  FITD_ASSIGN_OR_RETURN(const UniqueFd input, AsFile(line));
  const RunningCommand running;
  FITD_ASSIGN_OR_RETURN(const pid_t pid, RunningCommand::Start(command, input.get()));
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const int unwatched = process.valid() ? 0 : errno;
  const bool ended = process.valid() && EndsWithin(process, timeout);
  if (!ended) ::kill(-pid, SIGKILL);
  siginfo_t unreaped{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &unreaped, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  RunningCommand::Ended();
  int status = 0;
  pid_t reaped = 0;
  do reaped = ::waitpid(pid, &status, 0);
  while (reaped < 0 && errno == EINTR);
  if (unwatched != 0) return StatusFromErrno(unwatched, "watching '" + command + "', which was killed");
  if (!ended) {
    return {StatusCode::kTimeout, fmt::format("'{}' was not done after {:.1f} s and was killed", command,
                                              std::chrono::duration<double>(timeout).count())};
  }
  if (reaped < 0) return StatusFromErrno(errno, "waiting for '" + command + "'");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return {StatusCode::kIo, WIFEXITED(status) ? fmt::format("'{}' ended with exit code {}", command, WEXITSTATUS(status))
                                             : fmt::format("'{}' ended with signal {}", command, WTERMSIG(status))};
}

namespace {

// The JSON line that the command receives.
std::string LineOf(const AnomalyEvent& event, const std::string& job, const TimeForm& form) {
  std::string line = "{";
  if (!job.empty()) {
    line += "\"job\":";
    AppendJsonText(line, job);
    line += ',';
  }
  if (event.number > 0) line += "\"event\":" + std::to_string(event.number) + ",";
  std::string rest;
  AppendEventJson(rest, event, form);
  return line + rest.substr(1);
}

}  // namespace

Result<Told> TellHook(const Telling& telling, std::span<const AnomalyEvent> events, const TimeForm& form,
                      const std::function<Status(const AnomalyEvent&)>& on_told) {
  constexpr int kMostFailures = 3;  // so that a command that hangs cannot hold a fleet's detection up for hours
  Told told;
  int failures = 0;
  for (std::size_t i = 0; i < events.size() && failures < kMostFailures; ++i) {
    const Status called = RunHook(telling.command, LineOf(events[i], telling.job, form), telling.timeout);
    if (called.ok()) {
      ++told.told;
      failures = 0;
      if (on_told) FITD_RETURN_IF_ERROR(on_told(events[i]));
      continue;
    }
    Log(LogLevel::kWarning, "telling of an event: " + called.message(), events[i].target);
    if (++failures == kMostFailures && i + 1 < events.size()) {
      Log(LogLevel::kWarning, fmt::format("{} more events are not told of, because '{}' failed {} times in a row",
                                          events.size() - i - 1, telling.command, failures));
    }
  }
  told.left = events.size() - told.told;
  return told;
}

Result<Told> TellOfStored(const std::string& store, const Telling& telling) {
  FITD_ASSIGN_OR_RETURN(const Store opened, Store::Open(store, Store::Mode::kRead));
  FITD_ASSIGN_OR_RETURN(const RunInfo run, opened.LatestRun());
  std::vector<AnomalyEvent> untold;
  FITD_RETURN_IF_ERROR(opened.ForEachAnomaly({}, [&untold](const StoredAnomaly& anomaly) -> Status {
    if (!anomaly.told) untold.push_back(EventOf(anomaly));
    return {};
  }));
  if (untold.empty()) return Told{};
  // Whoever is told of an event that cannot be marked is told of it each time again.
  FITD_RETURN_IF_ERROR(
      MarkAnomaly(opened, untold.front().number, false).WithContext("nobody is told of what cannot be marked as told"));
  return TellHook(telling, untold, run.header.time_form(),
                  [&opened](const AnomalyEvent& event) { return MarkAnomaly(opened, event.number, true); });
}

}  // namespace fitd
