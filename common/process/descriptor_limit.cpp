#include "common/process/descriptor_limit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace fitd {

void RaiseDescriptorLimit() {
  constexpr rlim_t kEnough = 65536;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kEnough) return;  // infinity is more
  limit.rlim_cur = std::min(limit.rlim_max, kEnough);
  setrlimit(RLIMIT_NOFILE, &limit);
}

Status ExpectDescriptors(int count) {
  std::vector<int> open;
  int error = 0;
  while (error == 0 && static_cast<int>(open.size()) < count) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    fd < 0 ? void(error = errno) : open.push_back(fd);
  }
  for (const int fd : open) ::close(fd);
  if (error == 0) return OkStatus();
  if (error != EMFILE) return StatusFromErrno(error, "/dev/null");
  return {StatusCode::kIo,
          "too few files may be open at once; raise the limit on open files (ulimit -n, LimitNOFILE=)"};
}

}  // namespace fitd
