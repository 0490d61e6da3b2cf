// Answers the requests that an HttpServer reads, and is told about its clients. Daemon, loop thread.
#pragma once

#include <cstdint>
#include <functional>

#include "daemon/api/api_request.h"
#include "daemon/api/api_response.h"
#include "daemon/api/peer_access.h"
#include "daemon/runs/event_backlog.h"

namespace fitd {

using ApiResponder = std::function<void(ApiResponse)>;

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // Calls `respond` exactly once, now or later.
  virtual void Handle(const ApiRequest& request, const PeerCredentials& peer, Access access,
                      const ApiResponder& respond) = 0;
  // Events for followers of a run; null: there are none yet.
  virtual const EventBacklog* Events(std::int64_t run) = 0;
  virtual void OnAnswered(int http_status) = 0;
  // A client was disconnected by a limit.
  virtual void OnDropped() = 0;
  virtual void OnClientsChanged() = 0;
};

}  // namespace fitd
