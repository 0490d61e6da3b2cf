// How much memory a run may use and how many workers that holds. Parent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fitd {

struct MemoryBudget {
  std::uint64_t limit_bytes = 0;  // of the machine or the cgroup, whichever is smaller
  bool from_cgroup = false;
};

// `root`: see common/process/cgroup.h.
MemoryBudget ReadMemoryBudget(const std::string& root = "");

struct MemoryDemand {
  int workers = 1;                 // how many are wanted
  std::uint64_t parent_bytes = 0;  // memory of the parent: the frame and everything else
  std::uint64_t largest_series_bytes = 0;
  std::uint64_t worker_limit_bytes = 0;  // --memory-per-worker; 0: estimated from the largest series
};

struct MemoryPlan {
  int workers = 1;                 // how many fit, at least 1
  std::uint64_t worker_bytes = 0;  // predicted per worker, with its queued chunks and result ring
  std::string warning;             // set when fewer fit than wanted, or not even one
};

// A worker needs its program, its two chunks, its result ring and a few copies of the series it works on.
MemoryPlan PlanMemory(const MemoryBudget& budget, const MemoryDemand& demand);

}  // namespace fitd
