#include "ipc/cancel_source.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace fitd {

Result<CancelSource> CancelSource::Create() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.valid()) return StatusFromErrno(errno, "cannot create an event descriptor");
  return CancelSource(std::move(fd));
}

void CancelSource::Cancel() {
  cancelled_.store(true, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  const int saved = errno;
  [[maybe_unused]] const ssize_t n = ::write(event_.get(), &one, sizeof(one));
  errno = saved;
}

}  // namespace fitd
