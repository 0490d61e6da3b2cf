#include "daemon/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace fitd {

OutputFile::OutputFile(const std::string& name, UniqueFd special)
    : special_(std::move(special)),
      sink_(std::make_unique<DescriptorSink>(special_.valid() ? special_.get() : STDOUT_FILENO, name)) {}

OutputFile::OutputFile(const std::string& name, PendingFile file)
    : file_(std::move(file)), sink_(std::make_unique<DescriptorSink>(file_->fd(), name)) {}

Result<OutputFile> OutputFile::Create(const std::string& path) {
  if (path == "-") return OutputFile("stdout", UniqueFd());
  struct stat info = {};
  const bool there = ::stat(path.c_str(), &info) == 0;
  const auto otherwise = [](const Status& error) {
    return Status(error.code(), error.message() + "; name another file with -o");
  };
  if (there && S_ISDIR(info.st_mode)) return otherwise(StatusFromErrno(EISDIR, "cannot write " + path));
  if (there && !S_ISREG(info.st_mode)) {
    UniqueFd special(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!special.valid()) return otherwise(StatusFromErrno(errno, "cannot write " + path));
    return OutputFile(path, std::move(special));
  }
  Result<PendingFile> file = PendingFile::Create(path, 0666);
  if (!file.ok()) return otherwise(file.status().WithContext("cannot write"));
  return OutputFile(path, *std::move(file));
}

Status OutputFile::Commit() {
  FITD_RETURN_IF_ERROR(sink_->Flush());
  return file_ ? file_->Commit() : OkStatus();
}

}  // namespace fitd
