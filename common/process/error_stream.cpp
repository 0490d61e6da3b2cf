#include "common/process/error_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

namespace fitd {
namespace {

constexpr std::size_t kAtOnce = 4096;  // what a pipe that is ready takes without waiting (pipe(7))
constexpr std::size_t kMostKept = 256 << 10;
constexpr int kPatienceMs = 200;

bool IsReady(int fd, int wait_ms) {
  pollfd one{fd, POLLOUT, 0};
  int ready = 0;
  do ready = ::poll(&one, 1, wait_ms);
  while (ready < 0 && errno == EINTR);
  return ready != 0;  // an error too: writing shows which
}

struct Waiting {
  std::mutex mutex;
  std::string text;
  std::uint64_t missing = 0;  // lines
  bool stuck = false;
};

Waiting& TheWaiting() {
  // Never destroyed: a line may be written while the process exits.
  static auto* waiting = new Waiting;
  return *waiting;
}

// Under the mutex.
void PassOn(Waiting& waiting, int wait_ms) {
  std::size_t passed = 0;
  while (passed < waiting.text.size()) {
    if (!IsReady(STDERR_FILENO, wait_ms)) {
      waiting.stuck = true;
      break;
    }
    const std::size_t size = std::min(kAtOnce, waiting.text.size() - passed);
    const ssize_t written = ::write(STDERR_FILENO, waiting.text.data() + passed, size);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) {
      waiting.text.clear();  // closed, or its reader is gone: nobody is there to be told
      passed = 0;
      break;
    }
    waiting.stuck = false;
    passed += static_cast<std::size_t>(written);
  }
  waiting.text.erase(0, passed);
}

}  // namespace

void WriteToErrorStream(std::string_view text) {
  Waiting& waiting = TheWaiting();
  const std::lock_guard<std::mutex> lock(waiting.mutex);
  PassOn(waiting, 0);
  if (waiting.text.size() + text.size() > kMostKept) {
    ++waiting.missing;
    return;
  }
  if (waiting.missing > 0) {
    waiting.text += "fitd: " + std::to_string(waiting.missing) + " lines are missing here: nobody took them\n";
    waiting.missing = 0;
  }
  waiting.text += text;
  PassOn(waiting, waiting.stuck ? 0 : kPatienceMs);
}

void FlushErrorStream(std::chrono::milliseconds wait) {
  Waiting& waiting = TheWaiting();
  const std::lock_guard<std::mutex> lock(waiting.mutex);
  PassOn(waiting, wait.count() < 0 ? -1 : static_cast<int>(wait.count()));
}

}  // namespace fitd
