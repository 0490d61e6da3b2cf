#include "daemon/pool/local_worker_runner.h"

#include <unistd.h>

#include <exception>
#include <new>

namespace fitd {

Status LocalWorkerRunner::BeginStage(const StageSpec& spec) {
  Abort();
  spec_ = spec;
  task_ = MakeTask(spec.kind, no_hosts_);
  if (task_ == nullptr) {
    return {StatusCode::kInternal, "there is no task of kind " + std::to_string(static_cast<int>(spec.kind))};
  }
  return task_->Prepare(spec.context);
}

std::span<const WorkerSlot> LocalWorkerRunner::FreeSlots() {
  slots_.clear();
  if (!chunk_) slots_.push_back({0, 0, true});
  return slots_;
}

Status LocalWorkerRunner::Start(int /*worker*/, ChunkOrder order) {
  chunk_ = std::move(order);
  position_ = 0;
  return OkStatus();
}

WorkerEvent LocalWorkerRunner::WaitUntil(Monotonic /*deadline*/) {
  if (spec_.cancel != nullptr && spec_.cancel->cancelled()) return Interrupted{};
  if (!chunk_) return DeadlinePassed{};  // nothing will ever happen by itself
  if (position_ == chunk_->units.size()) {
    const std::uint32_t chunk = chunk_->chunk;
    chunk_.reset();
    return ChunkFinished{0, chunk};
  }
  return RunNext();
}

WorkerEvent LocalWorkerRunner::RunNext() {
  const WorkUnit unit = chunk_->units[position_];
  group_.clear();
  for (std::uint32_t i = unit.first; i < unit.first + unit.count; ++i) group_.push_back((*spec_.frame)[i]);
  WorkerDied died{0, ::getpid(), {"exception", true}, {chunk_->chunk}, position_, {}};
  try {
    const Monotonic start = std::chrono::steady_clock::now();
    bytes_ = task_->Run(group_);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    busy_seconds_ += seconds;
    record_ = {chunk_->chunk, position_++, seconds, bytes_};
    return RecordsArrived{0, chunk_->chunk, {&record_, 1}};
  } catch (const std::bad_alloc&) {
    died.cause.text = "oom";
  } catch (const std::exception& e) {
    died.last_words = e.what();
  } catch (...) {
    died.last_words = "an exception of an unknown type";
  }
  chunk_.reset();
  return died;
}

void LocalWorkerRunner::Abort() {
  chunk_.reset();
}

}  // namespace fitd
