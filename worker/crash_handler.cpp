#include "worker/crash_handler.h"

#include <execinfo.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "common/process/log.h"

namespace fitd {
namespace {

int crash_log_fd = -1;

void Say(int fd, std::string_view text) {
  [[maybe_unused]] const ssize_t n = ::write(fd, text.data(), text.size());
}

void SayNumber(int fd, int number) {
  std::array<char, 12> digits;
  std::size_t at = digits.size();
  do digits[--at] = static_cast<char>('0' + number % 10);
  while ((number /= 10) > 0);
  Say(fd, {digits.data() + at, digits.size() - at});
}

void Report(int fd, int signal, void* const* frames, int depth) {
  Say(fd, "worker crashed with signal ");
  SayNumber(fd, signal);
  const std::string_view target = LogTarget();
  if (!target.empty()) {
    Say(fd, ", target in hand: ");
    Say(fd, target);
  }
  Say(fd, "\n");
  ::backtrace_symbols_fd(frames, depth, fd);
}

// Async-signal-safe throughout: backtrace() has loaded its library in InstallCrashHandler.
void OnCrash(int signal) {
  std::array<void*, 64> frames;
  const int depth = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  Report(STDERR_FILENO, signal, frames.data(), depth);
  if (crash_log_fd >= 0) Report(crash_log_fd, signal, frames.data(), depth);
  // SA_RESETHAND has restored the default; a raised signal is delivered on return, a fault happens again.
  ::raise(signal);
}

}  // namespace

void InstallCrashHandler(int log_fd) {
  crash_log_fd = log_fd;
  std::array<void*, 2> warm_up;
  ::backtrace(warm_up.data(), static_cast<int>(warm_up.size()));

  constexpr std::size_t kStackBytes = 64 << 10;
  static std::array<char, kStackBytes> stack;
  stack_t alternate{};
  alternate.ss_sp = stack.data();
  alternate.ss_size = stack.size();
  ::sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_handler = OnCrash;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  ::sigemptyset(&action.sa_mask);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(signal, &action, nullptr);
}

}  // namespace fitd
