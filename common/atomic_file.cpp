#include "common/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
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
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return StatusFromErrno(errno, folder);
  const Status status = ::fsync(fd) == 0 ? OkStatus() : StatusFromErrno(errno, folder);
  ::close(fd);
  return status;
}

}  // namespace

WholeFileWriter::WholeFileWriter(std::string path, std::string beside, int fd)
    : path_(std::move(path)), beside_(std::move(beside)), fd_(fd) {}

WholeFileWriter::WholeFileWriter(WholeFileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      beside_(std::move(other.beside_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)) {}

Result<WholeFileWriter> WholeFileWriter::Begin(const std::string& path) {
  std::string beside = path + ".XXXXXX";
  const int fd = ::mkostemp(beside.data(), O_CLOEXEC);
  if (fd < 0) return StatusFromErrno(errno, path);
  return WholeFileWriter(path, std::move(beside), fd);
}

WholeFileWriter::~WholeFileWriter() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(beside_.c_str());
}

Status WholeFileWriter::Append(std::string_view bytes) {
  buffer_.append(bytes);
  return buffer_.size() < kBufferBytes ? OkStatus() : Flush();
}

Status WholeFileWriter::Flush() {
  const Status status = WriteAll(fd_, buffer_, path_);
  buffer_.clear();
  return status;
}

Status WholeFileWriter::Commit() {
  FITD_RETURN_IF_ERROR(Flush());
  if (::fsync(fd_) != 0) return StatusFromErrno(errno, path_);
  Status status;
  if (::close(std::exchange(fd_, -1)) != 0) status = StatusFromErrno(errno, path_);
  if (status.ok() && ::rename(beside_.c_str(), path_.c_str()) != 0) status = StatusFromErrno(errno, path_);
  if (!status.ok()) {
    ::unlink(beside_.c_str());
    return status;
  }
  return SyncFolder(path_);
}

Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  FITD_ASSIGN_OR_RETURN(WholeFileWriter file, WholeFileWriter::Begin(path));
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
