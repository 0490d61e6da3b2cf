#include "daemon/cancel.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace fitd {
namespace {

// A signal handler reaches nothing but globals; both are lock-free.
std::atomic<int> g_signal{0};
std::atomic<int> g_event_fd{-1};
struct sigaction g_old_int;
struct sigaction g_old_term;

void OnSignal(int signal) {
  const int saved = errno;
  int none = 0;
  g_signal.compare_exchange_strong(none, signal);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(g_event_fd.load(), &one, sizeof one);
  errno = saved;
}

}  // namespace

SignalCancel::SignalCancel() {
  g_signal = 0;
  g_event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &g_old_int);
  ::sigaction(SIGTERM, &action, &g_old_term);
}

SignalCancel::~SignalCancel() {
  ::sigaction(SIGINT, &g_old_int, nullptr);
  ::sigaction(SIGTERM, &g_old_term, nullptr);
  ::close(g_event_fd.exchange(-1));
}

int SignalCancel::signal() const { return g_signal.load(); }
int SignalCancel::fd() const { return g_event_fd.load(); }

Status SignalCancel::status() const {
  if (!cancelled()) return {};
  return {StatusCode::kCancelled, signal() == SIGINT ? "interrupted (SIGINT)" : "terminated (SIGTERM)"};
}

}  // namespace fitd
