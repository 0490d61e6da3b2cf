// Decides when to spawn again after workers that died before they could work, and when to give up. Parent; pure logic.
#pragma once

#include "daemon/pool/worker_runner.h"

namespace fitd {

class StartupDeaths {
 public:
  // How many in a row end the run: of deaths by the worker's own doing, and of those that came from outside.
  StartupDeaths(int most_own, int most_outside) : most_own_(most_own), most_outside_(most_outside) {}

  // A worker came up: the counts start anew.
  void OnReady() { own_ = outside_ = 0; }
  // Counts a death and returns when to spawn again: at once after the first, then with growing pauses, which stay short
  // while somebody outside is killing.
  Monotonic OnDeath(bool own_doing, Monotonic now);
  // Deaths in a row of the kind that reached its limit, else 0.
  int TooMany() const;

 private:
  int most_own_;
  int most_outside_;
  int own_ = 0;
  int outside_ = 0;
};

}  // namespace fitd
