// Times the stages of a run. Daemon, any thread.
#pragma once

#include <chrono>

#include "common/clock.h"

namespace fitd {

// Adds the seconds it lives to a figure of the summary.
class StageTimer {
 public:
  StageTimer(const Clock& clock, double& seconds) : clock_(clock), seconds_(seconds), start_(clock.Now()) {}
  ~StageTimer() { seconds_ += std::chrono::duration<double>(clock_.Now() - start_).count(); }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  const Clock& clock_;
  double& seconds_;
  Monotonic start_;
};

}  // namespace fitd
