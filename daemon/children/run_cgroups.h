// The subtree of cgroup v2 that systemd delegates to the service (Delegate=yes): the daemon moves into a leaf of it,
// each run gets one of its own, where its run process may make one per worker. Without delegation every call does
// nothing. Daemon, loop thread; reads and writes a few kernel files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fitd {

class RunCgroups {
 public:
  // Moves this process into ROOT/daemon and hands the controllers down. `root` is for tests; empty: this process's own.
  static RunCgroups Enter(const std::string& root = {});

  bool available() const { return !root_.empty(); }
  const std::string& root() const { return root_; }

  // A new group's folder; empty when there is no delegation.
  std::string CreateRun(std::int64_t id) const;
  // Whether the kernel killed a process of the run for want of memory.
  bool SawOomKill(const std::string& folder) const;
  // SIGKILL to everything in it.
  void KillAll(const std::string& folder) const;
  // Removes it and the groups below; false while processes are still in it.
  bool Remove(const std::string& folder) const;

 private:
  std::string root_;
};

}  // namespace fitd
