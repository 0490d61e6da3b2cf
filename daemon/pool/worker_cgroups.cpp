#include "daemon/pool/worker_cgroups.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "common/process/cgroup.h"

namespace fitd {
namespace {

constexpr const char* kParentLeaf = "/fitd-parent";

bool WriteControl(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

bool HasMemoryController(const std::string& folder) {
  std::ifstream controllers(folder + "/cgroup.controllers");
  for (std::string name; controllers >> name;) {
    if (name == "memory") return true;
  }
  return false;
}

std::string WorkerFolder(const std::string& base, int worker) {
  return base + "/fitd-worker-" + std::to_string(worker);
}

std::uint64_t CountKills(const std::string& folder) {
  std::ifstream events(folder + "/memory.events");
  std::string name;
  std::uint64_t number = 0;
  while (events >> name >> number) {
    if (name == "oom_kill") return number;
  }
  return 0;
}

}  // namespace

WorkerCgroups WorkerCgroups::Create(std::uint64_t memory_bytes, const std::string& root) {
  WorkerCgroups groups;
  if (memory_bytes == 0) return groups;
  std::string base;
  for (const CgroupFolder& folder : CgroupFolders("memory", root)) {
    if (!folder.v2) continue;
    base = folder.path;
    break;
  }
  // A pool before this one has divided the group, and this process lives in its leaf since.
  const bool divided = base.ends_with(kParentLeaf);
  if (divided) base.resize(base.size() - std::string_view(kParentLeaf).size());
  if (base.empty() || !HasMemoryController(base) || ::access((base + "/cgroup.subtree_control").c_str(), W_OK) != 0) {
    return groups;
  }
  groups.memory_bytes_ = memory_bytes;
  if (divided) {
    groups.base_ = base;
    return groups;
  }
  std::error_code error;
  std::filesystem::create_directory(base + kParentLeaf, error);
  if (error || !WriteControl(base + kParentLeaf + "/cgroup.procs", std::to_string(::getpid()))) return groups;
  if (!WriteControl(base + "/cgroup.subtree_control", "+memory")) {
    // Another process lives in our group, or we may not divide it.
    WriteControl(base + "/cgroup.procs", std::to_string(::getpid()));
    std::filesystem::remove(base + kParentLeaf, error);
    return groups;
  }
  groups.base_ = base;
  return groups;
}

WorkerCgroups::WorkerCgroups(WorkerCgroups&& other) noexcept
    : base_(std::exchange(other.base_, {})), memory_bytes_(other.memory_bytes_), kills_(std::move(other.kills_)) {
  other.kills_.clear();
}

WorkerCgroups& WorkerCgroups::operator=(WorkerCgroups&& other) noexcept {
  if (this != &other) {
    RemoveAll();
    base_ = std::exchange(other.base_, {});
    memory_bytes_ = other.memory_bytes_;
    kills_ = std::exchange(other.kills_, {});
  }
  return *this;
}

WorkerCgroups::~WorkerCgroups() {
  RemoveAll();
}

void WorkerCgroups::RemoveAll() {
  for (const auto& [worker, kills] : kills_) ::rmdir(WorkerFolder(base_, worker).c_str());
  kills_.clear();
}

std::string WorkerCgroups::FolderFor(int worker) {
  if (!available()) return {};
  const std::string folder = WorkerFolder(base_, worker);
  if (kills_.count(worker) == 1) return folder;
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  if (error || !WriteControl(folder + "/memory.max", std::to_string(memory_bytes_))) return {};
  WriteControl(folder + "/memory.swap.max", "0");  // best effort: not every kernel accounts swap
  kills_[worker] = CountKills(folder);
  return folder;
}

bool WorkerCgroups::OomKilled(int worker) {
  const auto it = kills_.find(worker);
  if (it == kills_.end()) return false;
  const std::uint64_t now = CountKills(WorkerFolder(base_, worker));
  return now > std::exchange(it->second, now);
}

}  // namespace fitd
