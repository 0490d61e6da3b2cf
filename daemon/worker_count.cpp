#include "daemon/worker_count.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/log.h"
#include "common/topology.h"

namespace fitd {

Result<WorkerPlacement> PlaceWorkers(const Job& job, std::size_t units) {
  FITD_ASSIGN_OR_RETURN(const Topology topology, DetectTopology());
  const std::vector<int>& cores = topology.core_cpus;
  const std::string& count = job.workers.count;
  int workers = topology.NumWorkers();
  if (count != "physical") {
    const auto parsed = std::from_chars(count.data(), count.data() + count.size(), workers);
    if (parsed.ec != std::errc() || parsed.ptr != count.data() + count.size() || workers < 0) {
      return Status(StatusCode::kUsage, fmt::format("workers '{}' is neither physical nor a number", count));
    }
  }
  WorkerPlacement placement;
  placement.workers = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(workers), units));
  if (placement.workers > static_cast<int>(cores.size())) {
    Log(LogLevel::kWarning, fmt::format("{} workers share {} cores: they will not be faster than {}", placement.workers,
                                        cores.size(), cores.size()));
  }
  for (int i = 0; i < placement.workers; ++i)
    placement.cpus.push_back(cores[static_cast<std::size_t>(i) % cores.size()]);
  return placement;
}

}  // namespace fitd
