// HTTP/1.1 on a listening Unix socket: reads requests bounded in size and time, calls the handler, writes the answer;
// streams of events are chunked. A slow or half-open client costs one small object until its time-out.
// Daemon, loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "common/status.h"
#include "daemon/api/http_handler.h"
#include "daemon/api/http_options.h"
#include "daemon/api/peer_access.h"
#include "daemon/runs/service_log.h"

namespace boost::asio {
class io_context;
}

namespace fitd {

class HttpServer {
 public:
  // Borrows `listening_fd` during its lifetime and makes it non-blocking. `handler` outlives the server and its
  // clients.
  HttpServer(boost::asio::io_context& loop, int listening_fd, const HttpLimits& limits, AccessPolicy policy,
             HttpHandler& handler, ServiceLog log);
  ~HttpServer();

  Status Start();
  void SetLimits(const HttpLimits& limits);  // applies to new connections
  void SetPolicy(AccessPolicy policy);
  void WakeFollowers(std::int64_t run);
  // Accepts no more connections, closes idle ones, finishes answers in progress and ends streams.
  void Stop();

  std::size_t num_clients() const;
  std::size_t num_streams() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace fitd
