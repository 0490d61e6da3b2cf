// CPU time and memory that this process has used. Worker; one thread.
#pragma once

#include <cstdint>

namespace fitd {

struct ProcessUsage {
  double cpu_seconds = 0;
  std::uint64_t rss_bytes = 0;
  std::uint64_t peak_rss_bytes = 0;
};

// CPU time is exact; the memory figures are at most 50 ms old (reading them costs 20 us).
ProcessUsage ReadProcessUsage();

}  // namespace fitd
