// Runs work on files away from the loop, so that the loop never blocks and its parts need no threads. Daemon, loop
// thread.
#pragma once

#include <functional>

namespace fitd {

class FileExecutor {
 public:
  virtual ~FileExecutor() = default;
  // Runs `work` elsewhere, then `done` on the loop; in the order of the calls. Neither may throw.
  virtual void Run(std::function<void()> work, std::function<void()> done) = 0;
};

}  // namespace fitd
