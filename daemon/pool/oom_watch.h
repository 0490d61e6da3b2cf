// Tells an out-of-memory kill from other SIGKILLs by the kernel's counter for this process's cgroup. Parent; one
// thread.
#pragma once

#include <cstdint>
#include <string>

namespace fitd {

class OomWatch {
 public:
  // `root`: see common/process/cgroup.h. Without a counter KillHappened() is always false.
  explicit OomWatch(std::string root = "");

  // True when a kill was counted since the last call (or construction).
  bool KillHappened();

 private:
  std::string root_;
  std::uint64_t last_;
};

}  // namespace fitd
