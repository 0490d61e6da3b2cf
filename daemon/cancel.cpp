#include "daemon/cancel.h"

#include <atomic>
#include <cerrno>
#include <csignal>

namespace fitd {
namespace {

// A signal handler reaches nothing but globals; both are lock-free.
std::atomic<int> g_signal{0};
std::atomic<CancelSource*> g_source{nullptr};
struct sigaction g_old_int;
struct sigaction g_old_term;

void OnSignal(int signal) {
  const int saved = errno;
  int none = 0;
  g_signal.compare_exchange_strong(none, signal);
  if (CancelSource* source = g_source.load()) source->Cancel();
  errno = saved;
}

}  // namespace

SignalCancel::SignalCancel(CancelSource source) : source_(std::move(source)) {
  g_signal = 0;
  g_source = &source_;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &g_old_int);
  ::sigaction(SIGTERM, &action, &g_old_term);
}

Result<std::unique_ptr<SignalCancel>> SignalCancel::Install() {
  FITD_ASSIGN_OR_RETURN(CancelSource source, CancelSource::Create());
  return std::unique_ptr<SignalCancel>(new SignalCancel(std::move(source)));
}

SignalCancel::~SignalCancel() {
  ::sigaction(SIGINT, &g_old_int, nullptr);
  ::sigaction(SIGTERM, &g_old_term, nullptr);
  g_source = nullptr;
}

int SignalCancel::signal() const {
  return g_signal.load();
}

Status SignalCancel::status() const {
  if (!cancelled()) return {};
  return {StatusCode::kCancelled, signal() == SIGINT ? "interrupted (SIGINT)" : "terminated (SIGTERM)"};
}

}  // namespace fitd
