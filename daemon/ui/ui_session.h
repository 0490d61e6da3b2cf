// One browser's connection: one request, one answer, closed. Daemon executable, loop thread of `fitd ui`. Only
// ui_server.cpp and ui_session.cpp include this.
#pragma once

#include <functional>
#include <string>

#include "daemon/ui/ui_request.h"

namespace boost::asio {
class io_context;
}

namespace fitd {

// What all connections share; outlives them.
struct UiShared {
  UiIdentity identity;
  std::string socket_path;
  std::size_t sessions = 0;
  std::function<void()> session_ended;
};

// Takes a connected TCP socket over.
void StartUiSession(boost::asio::io_context& loop, int fd, bool v6, UiShared& shared);

}  // namespace fitd
