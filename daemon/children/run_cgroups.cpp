#include "daemon/children/run_cgroups.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace fitd {
namespace {

namespace fs = std::filesystem;

// Kernel files take one write.
bool WriteFile(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t n = write(fd, text.data(), text.size());
  close(fd);
  return n == static_cast<ssize_t>(text.size());
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The v2 line of /proc/self/cgroup below whichever mount of cgroup2 there is.
std::string OwnGroup() {
  std::istringstream lines(ReadFile("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("0::")) continue;
    for (const char* mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
      const std::string folder = std::string(mount) + line.substr(3);
      if (access((folder + "/cgroup.procs").c_str(), F_OK) == 0 &&
          access((std::string(mount) + "/cgroup.controllers").c_str(), F_OK) == 0) {
        return folder;
      }
    }
  }
  return {};
}

}  // namespace

RunCgroups RunCgroups::Enter(const std::string& root) {
  RunCgroups group;
  const std::string folder = root.empty() ? OwnGroup() : root;
  // Only what was delegated may be arranged: systemd marks it, and makes it writable for the service's user.
  const bool own_choice = !root.empty();
  if (folder.empty() || (!own_choice && getenv("INVOCATION_ID") == nullptr)) return group;
  if (access(folder.c_str(), W_OK) != 0 || access((folder + "/cgroup.procs").c_str(), W_OK) != 0) return group;
  std::error_code error;
  fs::create_directory(folder + "/daemon", error);
  if (error || (!own_choice && !WriteFile(folder + "/daemon/cgroup.procs", "0"))) return group;
  std::istringstream controllers(ReadFile(folder + "/cgroup.controllers"));
  for (std::string name; controllers >> name;) WriteFile(folder + "/cgroup.subtree_control", "+" + name);
  group.root_ = folder;
  return group;
}

std::string RunCgroups::CreateRun(std::int64_t id) const {
  if (root_.empty()) return {};
  const std::string folder = root_ + "/run-" + std::to_string(id);
  std::error_code error;
  fs::create_directory(folder, error);
  return error ? std::string() : folder;
}

bool RunCgroups::SawOomKill(const std::string& folder) const {
  std::istringstream events(ReadFile(folder + "/memory.events"));
  std::string name;
  for (std::uint64_t count = 0; events >> name >> count;) {
    if (name == "oom_kill" && count > 0) return true;
  }
  return false;
}

void RunCgroups::KillAll(const std::string& folder) const {
  if (folder.empty() || WriteFile(folder + "/cgroup.kill", "1")) return;
  std::error_code error;  // a kernel before 5.14
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename() != "cgroup.procs") continue;
    std::istringstream pids(ReadFile(it->path().string()));
    for (pid_t pid = 0; pids >> pid;) kill(pid, SIGKILL);
  }
}

bool RunCgroups::Remove(const std::string& folder) const {
  if (folder.empty()) return true;
  std::error_code error;
  std::vector<std::string> below;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) below.push_back(it->path().string());
  }
  for (const std::string& child : below) Remove(child);
  return rmdir(folder.c_str()) == 0 || errno == ENOENT;
}

}  // namespace fitd
