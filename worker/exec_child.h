// A user's long-lived command: one line goes in, one line comes out. Worker process, main thread. It dies with the
// worker.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

class ExecChild {
 public:
  explicit ExecChild(std::string command) : command_(std::move(command)) {}
  ~ExecChild();
  ExecChild(const ExecChild&) = delete;
  ExecChild& operator=(const ExecChild&) = delete;

  // Whether a shell would find the command's first word. kBadConfig names it.
  Status Check() const;

  // Writes the line and its end, returns the next line the command writes. Starts the command if it does not run, and
  // starts it anew when it has written something that nobody asked for, which would be taken for the answer, and when
  // it ended before it answered and had answered others: what a line gets does not depend on those before it. An error
  // says how it ended; the next call starts it again. No deadline: the parent watches how long a target takes.
  Result<std::string> Ask(std::string_view line);

  // Ends the command at once; the next Ask starts it again.
  void Stop();

  // Its orderly end, after which there is no Ask: its input ends, then it is waited for, whatever it still writes. True
  // when it has ended.
  void CloseInput() { to_.Reset(); }
  bool AwaitEnd(Monotonic deadline);
  // SIGTERM, if it runs.
  void Terminate() const;

 private:
  Status Start();
  Status Exchange(std::string_view line);
  Status ReadSome();
  Status WriteSome(std::string_view& line);
  // Waits for its end and says what it was.
  Status Ended();
  // What it has written beyond its answers; empty: nothing.
  std::string Unasked();

  std::string command_;
  pid_t pid_ = -1;
  UniqueFd to_, from_;
  std::string received_;
};

}  // namespace fitd
