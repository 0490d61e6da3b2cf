// Times the stages of a run. Daemon, any thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/clock.h"
#include "daemon/train/self_usage.h"

namespace fitd {

// Adds its lifetime in seconds to `seconds` and sets `memory`, if given, to the peak memory of the process so far.
class StageTimer {
 public:
  StageTimer(const Clock& clock, double& seconds, std::uint64_t* memory = nullptr)
      : clock_(clock), seconds_(seconds), memory_(memory), start_(clock.Now()) {}
  ~StageTimer() {
    seconds_ += std::chrono::duration<double>(clock_.Now() - start_).count();
    if (memory_ != nullptr) *memory_ = SelfPeakRssBytes();
  }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  const Clock& clock_;
  double& seconds_;
  std::uint64_t* memory_;
  Monotonic start_;
};

}  // namespace fitd
