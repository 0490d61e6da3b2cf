// What the service manager is told while the service runs: its state in a line, the watchdog's sign of life, more time
// to stop. Daemon, loop thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace fitd {

class ManagerVoice {
 public:
  // `watchdog`: how often a sign of life is expected; nullopt: none is.
  explicit ManagerVoice(std::optional<std::chrono::microseconds> watchdog) : watchdog_(watchdog) {}

  // Tells what has changed since the last time. `well`: the watchdog may know that the service lives.
  void Tell(const std::string& status, bool well, bool draining);
  // How long the service may stay silent at most: a third of what the watchdog waits; nullopt: for ever.
  std::optional<std::chrono::milliseconds> LongestSilence() const;

 private:
  std::optional<std::chrono::microseconds> watchdog_;
  std::string told_;
};

}  // namespace fitd
