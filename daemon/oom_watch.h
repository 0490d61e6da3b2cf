// Tells an out-of-memory kill from any other SIGKILL, by the kernel's counters for this process's cgroup. Parent; one
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fitd {

class OomWatch {
 public:
  // Finds the counters: memory.events (v2) or memory.oom_control (v1) of the cgroups in `proc_self_cgroup`, below the
  // mount points of `root`. Finds none where there are none; then nothing is ever an OOM kill.
  explicit OomWatch(const std::string& root = "");

  // True when a kill was counted since the last call (or construction).
  bool KillHappened();

 private:
  std::uint64_t Count() const;

  std::vector<std::string> counters_;
  std::uint64_t last_ = 0;
};

}  // namespace fitd
