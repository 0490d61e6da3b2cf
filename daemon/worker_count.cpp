#include "daemon/worker_count.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>

namespace fitd {

Result<WorkerPlacement> PlaceWorkers(const Job& job, std::size_t units) {
  cpu_set_t set;
  ::sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cores.push_back(cpu);
  }
  const std::string& count = job.workers.count;
  int workers = static_cast<int>(cores.size());
  if (count != "physical") {
    const auto parsed = std::from_chars(count.data(), count.data() + count.size(), workers);
    if (parsed.ec != std::errc() || parsed.ptr != count.data() + count.size() || workers < 0) {
      return Status(StatusCode::kUsage, fmt::format("workers '{}' is neither physical nor a number", count));
    }
  }
  WorkerPlacement placement;
  placement.workers = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(workers), units));
  for (int i = 0; i < placement.workers; ++i)
    placement.cpus.push_back(cores[static_cast<std::size_t>(i) % cores.size()]);
  return placement;
}

}  // namespace fitd
