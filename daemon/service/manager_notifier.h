// Tells the service manager about the running service: a status line, watchdog notifications, more time to stop.
// Daemon, loop thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace fitd {

class ManagerNotifier {
 public:
  // `watchdog`: interval in which a notification is expected; nullopt: no watchdog.
  explicit ManagerNotifier(std::optional<std::chrono::microseconds> watchdog) : watchdog_(watchdog) {}

  // Sends what has changed since the last call. `well`: notify the watchdog.
  void Tell(const std::string& status, bool well, bool draining);
  // The longest allowed time between two calls of Tell: a third of the watchdog interval; nullopt: unlimited.
  std::optional<std::chrono::milliseconds> LongestSilence() const;

 private:
  std::optional<std::chrono::microseconds> watchdog_;
  std::string told_;
};

}  // namespace fitd
