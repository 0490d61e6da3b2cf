// How many workers a run gets and on which CPUs. Daemon.
#pragma once

#include <cstddef>
#include <vector>

#include "common/job.h"
#include "common/status.h"

namespace fitd {

struct WorkerPlacement {
  int workers = 0;        // 0: the parent fits
  std::vector<int> cpus;  // one per worker, repeated when there are more workers than cores
};

// `units` pieces of work at most keep so many workers busy. kUsage for a count that is none.
Result<WorkerPlacement> PlaceWorkers(const Job& job, std::size_t units);

}  // namespace fitd
