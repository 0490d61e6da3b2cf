// A child process on the loop: its two output pipes are read as bytes come, its end is reported once, after the last
// byte. Only run_process.cpp and query_process.cpp include this. Daemon, loop thread.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "common/status.h"
#include "ipc/child_process.h"

namespace boost::asio {
class io_context;
}

namespace fitd {

class ChildWatch {
 public:
  struct Handlers {
    std::function<void(std::string_view)> on_output;  // the pipe on `output_fd`
    std::function<void(std::string_view)> on_error;   // stdout and stderr, or stderr alone
    std::function<void(const ExitReport&)> on_exit;   // once, never from inside Start
  };

  // `output` is the reading end of a pipe whose writing end the process has.
  static Result<std::shared_ptr<ChildWatch>> Start(boost::asio::io_context& loop, ChildProcess process, UniqueFd output,
                                                   Handlers handlers);
  virtual ~ChildWatch() = default;

  virtual pid_t pid() const = 0;
  // Stops reading its output, so that it waits when the pipe is full; goes on. For whoever passes the output on.
  virtual void PauseOutput() = 0;
  virtual void ResumeOutput() = 0;
  virtual void Signal(int signal) = 0;  // to the process; nothing after its end
  virtual void KillGroup() = 0;         // SIGKILL to its process group
  virtual void Detach() = 0;            // kills it and forgets the handlers
};

}  // namespace fitd
