// A user's long-lived command: one line in, one line out. Worker process, main thread. It dies with the worker.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

class ExecChild {
 public:
  // `tell_coming_up`, where there is one, is told when the command is started and when it has read something.
  ExecChild(std::string command, std::function<void(bool)> tell_coming_up)
      : command_(std::move(command)), tell_coming_up_(std::move(tell_coming_up)) {}
  ~ExecChild();
  ExecChild(const ExecChild&) = delete;
  ExecChild& operator=(const ExecChild&) = delete;

  // Checks that a shell would find the command's first word; kBadConfig names it.
  Status Check() const;

  // Writes the line and returns the next line that the command writes. Starts the command when it does not run.
  // Restarts it when it has written something unasked, which would be taken for the answer, and when it ended before
  // answering after it had answered others, so that an answer does not depend on earlier lines. An error says how the
  // command ended; the next call starts it again. No deadline: the parent watches the time per target.
  Result<std::string> Ask(std::string_view line);

  // Ends the command at once; the next Ask starts it again.
  void Stop();

  // Orderly end; no Ask afterwards. CloseInput closes its input; AwaitEnd waits, ignoring its output, and returns true
  // when it has ended.
  void CloseInput() { to_.Reset(); }
  bool AwaitEnd(Monotonic deadline);
  // Sends SIGTERM if it runs.
  void Terminate() const;

 private:
  Status Start();
  Status Exchange(std::string_view line);
  // As long as it has read nothing it is coming up: interpreters import for seconds before the first line.
  void SeeComingUp(std::size_t written);
  void SetComingUp(bool coming_up);
  Status ReadSome();
  void SkipBlankLines();
  Status WriteSome(std::string_view& line);
  // Waits for its end and says what it was.
  Status Ended();
  // Output beyond its answers; empty: none.
  std::string Unasked();

  std::string command_;
  std::function<void(bool)> tell_coming_up_;
  bool coming_up_ = false;
  pid_t pid_ = -1;
  UniqueFd to_, from_;
  std::string received_;
};

}  // namespace fitd
