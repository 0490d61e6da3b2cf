#include "daemon/pool/memory_plan.h"

#include <algorithm>
#include <fstream>

#include "common/process/cgroup.h"
#include "ipc/messages.h"
#include "ipc/result_ring.h"

namespace fitd {
namespace {

constexpr std::uint64_t kMega = 1 << 20;
// A worker's program and heap. Measured peak of a release worker (summary of `fitd train --workers 1 --models M` on
// data of `fitd sample`): 6.0 to 6.5 MB with series of 200 values, whatever the model. The rest is for users' plugins.
constexpr std::uint64_t kProgramBytes = 24 * kMega;
// Memory beyond the program, in lengths of the longest series. Measured beyond 6.5 MB: ets 15.3 and arima 16.8 with
// 100,000 values (18.2 and 19.3 MB), 14.8 and 13.8 with 400,000 (51.8 and 48.6 MB). Theta and ces need less.
constexpr std::uint64_t kSeriesCopies = 16;
constexpr std::uint64_t kChunkBytes = kMega;  // the limit of an automatic chunk (PlanOptions::max_chunk_bytes)
constexpr double kUsable =
    0.9;  // share of the limit; the rest is for page tables, buffers and other processes. Chosen, not measured.

std::uint64_t MemInfo(const std::string& root, const std::string& name) {
  std::ifstream file(root + "/proc/meminfo");
  std::string word, unit;
  std::uint64_t kilobytes = 0;
  while (file >> word >> kilobytes) {
    if (word == name + ":") return kilobytes * 1024;
    std::getline(file, unit);
  }
  return 0;
}

std::string Megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + kMega / 2) / kMega) + " MB";
}

}  // namespace

MemoryBudget ReadMemoryBudget(const std::string& root) {
  MemoryBudget budget{MemInfo(root, "MemTotal"), false};
  const auto limit = CgroupMemoryLimit(root);
  if (limit && (budget.limit_bytes == 0 || *limit < budget.limit_bytes)) {
    budget.limit_bytes = *limit;
    budget.from_cgroup = true;
  }
  return budget;
}

MemoryPlan PlanMemory(const MemoryBudget& budget, const MemoryDemand& demand) {
  const std::uint64_t shared = kQueuedChunks * std::max(kChunkBytes, demand.largest_series_bytes) + kDefaultRingBytes;
  const std::uint64_t own = demand.worker_limit_bytes > 0 ? demand.worker_limit_bytes
                                                          : kProgramBytes + kSeriesCopies * demand.largest_series_bytes;
  MemoryPlan plan{std::max(demand.workers, 1), own + shared, {}};
  if (budget.limit_bytes == 0) return plan;  // nothing is known
  const auto usable = static_cast<std::uint64_t>(kUsable * static_cast<double>(budget.limit_bytes));
  const std::uint64_t left = usable > demand.parent_bytes ? usable - demand.parent_bytes : 0;
  const auto fit = static_cast<int>(std::min<std::uint64_t>(left / plan.worker_bytes, 1 << 20));
  if (fit >= plan.workers) return plan;
  plan.warning = "memory holds " + std::to_string(fit) + " of " + std::to_string(plan.workers) + " workers (" +
                 Megabytes(budget.limit_bytes) +
                 (budget.from_cgroup ? " allowed by the cgroup, " : " in the machine, ") +
                 Megabytes(demand.parent_bytes) + " for the data, " + Megabytes(plan.worker_bytes) + " a worker)";
  plan.workers = std::max(fit, 1);
  return plan;
}

}  // namespace fitd
