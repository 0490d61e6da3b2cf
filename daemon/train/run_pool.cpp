#include "daemon/train/run_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/process/log.h"
#include "daemon/pool/worker_placement.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// Measured: with an RLIMIT_DATA of 16 MB numpy 1.24 cannot be imported, with 20 it can; pandas 1.5 needs more than 32,
// and 40 is enough.
constexpr std::uint64_t kTightForPython = std::uint64_t{40} << 20;

void WarnOfTightPython(std::uint64_t limit) {
  if (limit == 0 || limit >= kTightForPython) return;
  Log(LogLevel::kWarning,
      fmt::format("--memory-per-worker {}M is tight: Python needs about 20 MB for itself and numpy, "
                  "40 MB with pandas",
                  limit >> 20));
}

}  // namespace

Result<PoolOptions> RunPoolOptions(const Job& job, const ModelPlan& plan, const Frame& frame, std::size_t units,
                                   const PoolOptions& given) {
  FITD_ASSIGN_OR_RETURN(PoolOptions options, PlacePool(job, DemandOf(frame, units), given));
  // Users' code may crash, hang or exit, so it never runs in this process.
  if (plan.uses_user_code()) options.workers = std::max(options.workers, 1);
  if (plan.uses_python()) {
    WarnOfTightPython(options.memory_bytes);
    FITD_ASSIGN_OR_RETURN(options.executable, FindPythonWorker());
  }
  return options;
}

Result<std::unique_ptr<WorkerPool>> StartRunPool(const PoolOptions& options, RunStarted started, Progress& progress) {
  FITD_ASSIGN_OR_RETURN(std::unique_ptr<WorkerPool> pool, WorkerPool::Start(options));
  for (const WorkerStats& stats : pool->Stats()) {
    started.workers.push_back({stats.worker, stats.pid, stats.pinned_cpu});
  }
  progress.On(started);
  return pool;
}

}  // namespace fitd
