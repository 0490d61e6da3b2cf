// What RunManager reports to the service. Daemon, loop thread.
#pragma once

#include <cstdint>

namespace fitd {

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // The queue has changed; its snapshot should be saved.
  virtual void OnStateChanged() = 0;
  // There are new events for followers of the run.
  virtual void OnNewEvents(std::int64_t run) = 0;
  // The run was dropped from the history; its log folder can be removed.
  virtual void OnForgotten(std::int64_t run) = 0;
};

}  // namespace fitd
