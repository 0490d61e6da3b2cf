// Answers questions about a store by a short-lived process of a reading command of fitd, so that a slow disk, a huge
// answer or a crash does not affect the daemon. Bounded in number, time and size. Daemon, loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

struct QueryAnswer {
  Status status;       // kBusy: too many are waiting; kTimeout; kInternal: the process died or the answer is too large
  int exit_code = 0;   // valid when status is OK
  std::string output;  // stdout
  std::string error;   // stderr, cut
};

// The output of a query as it arrives, for answers of any size: memory is what is in the pipe. Destroying it ends the
// query.
class QueryOutput {
 public:
  virtual ~QueryOutput() = default;
  struct Part {
    std::string bytes;
    bool end = false;    // this is the last part; `answer` says how the query ended
    QueryAnswer answer;  // without its output
  };
  // Calls `then` once, now or later, with what has arrived. One call at a time; none after the end.
  virtual void Next(std::function<void(Part)> then) = 0;
};

class QueryRunner {
 public:
  virtual ~QueryRunner() = default;
  // Like Run, but returns output as it arrives; the time limit applies to each part.
  virtual std::shared_ptr<QueryOutput> Stream(std::vector<std::string> arguments) = 0;
  // Runs `fitd` with `arguments`. `done` is called exactly once, never from inside Run.
  virtual void Run(std::vector<std::string> arguments, std::function<void(QueryAnswer)> done) = 0;
  virtual std::size_t num_pending() const = 0;
};

}  // namespace fitd
