// One child process, a worker or a run: spawned, watched, killed and reaped. Parent only; one thread, which must live
// as long as the process is needed (the kernel kills the child when the thread that spawned it ends).
//
// ChildProcess waits only for its own pid, and nothing else in the program waits for children.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status.h"
#include "ipc/exit_report.h"
#include "ipc/unique_fd.h"

namespace fitd {

struct SpawnOptions {
  std::string executable;
  std::vector<std::string> args;                         // without argv[0]
  std::vector<std::pair<std::string, std::string>> env;  // added to the parent's
  int cpu = -1;                                          // pinned before exec; -1: not pinned
  int oom_score_adj = 500;             // raised to at least the parent's own, so that the kernel picks the worker first
  std::uint64_t data_limit_bytes = 0;  // RLIMIT_DATA; 0: none
  std::string folder;                  // its working directory; empty: the parent's
  std::string cgroup_dir;              // joined before exec; empty: the parent's
  int stdout_fd = -1;                  // borrowed, becomes its stdout; -1: the pipe that is its stderr
};

class ChildProcess {
 public:
  // The child gets `socket` as descriptor 3, /dev/null as 0, a pipe to the parent as 1 and 2, and nothing else. When
  // this returns, exec has succeeded. Errors name the executable.
  static Result<ChildProcess> Spawn(const SpawnOptions& options, UniqueFd socket);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();  // kills and reaps what still runs

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }  // readable when the process has ended
  int stderr_fd() const { return stderr_.get(); }

  // No effect after the process was reaped.
  void Kill(int signal);
  // The report once the process has ended, the same at every later call; nullopt while it runs. Also kills what is left
  // of the process group that it leads.
  std::optional<ExitReport> TryReap();
  // Blocks until it has ended; call only after Kill(SIGKILL).
  ExitReport Reap();

 private:
  ChildProcess(pid_t pid, UniqueFd pidfd, UniqueFd stderr_pipe);
  std::optional<ExitReport> WaitFor(int flags);

  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd stderr_;
  std::optional<ExitReport> report_;
};

}  // namespace fitd
