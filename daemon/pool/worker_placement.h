// Decides how many workers a run gets and on which CPUs: no more than physical cores, pieces of work, and memory allow.
// Daemon, main thread; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/job/job.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/pool/pool_options.h"

namespace fitd {

struct WorkDemand {
  std::size_t units = 0;           // pieces of work; at most one worker for each
  std::uint64_t parent_bytes = 0;  // memory of the parent
  std::uint64_t largest_series_bytes = 0;
  int earlier_shards = 0;  // see PoolOptions::earlier_shards
};
WorkDemand DemandOf(const Frame& frame, std::size_t units);

struct WorkerPlacement {
  int workers = 0;                    // 0: the parent does the work itself
  std::vector<int> cpus;              // one per worker, repeated when workers outnumber cores
  std::vector<std::string> warnings;  // why there are fewer workers than wanted, or more than cores
};

// An error when the topology of the machine cannot be read.
Result<WorkerPlacement> PlaceWorkers(const Job& job, const WorkDemand& demand);

// Completes `options` with what the job says of workers (count, CPUs, memory, recycling) and logs the placement's
// warnings. Every command that starts workers calls it.
Result<PoolOptions> PlacePool(const Job& job, const WorkDemand& demand, PoolOptions options);

}  // namespace fitd
