#include "daemon/pool/startup_deaths.h"

#include <algorithm>

namespace fitd {
namespace {

constexpr auto kFirstPause = std::chrono::milliseconds(20);
constexpr auto kLongestPauseOutside = std::chrono::milliseconds(80);
constexpr int kMostDoublings = 8;

}  // namespace

Monotonic StartupDeaths::OnDeath(bool own_doing, Monotonic now) {
  int& deaths = own_doing ? own_ : outside_;
  ++deaths;
  if (deaths < 2) return now;
  const std::chrono::milliseconds pause = kFirstPause * (1 << std::min(deaths - 2, kMostDoublings));
  return now + (own_doing ? pause : std::min<std::chrono::milliseconds>(pause, kLongestPauseOutside));
}

int StartupDeaths::TooMany() const {
  if (own_ >= most_own_) return own_;
  return outside_ >= most_outside_ ? outside_ : 0;
}

}  // namespace fitd
