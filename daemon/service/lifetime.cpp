#include "daemon/service/lifetime.h"

namespace fitd {

void ServiceLifetime::Observe(std::size_t clients, std::size_t work, Monotonic now) {
  const bool idle = clients == 0 && work == 0;
  if (!idle || !idle_) idle_since_ = now;
  idle_ = idle;
}

void ServiceLifetime::BeginDrain(Monotonic now) {
  if (!drain_since_) drain_since_ = now;
}

bool ServiceLifetime::ShouldExitIdle(Monotonic now) const {
  return idle_ && limits_.idle_exit.count() > 0 && now - idle_since_ >= limits_.idle_exit;
}

bool ServiceLifetime::DrainExpired(Monotonic now) const {
  return drain_since_ && active_ > 0 && now - *drain_since_ >= limits_.drain_limit;
}

bool ServiceLifetime::WatchdogMayKnow(Monotonic now) const {
  if (limits_.stall_limit.count() == 0 || !last_progress_) return true;
  return now - *last_progress_ < limits_.stall_limit + limits_.stall_grace;
}

}  // namespace fitd
