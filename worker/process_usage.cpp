#include "worker/process_usage.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <string_view>

namespace fitd {
namespace {

// "VmHWM:     1234 kB" of /proc/self/status, in bytes; 0 when it is not there.
std::uint64_t StatusField(std::string_view status, std::string_view name) {
  const std::size_t at = status.find(name);
  if (at == std::string_view::npos) return 0;
  const std::size_t digits = status.find_first_of("0123456789", at);
  if (digits == std::string_view::npos) return 0;
  std::uint64_t kilobytes = 0;
  std::from_chars(status.data() + digits, status.data() + status.size(), kilobytes);
  return kilobytes * 1024;
}

void ReadMemory(ProcessUsage& usage) {
  static const int fd = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  std::array<char, 4096> buffer;
  const ssize_t n = fd < 0 ? -1 : ::pread(fd, buffer.data(), buffer.size(), 0);
  if (n <= 0) return;
  const std::string_view status(buffer.data(), static_cast<std::size_t>(n));
  usage.rss_bytes = StatusField(status, "VmRSS:");
  usage.peak_rss_bytes = StatusField(status, "VmHWM:");
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  static ProcessUsage usage;
  static std::chrono::steady_clock::time_point memory_read;
  const auto now = std::chrono::steady_clock::now();
  if (usage.rss_bytes == 0 || now - memory_read >= std::chrono::milliseconds(50)) {
    ReadMemory(usage);
    memory_read = now;
  }
  timespec cpu{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  usage.cpu_seconds = static_cast<double>(cpu.tv_sec) + 1e-9 * static_cast<double>(cpu.tv_nsec);
  return usage;
}

}  // namespace fitd
