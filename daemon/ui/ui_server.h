// Serves the live page on a loopback address and passes its calls on to the daemon's Unix socket, with the rights of
// whoever runs it. Command-line process, main thread; bounded connections, every wait but that for a run's next event
// has a deadline.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/status.h"
#include "daemon/ui/ui_request.h"

namespace fitd {

struct UiOptions {
  std::string listen = "127.0.0.1:8088";  // port 0: any that is free
  std::string socket_path;                // the daemon's
};

class UiServer {
 public:
  // Listens. kUsage: no loopback address; kBusy: the port is in use; kPermission.
  static Result<std::unique_ptr<UiServer>> Listen(const UiOptions& options);
  ~UiServer();
  UiServer(const UiServer&) = delete;
  UiServer& operator=(const UiServer&) = delete;

  const UiIdentity& identity() const;
  // "http://127.0.0.1:8088/#TOKEN"
  std::string Address() const;
  // Serves until SIGINT, SIGTERM or SIGHUP; returns which.
  int Run();

 private:
  struct Impl;
  explicit UiServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fitd
