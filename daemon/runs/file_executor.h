// Where work on files is done, away from the loop, so that what decides needs no thread of its own. Daemon, loop
// thread.
#pragma once

#include <functional>

namespace fitd {

class FileExecutor {
 public:
  virtual ~FileExecutor() = default;
  // `work` runs elsewhere, then `done` on the loop. In the order of the calls. Neither may throw.
  virtual void Run(std::function<void()> work, std::function<void()> done) = 0;
};

}  // namespace fitd
