// One client's connection inside HttpServer. Only http_server.cpp and http_session.cpp include this. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "daemon/api/http_server.h"

namespace fitd {

class HttpSession;

// What all connections share; outlives them.
struct HttpShared {
  HttpLimits limits;
  AccessPolicy policy;
  HttpHandler* handler = nullptr;
  ServiceLog log;
  std::unordered_map<HttpSession*, std::weak_ptr<HttpSession>> sessions;
  std::unordered_map<HttpSession*, std::weak_ptr<HttpSession>> followers;  // of them, those that follow events
  bool stopping = false;
  std::function<void()> session_ended;
};

class HttpSession {
 public:
  virtual ~HttpSession() = default;
  virtual void Begin() = 0;
  // New events of `run`; nothing unless it is what the client follows.
  virtual void Wake(std::int64_t run) = 0;
  // Ends it now when idle or a stream, after the answer in hand otherwise.
  virtual void Finish() = 0;
};

// Takes an accepted, connected descriptor over.
std::shared_ptr<HttpSession> MakeHttpSession(boost::asio::io_context& loop, int fd,
                                             const std::shared_ptr<HttpShared>& shared);

}  // namespace fitd
