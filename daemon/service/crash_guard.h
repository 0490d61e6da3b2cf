// Delays the start of a service that keeps dying. systemd restarts it without a limit, so that it recovers when the
// cause is gone; each start after a bad end waits longer. Daemon, main thread, before the loop.
#pragma once

#include <chrono>
#include <string>

#include "daemon/runs/service_log.h"

namespace fitd {

// The delay of the start that is number `starts` in a row after bad ends: 0 for the first three, then 2, 4, ... 60 s.
std::chrono::seconds DelayOfStart(int starts);

// Counts the starts in a file. A start ten minutes after the last one begins a new count.
class CrashGuard {
 public:
  // Counts this start. When the file cannot be written nothing is counted: the guard must not keep a service down.
  explicit CrashGuard(std::string path);

  int starts() const { return starts_; }
  // Waits for DelayOfStart and tells the log and the service manager. Meanwhile clients wait in the socket's backlog; a
  // signal ends the process.
  void Wait(const ServiceLog& log) const;
  // Resets the count: the service ended well or has run for long enough.
  void Forget();

 private:
  std::string path_;
  int starts_ = 1;
};

}  // namespace fitd
