// A memory cgroup for each worker, below this process's own, where cgroup v2 is delegated to us (systemd's
// Delegate=yes). Unlike RLIMIT_DATA it counts everything, and the kernel kills the worker, never a neighbour. Parent;
// one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace fitd {

class WorkerCgroups {
 public:
  // Moves this process into a leaf of its own (a group with members cannot have children) and enables the memory
  // controller. Where any of that is not possible it is undone and there are no groups: the caller's RLIMIT_DATA has to
  // do. `root` as in common/process/cgroup.h.
  static WorkerCgroups Create(std::uint64_t memory_bytes, const std::string& root = "");
  WorkerCgroups() = default;
  WorkerCgroups(WorkerCgroups&& other) noexcept;
  WorkerCgroups& operator=(WorkerCgroups&& other) noexcept;
  ~WorkerCgroups();  // removes the workers' groups; their workers have been reaped

  bool available() const { return !base_.empty(); }
  // The worker's group, made at its first use; empty when there are none.
  std::string FolderFor(int worker);
  // True when the kernel killed a process of the worker's group since the last call.
  bool OomKilled(int worker);

 private:
  void RemoveAll();

  std::string base_;  // this process's group as it was
  std::uint64_t memory_bytes_ = 0;
  std::map<int, std::uint64_t> kills_;
};

}  // namespace fitd
