// SIGINT and SIGTERM as a flag that every stage polls and an fd that every wait includes. Daemon executable, main
// thread installs; cancelled() from any thread.
#pragma once

#include "common/status.h"

namespace fitd {

// One per process, while it lives the two signals are caught; afterwards they have their old effect again.
class SignalCancel {
 public:
  SignalCancel();
  ~SignalCancel();
  SignalCancel(const SignalCancel&) = delete;
  SignalCancel& operator=(const SignalCancel&) = delete;

  bool cancelled() const { return signal() != 0; }
  int signal() const;      // SIGINT, SIGTERM or 0
  int fd() const;          // becomes readable with the first signal and stays so
  Status status() const;   // kCancelled once cancelled
  // 128 + the signal, as shells report it.
  int ExitCode() const { return 128 + signal(); }
};

}  // namespace fitd
