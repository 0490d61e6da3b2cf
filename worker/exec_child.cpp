#include "worker/exec_child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "common/fit/algorithm_host.h"
#include "common/process/log.h"
#include "ipc/before_exec.h"
#include "ipc/exit_report.h"

namespace fitd {
namespace {

constexpr std::size_t kShownBytes = 80;  // of a line in a message
constexpr std::size_t kMaxLineBytes = std::size_t{256} << 20;
constexpr int kLookWhileComingUp = 20;  // ms: whether it has read something is looked at so often

// Between fork and exec: system calls only.
[[noreturn]] void Become(const char* script, int in, int out, pid_t parent) {
  if (!DieWithParent(parent)) ::_exit(127);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::syscall(SYS_close_range, 3, ~0U, 0);
  ResetSignals();
  ::execl("/bin/sh", "sh", "-c", script, static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

ExecChild::~ExecChild() {
  Stop();
}

Status ExecChild::Check() const {
  return ExpectCommand(command_);
}

Result<std::string> ExecChild::Ask(std::string_view line) {
  if (const std::string unasked = pid_ < 0 ? "" : Unasked(); !unasked.empty()) {
    Log(LogLevel::kWarning, "the command wrote a line that nobody asked for and is started again: " + unasked);
    Stop();
  }
  const bool fresh = pid_ < 0;
  if (fresh) FITD_RETURN_IF_ERROR(Start());
  Status status = Exchange(line);
  // It may have ended with its answer before, which is no fault of this line's.
  if (status.code() == StatusCode::kWorkerLost && !fresh) {
    Stop();
    FITD_RETURN_IF_ERROR(Start());
    status = Exchange(line);
  }
  SetComingUp(false);
  if (!status.ok()) {
    Stop();
    return status;
  }
  const std::size_t end = received_.find('\n');
  std::string answer = received_.substr(0, end);
  received_.erase(0, end + 1);
  SkipBlankLines();
  return answer;
}

std::string ExecChild::Unasked() {
  pollfd ready = {from_.get(), POLLIN, 0};
  // Its end is no line: the next exchange meets it and says how it ended.
  if (::poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0) (void)ReadSome();
  return received_.substr(0, std::min(received_.find('\n'), kShownBytes));
}

Status ExecChild::Start() {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return StatusFromErrno(errno, "cannot create a pipe");
  UniqueFd child_in(in[0]);
  to_ = UniqueFd(in[1]);
  if (::pipe2(out, O_CLOEXEC) != 0) return StatusFromErrno(errno, "cannot create a pipe");
  from_ = UniqueFd(out[0]);
  UniqueFd child_out(out[1]);
  ::fcntl(to_.get(), F_SETFL, O_WRONLY | O_NONBLOCK);
  ::fcntl(from_.get(), F_SETFL, O_RDONLY | O_NONBLOCK);
  ::signal(SIGPIPE, SIG_IGN);  // a command that ended is an error of the write
  const std::string script = "exec " + command_;
  const pid_t self = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) Become(script.c_str(), child_in.get(), child_out.get(), self);
  if (pid_ < 0) return StatusFromErrno(errno, "cannot start " + command_);
  received_.clear();
  SetComingUp(true);
  return {};
}

void ExecChild::SetComingUp(bool coming_up) {
  if (coming_up_ != coming_up && tell_coming_up_) tell_coming_up_(coming_up);
  coming_up_ = coming_up;
}

void ExecChild::SeeComingUp(std::size_t written) {
  int unread = 0;
  if (!coming_up_ || written == 0 || ::ioctl(to_.get(), FIONREAD, &unread) != 0) return;
  if (static_cast<std::size_t>(unread) < written || !received_.empty()) SetComingUp(false);
}

Status ExecChild::Exchange(std::string_view line) {
  std::string text(line);
  text += '\n';
  std::string_view left = text;
  while (received_.find('\n') == std::string::npos || !left.empty()) {
    pollfd fds[2] = {{from_.get(), POLLIN, 0}, {to_.get(), POLLOUT, 0}};
    const int wait = coming_up_ ? kLookWhileComingUp : -1;
    if (::poll(fds, left.empty() ? 1 : 2, wait) < 0 && errno != EINTR) return StatusFromErrno(errno, "poll");
    if (fds[0].revents != 0) FITD_RETURN_IF_ERROR(ReadSome());
    if (!left.empty() && fds[1].revents != 0) FITD_RETURN_IF_ERROR(WriteSome(left));
    SeeComingUp(text.size() - left.size());
  }
  return {};
}

Status ExecChild::ReadSome() {
  char buffer[65536];
  const ssize_t n = ::read(from_.get(), buffer, sizeof(buffer));
  if (n == 0) return Ended();
  if (n > 0) received_.append(buffer, static_cast<std::size_t>(n));
  SkipBlankLines();
  if (received_.size() > kMaxLineBytes) return {StatusCode::kInvalidInput, "the command's line does not end"};
  return {};
}

// A blank line, as print() alone writes one, is no answer to anything; nor is the end of a string of C's that was
// written with its line.
void ExecChild::SkipBlankLines() {
  constexpr std::string_view kBlank("\r\n\t \0", 5);
  received_.erase(0, std::min(received_.find_first_not_of(kBlank), received_.size()));
}

Status ExecChild::WriteSome(std::string_view& line) {
  const ssize_t n = ::write(to_.get(), line.data(), line.size());
  if (n >= 0) line.remove_prefix(static_cast<std::size_t>(n));
  if (n < 0 && errno == EPIPE) return Ended();
  return {};
}

Status ExecChild::Ended() {
  // Its end of a pipe is closed: it is ending, or will never answer.
  int status = 0;
  for (int i = 0; i < 1000; ++i) {
    const pid_t got = ::waitpid(pid_, &status, WNOHANG);
    if (got == pid_) {
      pid_ = -1;
      return {StatusCode::kWorkerLost,
              "the command ended with " + ExitReportOf(status).Cause() + " instead of answering"};
    }
    ::usleep(1000);
  }
  return {StatusCode::kWorkerLost, "the command closed its input or output and did not answer"};
}

bool ExecChild::AwaitEnd(Monotonic deadline) {
  const UniqueFd end(pid_ > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)) : -1);
  while (pid_ > 0) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
      pid_ = -1;
      break;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd fds[2] = {{end.get(), POLLIN, 0}, {from_.get(), POLLIN, 0}};
    if (::poll(fds, 2, static_cast<int>(left.count())) < 0 && errno != EINTR) return false;
    char ignored[4096];
    if (fds[1].revents != 0 && ::read(from_.get(), ignored, sizeof(ignored)) == 0) from_.Reset();
  }
  return true;
}

void ExecChild::Terminate() const {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
}

void ExecChild::Stop() {
  to_.Reset();
  from_.Reset();
  received_.clear();
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
}

}  // namespace fitd
