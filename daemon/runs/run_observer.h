// What a RunManager tells whoever it decides for. Daemon, loop thread.
#pragma once

#include <cstdint>

namespace fitd {

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // The queue has changed: its snapshot should be saved.
  virtual void OnStateChanged() = 0;
  // Followers of the run have something to read.
  virtual void OnNewEvents(std::int64_t run) = 0;
  // The run is out of the history: its log folder can go.
  virtual void OnForgotten(std::int64_t run) = 0;
};

}  // namespace fitd
