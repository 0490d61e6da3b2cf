// The seam between deciding about runs and having processes: RunManager asks, a launcher acts; tests use a fake one.
// Daemon, loop thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/status.h"
#include "daemon/runs/run_queue.h"

namespace fitd {

struct RunExit {
  int code = 0;            // exit code, 128+n after signal n
  int signal = 0;          // 0: it exited
  bool oom = false;        // the kernel's out-of-memory killer took a process of the run
  std::string last_words;  // the end of its stderr
};

struct LaunchRequest {
  std::int64_t id = 0;
  std::string job;
  RunKind kind = RunKind::kTrain;
  bool fresh = false;
  std::function<void(const std::string& line)> on_line;  // progress pipe
  std::function<void(RunExit)> on_exit;                  // once, after the last line
};

// A started run process. Destroying it kills what is left.
class RunHandle {
 public:
  virtual ~RunHandle() = default;
  virtual pid_t pid() const = 0;
  virtual void Signal(int signal) = 0;  // to the run process; nothing after its exit
  virtual void KillAll() = 0;           // SIGKILL to it and everything it started
};

class RunLauncher {
 public:
  virtual ~RunLauncher() = default;
  // Callbacks come from the loop, never from inside Launch.
  virtual Result<std::unique_ptr<RunHandle>> Launch(LaunchRequest request) = 0;
};

}  // namespace fitd
