#include "daemon/output/output_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace fitd {

Status OutputSink::Flush() {
  const Status status = text_.empty() ? OkStatus() : Write(text_);
  text_.clear();
  return status;
}

void EndIfPipeIsClosed(int error) {
  if (error != EPIPE) return;
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

Status DescriptorSink::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // stdout was made non-blocking by someone: wait until it takes more
      pollfd wait = {fd_, POLLOUT, 0};
      if (poll(&wait, 1, -1) < 0 && errno != EINTR) return StatusFromErrno(errno, "cannot write to " + name_);
    } else if (errno != EINTR) {
      if (fd_ == STDOUT_FILENO) EndIfPipeIsClosed(errno);
      return StatusFromErrno(errno, "cannot write to " + name_);
    }
  }
  return OkStatus();
}

}  // namespace fitd
