// Decides when the daemon may exit, when it must, and whether the watchdog is notified; from facts and times that are
// passed in, so that tests need not wait. Daemon, loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "common/clock.h"

namespace fitd {

class ServiceLifetime {
 public:
  struct Limits {
    std::chrono::milliseconds idle_exit{0};  // 0: never
    std::chrono::milliseconds drain_limit{60'000};
    std::chrono::milliseconds stall_limit{0};       // 0: never
    std::chrono::milliseconds stall_grace{30'000};  // time for a stalled run to die from its signals
  };

  ServiceLifetime(const Limits& limits, Monotonic now) : limits_(limits), idle_since_(now) {}
  void SetLimits(const Limits& limits) { limits_ = limits; }

  // `clients`: connections; `work`: runs queued or active, and queries.
  void Observe(std::size_t clients, std::size_t work, Monotonic now);
  // The least recent last progress of all active runs; nullopt: none is active.
  void ObserveProgress(std::optional<Monotonic> last_progress) { last_progress_ = last_progress; }

  void BeginDrain(Monotonic now);
  bool draining() const { return drain_since_.has_value(); }

  bool ShouldExitIdle(Monotonic now) const;
  // True when draining and nothing runs any more.
  bool DrainComplete() const { return draining() && active_ == 0; }
  // True when draining for longer than drain_limit: the remaining runs are killed.
  bool DrainExpired(Monotonic now) const;
  void ObserveActive(std::size_t active) { active_ = active; }

  // False when a stalled run has not even died from being killed: the service must be restarted.
  bool WatchdogMayKnow(Monotonic now) const;

 private:
  Limits limits_;
  Monotonic idle_since_;
  bool idle_ = true;
  std::size_t active_ = 0;
  std::optional<Monotonic> last_progress_;
  std::optional<Monotonic> drain_since_;
};

}  // namespace fitd
