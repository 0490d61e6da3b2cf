#include "daemon/service/systemd.h"

#include <grp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace fitd {
namespace {

constexpr int kBacklog = 4096;

Result<sockaddr_un> SocketAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Status(StatusCode::kUsage, "--socket: " + path + " is longer than a Unix socket's path may be (107 bytes)");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// True when a dead daemon has left its socket at `path`; kBusy when a live one answers.
Result<bool> IsStale(const std::string& path, const sockaddr_un& address) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? Result<bool>(false) : StatusFromErrno(errno, path);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return Status(StatusCode::kUsage, "--socket: " + path + " is there and is no socket");
  }
  const UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN) {
    return Status(StatusCode::kBusy, "another daemon listens on " + path);
  }
  if (errno != ECONNREFUSED) return StatusFromErrno(errno, path);
  return true;
}

}  // namespace

Result<UniqueFd> TakeActivationSocket() {
  const int count = sd_listen_fds(1);
  if (count < 0) return StatusFromErrno(-count, "sockets passed by the service manager");
  if (count == 0) return UniqueFd();
  UniqueFd fd(SD_LISTEN_FDS_START);
  for (int extra = 1; extra < count; ++extra) UniqueFd(SD_LISTEN_FDS_START + extra).Reset();
  if (count > 1)
    return Status(StatusCode::kBadConfig, "more than one socket was passed; fitd.socket may have one ListenStream=");
  if (sd_is_socket(fd.get(), AF_UNIX, SOCK_STREAM, 1) <= 0) {
    return Status(StatusCode::kBadConfig, "the socket that was passed is no listening Unix stream socket");
  }
  return fd;
}

std::string NameOfSocket(int socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  const bool named = getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                     size > offsetof(sockaddr_un, sun_path) && address.sun_path[0] != '\0';
  if (!named) return "an unnamed socket";
  return {address.sun_path, strnlen(address.sun_path, size - offsetof(sockaddr_un, sun_path))};
}

void NotifyManager(const std::string& state) {
  sd_notify(0, state.c_str());
}

std::optional<std::chrono::microseconds> TakeWatchdogInterval() {
  std::uint64_t interval = 0;
  if (sd_watchdog_enabled(1, &interval) <= 0) return std::nullopt;
  return std::chrono::microseconds(interval);
}

void NotifyReloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
             static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000);
}

Status ExpectFreeSocket(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const sockaddr_un address, SocketAddress(path));
  return IsStale(path, address).status();
}

Result<UniqueFd> BindSocket(const std::string& path, const std::string& group) {
  FITD_ASSIGN_OR_RETURN(const sockaddr_un address, SocketAddress(path));
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  FITD_ASSIGN_OR_RETURN(const bool stale, IsStale(path, address));
  if (stale && unlink(path.c_str()) != 0) return StatusFromErrno(errno, path);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return StatusFromErrno(errno, "socket");
  const mode_t before = umask(0117);
  const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  umask(before);
  if (bound != 0) return StatusFromErrno(error, "--socket " + path);
  if (const struct group* entry = getgrnam(group.c_str());
      entry != nullptr && chown(path.c_str(), -1, entry->gr_gid) != 0 &&
      errno != EPERM) {  // an unprivileged daemon serves only its own user
    return StatusFromErrno(errno, "group of " + path);
  }
  if (listen(fd.get(), kBacklog) != 0) return StatusFromErrno(errno, "--socket " + path);
  return fd;
}

}  // namespace fitd
