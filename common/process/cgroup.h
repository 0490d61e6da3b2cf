// Where this process's control group keeps its numbers, for cgroup v1 and v2. Any process; reads files only. `root` is
// put before /proc and /sys, so that tests can bring their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

struct CgroupFolder {
  std::string path;
  bool v2 = false;
};

// The folders of this process's group for `controller` ("cpu", "memory"), its own first, then the ancestors' up to the
// root of the mount; limits of all of them hold. In a container, whose own path does not exist below its mount, the
// mount's root. A v1 hierarchy comes before the v2 one. Empty where nothing is mounted.
std::vector<CgroupFolder> CgroupFolders(std::string_view controller, const std::string& root = "");

// The first number in a file; nullopt when there is no file or no number ("max").
std::optional<std::int64_t> ReadNumberFile(const std::string& path);

// CPUs that the quotas (cpu.max, cpu.cfs_quota_us) of the group and its ancestors allow; nullopt without a quota.
std::optional<double> CgroupCpuQuota(const std::string& root = "");

// The smallest memory limit (memory.max, memory.limit_in_bytes) of the group and its ancestors; nullopt without one.
std::optional<std::uint64_t> CgroupMemoryLimit(const std::string& root = "");

// OOM kills counted (memory.events, memory.oom_control) in the nearest group that counts them.
std::uint64_t CgroupOomKills(const std::string& root = "");

}  // namespace fitd
