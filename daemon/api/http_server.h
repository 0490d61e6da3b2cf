// HTTP/1.1 on a listening Unix socket: reads bounded requests within bounded time, asks the handler, writes the answer;
// streams of events are chunked. A client that is slow or half open costs one small object until its time is up.
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
  // `listening_fd` is borrowed for as long as the server lives; it is made non-blocking. `handler` outlives
  // the server and its clients.
  HttpServer(boost::asio::io_context& loop, int listening_fd, const HttpLimits& limits, AccessPolicy policy,
             HttpHandler& handler, ServiceLog log);
  ~HttpServer();

  Status Start();
  void SetLimits(const HttpLimits& limits);  // for connections to come
  void SetPolicy(AccessPolicy policy);
  void WakeFollowers(std::int64_t run);
  // No more connections; idle ones are closed, answers in hand are finished, streams are ended.
  void Stop();

  std::size_t num_clients() const;
  std::size_t num_streams() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace fitd
