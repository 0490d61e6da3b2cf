// Questions to a store, answered by a short-lived process of a reading command of fitd: a slow disk, a huge answer or a
// crash stays out of the daemon. Bounded in number, time and size. Daemon, loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
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

// A query's output as it comes, for answers of any size: memory is what is under way in the pipe. Destroying it ends
// the query.
class QueryOutput {
 public:
  virtual ~QueryOutput() = default;
  struct Part {
    std::string bytes;
    bool end = false;    // the last part; then `answer` says how the query ended
    QueryAnswer answer;  // without output
  };
  // Calls `then` once, now or later, with what has come. One call at a time; none after the end.
  virtual void Next(std::function<void(Part)> then) = 0;
};

class QueryRunner {
 public:
  virtual ~QueryRunner() = default;
  // The same without waiting for the end; the time limit is for each part.
  virtual std::shared_ptr<QueryOutput> Stream(std::vector<std::string> arguments) = 0;
  // `arguments` of `fitd`. `done` is called exactly once, never from inside Run.
  virtual void Run(std::vector<std::string> arguments, std::function<void(QueryAnswer)> done) = 0;
  virtual std::size_t num_pending() const = 0;
};

}  // namespace fitd
