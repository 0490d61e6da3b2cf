#include "common/atomic_file.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace fitd {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;  // a write of this size costs no more by the byte than a larger one

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return StatusFromErrno(errno, path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Status SyncFolder(const std::string& path) {
  const std::string folder = FolderOf(path);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return StatusFromErrno(errno, folder);
  const Status status = ::fsync(fd) == 0 ? OkStatus() : StatusFromErrno(errno, folder);
  ::close(fd);
  return status;
}

// It gets its name through /proc.
int OpenNameless(const std::string& path, unsigned mode) {
  if (::access("/proc/self/fd", X_OK) != 0) return -1;
  return ::open(FolderOf(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
}

// Names beside the path: this process may write several at once.
std::string NameBeside(const std::string& path) {
  static std::atomic<unsigned> count{0};
  return path + ".tmp" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

// Where the links at `path` lead, also when there is nothing yet. The kernel has followed them before: it refuses links
// that others have left in /tmp.
std::string BehindLinks(std::string path) {
  constexpr int kMostLinks = 40;  // as the kernel
  char target[PATH_MAX];
  for (int i = 0; i < kMostLinks; ++i) {
    const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
    if (size <= 0 || size == sizeof target) break;
    const std::string_view next(target, static_cast<std::size_t>(size));
    path = next.front() == '/' ? std::string(next) : FolderOf(path) + "/" + std::string(next);
  }
  return path;
}

// The place itself, when a file may take it.
Result<std::string> ReplaceablePlace(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return StatusFromErrno(errno, path);
  } else if (S_ISDIR(info.st_mode)) {
    return Status(StatusFromErrno(EISDIR, path).code(), path + " is a folder: name a file in it");
  } else if (!S_ISREG(info.st_mode)) {
    return Status(StatusCode::kUsage,
                  path + " is a device or a pipe, which no file can take the place of: name a file");
  }
  if (IsDatabase(path)) {
    return Status(StatusCode::kUsage, path +
                                          " is a store or another SQLite database, which would be lost: name "
                                          "another file, or remove it first");
  }
  return BehindLinks(path);
}

}  // namespace

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

bool IsDatabase(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  char head[16] = {};
  const bool is = ::read(fd, head, sizeof head) == sizeof head && std::string_view(head, sizeof head) == kMagic;
  ::close(fd);
  return is;
}

Status CheckReplaceable(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const std::string place, ReplaceablePlace(path));
  const std::string folder = FolderOf(place);
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) return StatusFromErrno(errno, path + ": its folder " + folder);
  if (!S_ISDIR(info.st_mode)) return StatusFromErrno(ENOTDIR, path + ": its folder " + folder);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return StatusFromErrno(errno, path + ": its folder " + folder);
  return OkStatus();
}

Status CheckIsNoInput(const std::string& path, std::span<const std::string> inputs) {
  if (path.empty() || path == "-") return OkStatus();
  struct stat output {};
  // A terminal or a pipe may be both.
  const bool there = ::stat(path.c_str(), &output) == 0 && S_ISREG(output.st_mode);
  struct stat folder {};
  const bool has_folder = ::stat(FolderOf(path).c_str(), &folder) == 0;
  const auto is = [](const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
  };
  for (const std::string& input : inputs) {
    struct stat info {};
    const bool named = ::stat(input.c_str(), &info) == 0;
    bool same = named && ((there && is(info, output)) || (S_ISDIR(info.st_mode) && has_folder && is(info, folder)));
    if (!named && input != "-") {
      same = ::fnmatch(input.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
      glob_t found{};
      if (::glob(input.c_str(), 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; !same && there && i < found.gl_pathc; ++i) {
          same = ::stat(found.gl_pathv[i], &info) == 0 && is(info, output);
        }
      }
      ::globfree(&found);
    }
    if (!same) continue;
    return Status(StatusCode::kUsage, path + " is read here (" + input + ") and would be lost: name another file");
  }
  return OkStatus();
}

Status CheckIsKind(const std::string& path, std::string_view kind,
                   const std::function<bool(std::string_view head)>& is) {
  struct stat info {};
  if (path == "-" || ::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return OkStatus();
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return OkStatus();
  char bytes[4096];
  const ssize_t size = ::read(fd, bytes, sizeof bytes);
  ::close(fd);
  std::string_view head(bytes, size > 0 ? static_cast<std::size_t>(size) : 0);
  head.remove_prefix(std::min(head.size(), head.find_first_not_of(" \t\r\n")));
  if (head.empty() || is(head)) return OkStatus();
  return {StatusCode::kUsage, path + " is there and no " + std::string(kind) +
                                  ", which would be lost: name another file, or remove it first"};
}

Result<PendingFile> PendingFile::Create(const std::string& name, unsigned mode) {
  FITD_ASSIGN_OR_RETURN(const std::string path, ReplaceablePlace(name));
  if (const int fd = OpenNameless(path, mode); fd >= 0) return PendingFile(path, {}, fd);
  std::string beside = NameBeside(path);
  ::unlink(beside.c_str());  // of a killed process with this number
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return StatusFromErrno(errno, path);
  return PendingFile(path, std::move(beside), fd);
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)), beside_(std::exchange(other.beside_, {})), fd_(std::exchange(other.fd_, -1)) {}

PendingFile::~PendingFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

Status PendingFile::Name() {
  const std::string self = "/proc/self/fd/" + std::to_string(fd_);
  std::string beside = NameBeside(path_);
  ::unlink(beside.c_str());
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, beside.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return StatusFromErrno(errno, path_);
  }
  beside_ = std::move(beside);
  return {};
}

Status PendingFile::Commit() {
  if (::fsync(fd_) != 0) return StatusFromErrno(errno, path_);
  if (beside_.empty()) FITD_RETURN_IF_ERROR(Name());
  if (::close(std::exchange(fd_, -1)) != 0) return StatusFromErrno(errno, path_);
  if (::rename(beside_.c_str(), path_.c_str()) != 0) return StatusFromErrno(errno, path_);
  beside_.clear();
  return SyncFolder(path_);
}

Result<WholeFileWriter> WholeFileWriter::Begin(const std::string& path, unsigned mode) {
  FITD_ASSIGN_OR_RETURN(PendingFile file, PendingFile::Create(path, mode));
  return WholeFileWriter(path, std::move(file));
}

Status WholeFileWriter::Append(std::string_view bytes) {
  buffer_.append(bytes);
  return buffer_.size() < kBufferBytes ? OkStatus() : Flush();
}

Status WholeFileWriter::Flush() {
  const Status status = WriteAll(file_.fd(), buffer_, path_);
  buffer_.clear();
  return status;
}

Status WholeFileWriter::Commit() {
  FITD_RETURN_IF_ERROR(Flush());
  return file_.Commit();
}

Status WriteWholeFile(const std::string& path, std::string_view bytes, unsigned mode) {
  FITD_ASSIGN_OR_RETURN(WholeFileWriter file, WholeFileWriter::Begin(path, mode));
  FITD_RETURN_IF_ERROR(file.Append(bytes));
  return file.Commit();
}

Result<std::string> ReadWholeFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return StatusFromErrno(errno, path);
  std::string bytes;
  std::vector<char> block(1 << 16);
  ssize_t n = 0;
  while ((n = ::read(fd, block.data(), block.size())) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    bytes.append(block.data(), static_cast<std::size_t>(n));
  }
  const int error = errno;
  ::close(fd);
  if (n < 0) return StatusFromErrno(error, path);
  return bytes;
}

}  // namespace fitd
