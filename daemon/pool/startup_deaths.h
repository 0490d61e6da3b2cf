// Decides when to spawn again after workers that died before they could work, and when to give up. Parent; pure logic.
#pragma once

#include "daemon/pool/worker_runner.h"

namespace fitd {

class StartupDeaths {
 public:
  // Limits of deaths in a row: by a worker's own doing, and from outside.
  StartupDeaths(int most_own, int most_outside) : most_own_(most_own), most_outside_(most_outside) {}

  // A worker became ready: both counts restart at 0.
  void OnReady() { own_ = outside_ = 0; }
  // Counts a death and returns when to spawn again: at once after the first, then after growing pauses, which stay
  // short for deaths from outside.
  Monotonic OnDeath(bool own_doing, Monotonic now);
  // The number of deaths in a row when it has reached its limit, else 0.
  int TooMany() const;

 private:
  int most_own_;
  int most_outside_;
  int own_ = 0;
  int outside_ = 0;
};

}  // namespace fitd
