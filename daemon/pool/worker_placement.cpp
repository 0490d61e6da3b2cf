#include "daemon/pool/worker_placement.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/process/log.h"
#include "common/process/topology.h"
#include "daemon/pool/memory_plan.h"

namespace fitd {
Result<WorkerPlacement> PlaceWorkers(const Job& job, const WorkDemand& demand) {
  FITD_ASSIGN_OR_RETURN(const Topology topology, DetectTopology());
  const int asked = job.workers.count.value_or(topology.NumWorkers());
  WorkerPlacement placement;
  placement.workers = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(asked), demand.units));
  if (placement.workers == 0) return placement;
  MemoryDemand memory;
  memory.workers = placement.workers;
  memory.parent_bytes = demand.parent_bytes;
  memory.largest_series_bytes = demand.largest_series_bytes;
  memory.worker_limit_bytes = job.workers.memory_bytes;
  const MemoryPlan plan = PlanMemory(ReadMemoryBudget(), memory);
  if (!plan.warning.empty()) placement.warnings.push_back(plan.warning);
  placement.workers = plan.workers;
  const auto& cores = topology.core_cpus;
  if (static_cast<std::size_t>(placement.workers) > cores.size()) {
    placement.warnings.push_back(
        fmt::format("{} workers share {} physical cores; one a core is fastest", placement.workers, cores.size()));
  }
  // Shards on the same host skip the cores of those before them, or all would be pinned to the first cores.
  const std::size_t first =
      static_cast<std::size_t>(demand.earlier_shards) * static_cast<std::size_t>(placement.workers);
  for (int i = 0; i < placement.workers; ++i)
    placement.cpus.push_back(cores[(first + static_cast<std::size_t>(i)) % cores.size()]);
  return placement;
}

Result<PoolOptions> PlacePool(const Job& job, const WorkDemand& demand, PoolOptions options) {
  WorkDemand beside = demand;
  beside.earlier_shards = options.earlier_shards;
  FITD_ASSIGN_OR_RETURN(const WorkerPlacement placement, PlaceWorkers(job, beside));
  for (const std::string& warning : placement.warnings) Log(LogLevel::kWarning, warning);
  options.workers = placement.workers;
  options.cpus = placement.cpus;
  options.memory_bytes = job.workers.memory_bytes;
  options.recycle_targets = job.workers.recycle_targets;
  options.recycle_growth_bytes = job.workers.recycle_bytes;
  return options;
}

WorkDemand DemandOf(const Frame& frame, std::size_t units) {
  WorkDemand demand;
  demand.units = units;
  demand.parent_bytes = frame.num_values() * sizeof(double);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    demand.largest_series_bytes = std::max<std::uint64_t>(demand.largest_series_bytes, frame[i].values.size_bytes());
  }
  return demand;
}

}  // namespace fitd
