#include "common/process/sandbox.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace fitd {
namespace {

// Says which folder of its file system the topmost mount at `point` shows; empty: nothing is mounted there.
std::string RootOfMount(std::string_view point) {
  std::ifstream mounts("/proc/self/mountinfo");
  std::string root;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, shown, at;
    fields >> id >> parent >> device >> shown >> at;
    if (at == point) root = shown;
  }
  return root;
}

bool IsBelow(const std::string& path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool IsTemporaryPath(const std::string& path) {
  return IsBelow(path, "/tmp") || IsBelow(path, "/var/tmp");
}

std::string DropIn(std::string_view setting) {
  return ", or run `systemctl edit fitd.service`, add the lines [Service] and " + std::string(setting) +
         ", and restart it";
}

// The nearest folder of the path that is there.
std::string ExistingFolder(const std::string& path) {
  std::error_code ignored;
  std::filesystem::path folder(path);
  while (folder.has_relative_path() && !std::filesystem::is_directory(folder, ignored)) folder = folder.parent_path();
  return folder.empty() ? "/" : folder.string();
}

}  // namespace

bool HasPrivateTmp() {
  return RootOfMount("/tmp").find("systemd-private-") != std::string::npos;
}

std::string VanishesWithService(const std::string& path) {
  std::error_code error;
  const std::string real = std::filesystem::weakly_canonical(path, error).string();
  const std::string& place = error ? path : real;
  if (IsTemporaryPath(place)) {
    return "the service has a /tmp and /var/tmp of its own, which vanish when it ends (PrivateTmp= in fitd.service)";
  }
  if (IsBelow(place, "/dev/shm")) {
    return "what the service has in /dev/shm is removed when it ends (RemoveIPC= in fitd.service)";
  }
  return {};
}

std::string SandboxHint(const std::string& path, SandboxUse use) {
  if (std::getenv("INVOCATION_ID") == nullptr || !path.starts_with('/')) return {};
  for (const char* home : {"/home", "/root", "/run/user"}) {
    if (!IsBelow(path, home) || RootOfMount(home).empty()) continue;
    return "the service does not see " + std::string(home) + " (ProtectHome= in fitd.service): move it elsewhere" +
           DropIn(use == SandboxUse::kRead ? "ProtectHome=read-only" : "ProtectHome=no");
  }
  if (IsTemporaryPath(path) && HasPrivateTmp()) {
    return "the service has a /tmp and /var/tmp of its own (PrivateTmp= in fitd.service): move it elsewhere" +
           DropIn("PrivateTmp=no");
  }
  const std::string folder = ExistingFolder(path);
  struct statvfs info {};
  const bool read_only = ::statvfs(folder.c_str(), &info) == 0 && (info.f_flag & ST_RDONLY) != 0;
  if (use == SandboxUse::kWrite && read_only) {
    return "the service may write below /var/lib/fitd only (ProtectSystem=strict in fitd.service): put it there" +
           DropIn("ReadWritePaths=" + folder);
  }
  if (use == SandboxUse::kWrite ? ::access(folder.c_str(), W_OK | X_OK) != 0 : ::access(folder.c_str(), X_OK) != 0) {
    return "the service runs as uid " + std::to_string(::geteuid()) + " (User= in fitd.service), which may not " +
           (use == SandboxUse::kWrite ? "write to " : "look into ") + folder + ": give it the right (chown, setfacl)";
  }
  return {};
}

}  // namespace fitd
