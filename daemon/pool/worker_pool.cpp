#include "daemon/pool/worker_pool.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "common/process/own_executable.h"
#include "daemon/pool/local_worker_runner.h"
#include "daemon/pool/process_worker_runner.h"

namespace fitd {

std::string FindWorkerExecutable(std::string_view name) {
  const char* given = std::getenv("FITD_WORKER");
  if (name == kWorkerName && given != nullptr && *given != '\0') return given;
  const Result<std::string> self = OwnExecutable();
  const std::filesystem::path here = self.ok() ? std::filesystem::path(*self).parent_path() : ".";
  const std::array<std::filesystem::path, 2> places = {here / name, here.parent_path() / "libexec" / "fitd" / name};
  for (const auto& place : places) {
    if (std::error_code error; std::filesystem::exists(place, error)) return place;
  }
  return places[0];
}

WorkerPool::WorkerPool() = default;
WorkerPool::~WorkerPool() = default;

Result<std::unique_ptr<WorkerPool>> WorkerPool::Start(const PoolOptions& options) {
  std::unique_ptr<WorkerPool> pool(new WorkerPool());
  if (options.workers <= 0) {
    pool->local_ = std::make_unique<LocalWorkerRunner>();
  } else {
    FITD_ASSIGN_OR_RETURN(pool->processes_, ProcessWorkerRunner::Start(options, pool->clock_));
  }
  return pool;
}

Result<StageReport> WorkerPool::RunStage(const Frame& frame, const StageOptions& options, StageSink& sink) {
  WorkerRunner& runner = local_ ? static_cast<WorkerRunner&>(*local_) : *processes_;
  return Dispatch(runner, frame, options, std::max(num_workers(), 1), sink, clock_);
}

void WorkerPool::Shutdown() {
  if (processes_) processes_->Shutdown();
}

int WorkerPool::num_workers() const {
  return processes_ ? static_cast<int>(processes_->Stats().size()) : 0;
}

std::vector<int> WorkerPool::Pids() const {
  return processes_ ? processes_->Pids() : std::vector<int>();
}

std::vector<WorkerStats> WorkerPool::Stats() const {
  if (processes_) return processes_->Stats();
  WorkerStats stats;
  stats.worker = -1;
  stats.pid = ::getpid();
  stats.busy_seconds = local_->busy_seconds();
  return {stats};
}

}  // namespace fitd
