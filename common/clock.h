// Monotonic and wall time behind an interface, so that deadlines, retries and idle exits are tested without waiting.
// Any process; implementations say their thread safety.
#pragma once

#include <chrono>

namespace fitd {

using Monotonic = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Monotonic Now() const = 0;
  virtual std::chrono::system_clock::time_point WallNow() const = 0;
};

// The real clocks; safe from any thread.
class SystemClock final : public Clock {
 public:
  Monotonic Now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point WallNow() const override { return std::chrono::system_clock::now(); }
};

// Stands still until a test moves it; one thread.
class ManualClock final : public Clock {
 public:
  Monotonic Now() const override { return now_; }
  std::chrono::system_clock::time_point WallNow() const override { return wall_; }
  void Advance(Duration by) {
    now_ += by;
    wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
  }

 private:
  Monotonic now_{std::chrono::seconds(1000)};
  std::chrono::system_clock::time_point wall_{std::chrono::seconds(1'700'000'000)};
};

}  // namespace fitd
