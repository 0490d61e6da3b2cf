#include "daemon/pool/memory_plan.h"

#include <algorithm>
#include <fstream>

#include "common/process/cgroup.h"
#include "ipc/messages.h"
#include "ipc/result_ring.h"

namespace fitd {
namespace {

constexpr std::uint64_t kMega = 1 << 20;
constexpr std::uint64_t kProgramBytes = 24 * kMega;  // text, libraries, heap of a worker that fits short series
constexpr std::uint64_t kSeriesCopies = 12;          // working arrays of the hungriest algorithm, in series lengths
constexpr std::uint64_t kChunkBytes = kMega;         // of an automatic chunk
constexpr double kUsable = 0.9;                      // the rest is for page tables, buffers and the neighbours

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
  MemoryBudget budget{MemInfo(root, "MemTotal"), MemInfo(root, "MemAvailable"), false};
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
