// A memory cgroup for each worker below this process's own, where cgroup v2 is delegated (systemd's Delegate=yes).
// Unlike RLIMIT_DATA it counts all memory, and the kernel kills that worker only. Parent; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace fitd {

class WorkerCgroups {
 public:
  // Moves this process into a leaf cgroup (a group with members cannot have controlled children) and enables the memory
  // controller. When that is impossible it is undone and available() is false; the caller's RLIMIT_DATA must do.
  // `root`: see common/process/cgroup.h.
  static WorkerCgroups Create(std::uint64_t memory_bytes, const std::string& root = "");
  WorkerCgroups() = default;
  WorkerCgroups(WorkerCgroups&& other) noexcept;
  WorkerCgroups& operator=(WorkerCgroups&& other) noexcept;
  ~WorkerCgroups();  // removes the workers' groups; the workers must have been reaped

  bool available() const { return !base_.empty(); }
  // The group of a worker, created at first use; empty when there are no groups.
  std::string FolderFor(int worker);
  // True when the kernel killed a process of the worker's group since the last call.
  bool OomKilled(int worker);

 private:
  void RemoveAll();

  std::string base_;  // the group of this process before Create
  std::uint64_t memory_bytes_ = 0;
  std::map<int, std::uint64_t> kills_;  // OOM kills seen so far, by worker
};

}  // namespace fitd
