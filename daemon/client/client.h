// Talks HTTP to the daemon over its Unix socket. Command-line process, main thread; every wait has a deadline except
// for the next event of a stream, which may take as long as a run does.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// --socket, then FITD_SOCKET, then /run/fitd/fitd.sock.
std::string ClientSocketPath(const std::string& option);

class Client {
 public:
  explicit Client(std::string socket_path, std::chrono::milliseconds timeout = std::chrono::seconds(60))
      : socket_path_(std::move(socket_path)), timeout_(timeout) {}

  // The body of a 2xx answer. kUnavailable: nobody listens or answers; kPermission: may not connect, or the daemon says
  // no; otherwise the daemon's own sentence with its code.
  Result<std::string> Get(const std::string& target) { return Request("GET", target, {}); }
  Result<std::string> Post(const std::string& target, const std::string& body) { return Request("POST", target, body); }

  // Calls `on_line` with each line of a streamed answer until it returns false or the stream ends. OK in both cases,
  // kUnavailable when the daemon went away in between.
  Status Follow(const std::string& target, const std::function<bool(std::string_view)>& on_line);

 private:
  Result<std::string> Request(const std::string& method, const std::string& target, const std::string& body);

  std::string socket_path_;
  std::chrono::milliseconds timeout_;
};

}  // namespace fitd
