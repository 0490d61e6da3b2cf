#include "daemon/client/patient_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace fitd {
namespace {

// A pipe that is ready takes this much without waiting (PIPE_BUF, pipe(7)).
constexpr std::size_t kBlock = 4096;

}  // namespace

bool PatientOutput::IsReady() const {
  pollfd one{fd_, POLLOUT, 0};
  return ::poll(&one, 1, 0) > 0;
}

Status PatientOutput::WriteNow(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), std::min(text.size(), kBlock));
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd one{fd_, POLLOUT, 0};
      ::poll(&one, 1, -1);
    } else if (errno == EPIPE) {
      std::signal(SIGPIPE, SIG_DFL);
      std::raise(SIGPIPE);
    } else if (errno != EINTR) {
      return StatusFromErrno(errno, "cannot write to stdout");
    }
  }
  return {};
}

// Appends what is gathered to the file. False when that fails.
bool PatientOutput::Keep() {
  if (file_ == nullptr) file_.reset(std::tmpfile());
  if (file_ == nullptr) return false;
  std::size_t kept = 0;
  while (kept < gathered_.size()) {
    const ssize_t written = ::pwrite(::fileno(file_.get()), gathered_.data() + kept, gathered_.size() - kept, end_);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    kept += static_cast<std::size_t>(written);
    end_ += written;
  }
  gathered_.erase(0, kept);
  return gathered_.empty();
}

// Writes what the file holds, until the reader would have to be waited for unless `wait`.
Status PatientOutput::PassOn(bool wait) {
  std::string block(kBlock, '\0');
  while (begin_ < end_ && (wait || IsReady())) {
    const ssize_t read = ::pread(::fileno(file_.get()), block.data(),
                                 std::min<std::size_t>(kBlock, static_cast<std::size_t>(end_ - begin_)), begin_);
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return StatusFromErrno(read < 0 ? errno : EIO, "cannot read the file that keeps the answer");
    FITD_RETURN_IF_ERROR(WriteNow(std::string_view(block).substr(0, static_cast<std::size_t>(read))));
    begin_ += read;
  }
  if (begin_ == end_) begin_ = end_ = 0;
  return {};
}

Status PatientOutput::Write(std::string_view text) {
  gathered_ += text;
  while (gathered_.size() >= kBlock) {
    FITD_RETURN_IF_ERROR(PassOn(false));
    if (end_ == 0 && IsReady()) {
      FITD_RETURN_IF_ERROR(WriteNow(std::string_view(gathered_).substr(0, kBlock)));
      gathered_.erase(0, kBlock);
    } else if (!Keep()) {
      FITD_RETURN_IF_ERROR(PassOn(true));
      FITD_RETURN_IF_ERROR(WriteNow(gathered_));
      gathered_.clear();
    }
  }
  return {};
}

Status PatientOutput::Finish() {
  FITD_RETURN_IF_ERROR(PassOn(true));
  FITD_RETURN_IF_ERROR(WriteNow(gathered_));
  gathered_.clear();
  return {};
}

}  // namespace fitd
