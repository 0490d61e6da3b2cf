#include "daemon/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace fitd {

OutputFile::OutputFile(std::string path, std::string temporary, int fd)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      fd_(fd),
      sink_(std::make_unique<DescriptorSink>(fd, path_ == "-" ? "stdout" : path_)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::exchange(other.fd_, -1)),
      sink_(std::move(other.sink_)) {}

OutputFile::~OutputFile() {
  if (fd_ > STDERR_FILENO) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<OutputFile> OutputFile::Create(const std::string& path) {
  if (path == "-") return OutputFile(path, {}, STDOUT_FILENO);
  struct stat info = {};
  const bool special = ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
  if (special && S_ISDIR(info.st_mode)) return StatusFromErrno(EISDIR, "cannot write " + path);
  const std::string temporary = special ? "" : path + ".tmp" + std::to_string(::getpid());
  const std::string& name = special ? path : temporary;
  const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return StatusFromErrno(errno, "cannot write " + path);
  return OutputFile(path, temporary, fd);
}

Status OutputFile::Commit() {
  FITD_RETURN_IF_ERROR(sink_->Flush());
  if (temporary_.empty()) return {};
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return StatusFromErrno(errno, "cannot write " + path_);
  temporary_.clear();
  return {};
}

}  // namespace fitd
