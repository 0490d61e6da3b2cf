#include "daemon/plan/signal_cancel.h"

#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <string_view>

namespace fitd {
namespace {

// For the signal handler, which can only use lock-free globals.
std::atomic<int> g_signal{0};
std::atomic<CancelSource*> g_source{nullptr};
std::atomic<bool> g_end_by_itself{false};
constexpr suseconds_t kPatience = 800'000;
constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
std::array<struct sigaction, kSignals.size()> g_old;

// The current fit or forecast does not return in time: exit at once, as after a kill. The store survives that.
void OnPatienceOver(int) {
  constexpr std::string_view kText =
      "fitd: ended in the middle of a fit or a forecast; what was saved stays, the same command goes on\n";
  pollfd one{STDERR_FILENO, POLLOUT, 0};  // a terminal that Ctrl-S has stopped would hold the end up
  if (::poll(&one, 1, 0) != 0) (void)!::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(128 + g_signal.load());
}

void OnSignal(int signal) {
  const int saved = errno;
  int none = 0;
  g_signal.compare_exchange_strong(none, signal);
  if (CancelSource* source = g_source.load()) source->Cancel();
  if (g_end_by_itself.load()) {
    ::signal(SIGALRM, OnPatienceOver);
    const itimerval timer{{0, 0}, {0, kPatience}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
  errno = saved;
}

}  // namespace

SignalCancel::SignalCancel(CancelSource source) : source_(std::move(source)) {
  g_signal = 0;
  g_source = &source_;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &g_old[i]);
    // Keeps ignored signals ignored: SIGHUP under nohup, SIGINT in background jobs of a shell.
    if (kSignals[i] == SIGTERM || g_old[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

Result<std::unique_ptr<SignalCancel>> SignalCancel::Install() {
  FITD_ASSIGN_OR_RETURN(CancelSource source, CancelSource::Create());
  return std::unique_ptr<SignalCancel>(new SignalCancel(std::move(source)));
}

SignalCancel::~SignalCancel() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &g_old[i], nullptr);
  g_source = nullptr;
  g_end_by_itself = false;
}

void SignalCancel::EndByItself() {
  g_end_by_itself = true;
}

int SignalCancel::signal() const {
  return g_signal.load();
}

bool SignalCancel::Ended(const Status& failed) const {
  constexpr std::array kRefused = {StatusCode::kUsage,     StatusCode::kInvalidInput, StatusCode::kNotFound,
                                   StatusCode::kBadConfig, StatusCode::kPermission,   StatusCode::kCorrupt};
  return cancelled() && std::find(kRefused.begin(), kRefused.end(), failed.code()) == kRefused.end();
}

Status SignalCancel::status() const {
  if (!cancelled()) return {};
  if (signal() == SIGHUP) return {StatusCode::kCancelled, "the terminal is gone (SIGHUP)"};
  return {StatusCode::kCancelled, signal() == SIGINT ? "interrupted (SIGINT)" : "terminated (SIGTERM)"};
}

}  // namespace fitd
