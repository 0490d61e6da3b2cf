// Turns SIGINT, SIGTERM and SIGHUP into a flag that every stage polls and a descriptor that every wait includes. Daemon
// executable; installed by the main thread, cancelled() from any thread.
#pragma once

#include <memory>

#include "common/status.h"
#include "ipc/cancel_source.h"

namespace fitd {

// One per process. Catches the signals during its lifetime and restores their old handlers afterwards.
class SignalCancel {
 public:
  static Result<std::unique_ptr<SignalCancel>> Install();
  ~SignalCancel();
  SignalCancel(const SignalCancel&) = delete;
  SignalCancel& operator=(const SignalCancel&) = delete;

  // For fits in this process and forecasts by users' code, which cannot be interrupted: the process exits 0.8 s after a
  // signal, wherever it is.
  static void EndByItself();

  const CancelSource& source() const { return source_; }
  bool cancelled() const { return source_.cancelled(); }
  int signal() const;     // the signal received; 0: none
  Status status() const;  // kCancelled once cancelled
  // True when this is how a signal ended the command. What was refused (its options, its input, its rights) stays
  // refused, whatever came while that was found: the same command would not go on.
  bool Ended(const Status& failed) const;
  // 128 + the signal, as shells report it.
  int ExitCode() const { return 128 + signal(); }

 private:
  explicit SignalCancel(CancelSource source);

  CancelSource source_;
};

}  // namespace fitd
