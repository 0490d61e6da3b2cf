// Limits for the clients of the service. Values; daemon.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fitd {

struct HttpLimits {
  std::size_t max_clients = 2048;  // more connections wait in the backlog
  std::size_t max_streams = 256;
  std::chrono::milliseconds client_timeout{10'000};  // for a whole request, for each write, and between requests
  std::uint32_t max_header_bytes = 8192;
  std::uint64_t max_body_bytes = 4096;
};

}  // namespace fitd
