// SIGINT, SIGTERM and SIGHUP as a flag that every stage polls and an fd that every wait includes. Daemon executable,
// main thread installs; cancelled() from any thread.
#pragma once

#include <memory>

#include "common/status.h"
#include "ipc/cancel_source.h"

namespace fitd {

// One per process: while it lives the signals are caught; afterwards they have their old effect again.
class SignalCancel {
 public:
  static Result<std::unique_ptr<SignalCancel>> Install();
  ~SignalCancel();
  SignalCancel(const SignalCancel&) = delete;
  SignalCancel& operator=(const SignalCancel&) = delete;

  // For fits in this process and forecasts by users' code, which cannot be interrupted: 0.8 s after a signal the
  // process ends wherever it is.
  static void EndByItself();

  const CancelSource& source() const { return source_; }
  bool cancelled() const { return source_.cancelled(); }
  int signal() const;     // SIGINT, SIGTERM, SIGHUP or 0
  Status status() const;  // kCancelled once cancelled
  // 128 + the signal, as shells report it.
  int ExitCode() const { return 128 + signal(); }

 private:
  explicit SignalCancel(CancelSource source);

  CancelSource source_;
};

}  // namespace fitd
