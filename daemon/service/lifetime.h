// When the daemon may leave, when it must, and whether the watchdog hears of it: decided here from facts and times that
// are passed in, so that it is tested without waiting. Daemon, loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "common/clock.h"

namespace fitd {

class ServiceState {
 public:
  struct Limits {
    std::chrono::milliseconds idle_exit{0};  // 0: never
    std::chrono::milliseconds drain_limit{60'000};
    std::chrono::milliseconds stall_limit{0};       // 0: never
    std::chrono::milliseconds stall_grace{30'000};  // for a stalled run to die of its signals
  };

  ServiceState(const Limits& limits, Monotonic now) : limits_(limits), idle_since_(now) {}
  void SetLimits(const Limits& limits) { limits_ = limits; }

  // What there is: connections, runs queued or active, queries.
  void Observe(std::size_t clients, std::size_t work, Monotonic now);
  // The stalest active run's last progress; nullopt: none is active.
  void ObserveProgress(std::optional<Monotonic> last_progress) { last_progress_ = last_progress; }

  void BeginDrain(Monotonic now);
  bool draining() const { return drain_since_.has_value(); }

  bool ShouldExitIdle(Monotonic now) const;
  // Draining and nothing runs any more.
  bool DrainComplete() const { return draining() && active_ == 0; }
  // Draining for longer than the limit: what still runs is killed.
  bool DrainExpired(Monotonic now) const;
  void ObserveActive(std::size_t active) { active_ = active; }

  // False when a stalled run did not even go when it was killed: then the whole service has to be restarted.
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
