// Tells a running stage to stop: from another thread, or from a signal handler. One source may be watched by many.
#pragma once

#include <atomic>

#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

class CancelSource {
 public:
  static Result<CancelSource> Create();

  CancelSource(CancelSource&& other) noexcept
      : cancelled_(other.cancelled_.load(std::memory_order_relaxed)), event_(std::move(other.event_)) {}

  // From any thread; async-signal-safe; cannot be undone.
  void Cancel();
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  // A descriptor that stays readable once cancelled.
  int fd() const { return event_.get(); }

 private:
  explicit CancelSource(UniqueFd event) : event_(std::move(event)) {}

  std::atomic<bool> cancelled_{false};
  UniqueFd event_;
};

}  // namespace fitd
