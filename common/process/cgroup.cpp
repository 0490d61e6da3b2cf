#include "common/process/cgroup.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fitd {
namespace {

bool Names(std::string_view list, std::string_view controller) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.size(), list.find(','));
    if (list.substr(0, comma) == controller) return true;
    list.remove_prefix(std::min(list.size(), comma + 1));
  }
  return false;
}

bool IsFolder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

void AddWithAncestors(const std::string& mount, std::string path, bool v2, std::vector<CgroupFolder>& folders) {
  if (!IsFolder(mount)) return;
  if (!IsFolder(mount + path)) path.clear();  // a container sees its own group as the root
  while (true) {
    while (!path.empty() && path.back() == '/') path.pop_back();
    folders.push_back({mount + path, v2});
    if (path.empty()) return;
    path.erase(path.rfind('/'));
  }
}

// The number after `name` in lines of "name number".
std::optional<std::uint64_t> Field(const std::string& file, std::string_view name) {
  std::ifstream in(file);
  std::string word;
  std::uint64_t number = 0;
  while (in >> word >> number) {
    if (word == name) return number;
  }
  return std::nullopt;
}

std::optional<double> QuotaIn(const CgroupFolder& folder) {
  std::int64_t quota = 0, period = 0;
  if (folder.v2) {
    std::ifstream in(folder.path + "/cpu.max");
    if (!(in >> quota >> period)) return std::nullopt;  // "max 100000"
  } else {
    quota = ReadNumberFile(folder.path + "/cpu.cfs_quota_us").value_or(-1);
    period = ReadNumberFile(folder.path + "/cpu.cfs_period_us").value_or(0);
  }
  if (quota <= 0 || period <= 0) return std::nullopt;
  return static_cast<double>(quota) / static_cast<double>(period);
}

}  // namespace

std::vector<CgroupFolder> CgroupFolders(std::string_view controller, const std::string& root) {
  std::vector<CgroupFolder> v1, v2;
  std::ifstream groups(root + "/proc/self/cgroup");
  const std::string base = root + "/sys/fs/cgroup";
  for (std::string line; std::getline(groups, line);) {
    // hierarchy:controllers:path
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (controllers.empty()) {
      const bool hybrid = IsFolder(base + "/unified");
      AddWithAncestors(hybrid ? base + "/unified" : base, path, true, v2);
    } else if (Names(controllers, controller)) {
      const std::string joint = fmt::format("{}/{}", base, controllers);
      AddWithAncestors(IsFolder(joint) ? joint : fmt::format("{}/{}", base, controller), path, false, v1);
    }
  }
  v1.insert(v1.end(), v2.begin(), v2.end());
  return v1;
}

std::optional<std::int64_t> ReadNumberFile(const std::string& path) {
  std::ifstream file(path);
  std::int64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

std::optional<double> CgroupCpuQuota(const std::string& root) {
  std::optional<double> smallest;
  for (const CgroupFolder& folder : CgroupFolders("cpu", root)) {
    const auto quota = QuotaIn(folder);
    if (quota) smallest = std::min(smallest.value_or(*quota), *quota);
  }
  return smallest;
}

std::optional<std::uint64_t> CgroupMemoryLimit(const std::string& root) {
  constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;  // v1 writes "none" as a number near 2^63
  std::optional<std::uint64_t> smallest;
  for (const CgroupFolder& folder : CgroupFolders("memory", root)) {
    const auto limit = ReadNumberFile(folder.path + (folder.v2 ? "/memory.max" : "/memory.limit_in_bytes"));
    if (!limit || *limit < 0 || *limit >= kNoLimit) continue;
    smallest = std::min(smallest.value_or(static_cast<std::uint64_t>(*limit)), static_cast<std::uint64_t>(*limit));
  }
  return smallest;
}

std::uint64_t CgroupOomKills(const std::string& root) {
  for (const CgroupFolder& folder : CgroupFolders("memory", root)) {
    const auto kills = Field(folder.path + (folder.v2 ? "/memory.events" : "/memory.oom_control"), "oom_kill");
    if (kills) return *kills;
  }
  return 0;
}

}  // namespace fitd
