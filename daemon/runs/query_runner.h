// Questions to a store, answered by a short-lived `fitd models|forecast` process: a slow disk, a huge answer or a crash
// stays out of the daemon. Bounded in number, time and size. Daemon, loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

struct QueryAnswer {
  Status status;       // kBusy: too many are waiting; kTimeout; kInternal: it died or the answer is too large
  int exit_code = 0;   // when status is OK
  std::string output;  // stdout
  std::string error;   // stderr, cut
};

class QueryRunner {
 public:
  virtual ~QueryRunner() = default;
  // `arguments` of `fitd`. `done` is called exactly once, never from inside Run.
  virtual void Run(std::vector<std::string> arguments, std::function<void(QueryAnswer)> done) = 0;
  virtual std::size_t num_pending() const = 0;
};

}  // namespace fitd
