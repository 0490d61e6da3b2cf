// One client's connection inside HttpServer. Only http_server.cpp and http_session.cpp include this. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "daemon/api/http_server.h"

namespace fitd {

class HttpSession;

// State shared by all connections; outlives them.
struct HttpShared {
  HttpLimits limits;
  AccessPolicy policy;
  HttpHandler* handler = nullptr;
  ServiceLog log;
  std::unordered_map<HttpSession*, std::weak_ptr<HttpSession>> sessions;
  std::unordered_map<HttpSession*, std::weak_ptr<HttpSession>> followers;  // those of `sessions` that follow events
  bool stopping = false;
  std::function<void()> session_ended;
};

class HttpSession {
 public:
  virtual ~HttpSession() = default;
  virtual void Begin() = 0;
  // Called for new events of `run`; does nothing unless the client follows that run.
  virtual void Wake(std::int64_t run) = 0;
  // Ends the session: at once when it is idle or a stream, else after the current answer.
  virtual void Finish() = 0;
};

// Takes ownership of an accepted, connected descriptor. Null, with errno, when the loop cannot watch it; it is closed
// then.
std::shared_ptr<HttpSession> MakeHttpSession(boost::asio::io_context& loop, int fd,
                                             const std::shared_ptr<HttpShared>& shared);

}  // namespace fitd
