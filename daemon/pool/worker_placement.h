// How many workers a run gets and on which CPUs: as many as there are physical cores to use, pieces of work to do and
// memory to hold them. Daemon.
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
  std::size_t units = 0;           // pieces of work: no more workers than that
  std::uint64_t parent_bytes = 0;  // what the parent holds
  std::uint64_t largest_series_bytes = 0;
  int earlier_shards = 0;  // see PoolOptions
};
WorkDemand DemandOf(const Frame& frame, std::size_t units);

struct WorkerPlacement {
  int workers = 0;                    // 0: the parent fits
  std::vector<int> cpus;              // one per worker, repeated when there are more workers than cores
  std::vector<std::string> warnings;  // fewer workers than asked for, or more than cores, and why
};

// kUsage for a count that is none.
Result<WorkerPlacement> PlaceWorkers(const Job& job, const WorkDemand& demand);

// The options of a pool with what the job says of its workers: count, CPUs, memory, recycling. Warnings of the
// placement are logged. Every command that starts workers asks here.
Result<PoolOptions> PlacePool(const Job& job, const WorkDemand& demand, PoolOptions options);

}  // namespace fitd
