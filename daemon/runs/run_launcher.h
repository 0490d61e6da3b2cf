// The interface between RunManager, which decides about runs, and the processes; tests use a fake launcher. Daemon,
// loop thread.
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
  int code = 0;            // exit code; 128+n after signal n
  int signal = 0;          // 0: it exited
  bool oom = false;        // the kernel's out-of-memory killer killed a process of the run
  std::string last_words;  // the end of its stderr
};

struct LaunchRequest {
  std::int64_t id = 0;
  std::string job;
  RunKind kind = RunKind::kTrain;
  bool fresh = false;
  std::function<void(const std::string& line)> on_line;  // called for each line of the progress pipe
  std::function<void(RunExit)> on_exit;                  // called once, after the last line
};

// A started run process. The destructor kills what still runs.
class RunHandle {
 public:
  virtual ~RunHandle() = default;
  virtual pid_t pid() const = 0;
  virtual void Signal(int signal) = 0;  // to the run process; does nothing after its exit
  virtual void KillAll() = 0;           // SIGKILL to the run process and everything it started
};

class RunLauncher {
 public:
  virtual ~RunLauncher() = default;
  // Callbacks come from the loop, never from inside Launch.
  virtual Result<std::unique_ptr<RunHandle>> Launch(LaunchRequest request) = 0;
};

}  // namespace fitd
