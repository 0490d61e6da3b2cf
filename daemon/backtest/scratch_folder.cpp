#include "daemon/backtest/scratch_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace fitd {
namespace {

namespace fs = std::filesystem;

// Differs from the prefix of earlier releases, which did not lock their folders: one may be in use.
constexpr std::string_view kPrefix = "fitd-backtest-run-";

fs::path Base() {
  const char* base = std::getenv("TMPDIR");
  return base != nullptr && *base != '\0' ? base : "/tmp";
}

UniqueFd OpenFolder(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// True when the path still names the open folder.
bool IsAt(const fs::path& path, int fd) {
  struct stat at {
  }, open{};
  return ::lstat(path.c_str(), &at) == 0 && ::fstat(fd, &open) == 0 && at.st_dev == open.st_dev &&
         at.st_ino == open.st_ino;
}

bool IsOwn(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && info.st_uid == ::geteuid();
}

// Removes folders of this user that no process has locked. A folder whose process has not locked it yet may be removed
// too: Make checks for that after locking and tries again.
void RemoveLeftovers(const fs::path& base) {
  std::error_code error;
  for (fs::directory_iterator it(base, fs::directory_options::skip_permission_denied, error), end; !error && it != end;
       it.increment(error)) {
    const fs::path& path = it->path();
    if (!path.filename().string().starts_with(kPrefix)) continue;
    const UniqueFd folder = OpenFolder(path);
    if (!folder.valid() || !IsOwn(folder.get()) || ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) continue;
    std::error_code ignored;
    if (IsAt(path, folder.get())) fs::remove_all(path, ignored);
  }
}

}  // namespace

Result<ScratchFolder> ScratchFolder::Make() {
  const fs::path base = Base();
  RemoveLeftovers(base);
  while (true) {
    std::string path = (base / (std::string(kPrefix) + "XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr) {
      const Status status =
          StatusFromErrno(errno, fmt::format("cannot make a folder for stores in {}, which is {}", base.string(),
                                             base == "/tmp" ? "used without a TMPDIR" : "TMPDIR"));
      // What is not there is no input of the caller's.
      const StatusCode code = status.code() == StatusCode::kNotFound ? StatusCode::kCannotCreate : status.code();
      return Status(code, status.message() + "; set TMPDIR to a folder with room that may be written");
    }
    UniqueFd lock = OpenFolder(path);
    if (lock.valid()) {
      // On a file system without locks, folders of killed processes stay, as they cannot be told from those in use.
      const bool locked = ::flock(lock.get(), LOCK_EX) == 0 || errno != EINTR;
      if (locked && IsAt(path, lock.get())) return ScratchFolder(std::move(path), std::move(lock));
    } else if (errno != ENOENT) {
      return StatusFromErrno(errno, "cannot open the folder " + path);
    }
  }
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

void ScratchFolder::Remove(int window) const {
  std::error_code ignored;
  fs::remove(File(window), ignored);
}

std::string ScratchFolder::File(int window) const {
  return fmt::format("{}/{}.db", path_, window);
}

}  // namespace fitd
