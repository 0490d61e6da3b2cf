// Growing delays for a service that keeps dying: systemd restarts it without a limit, so that it comes back by itself
// when the cause is gone, and each start that follows a bad end waits longer. Daemon, main thread, before the loop.
#pragma once

#include <chrono>
#include <string>

#include "daemon/runs/service_log.h"

namespace fitd {

// How long start number `starts` in a row that did not end well waits: none for the first three, then 2, 4, ... 60 s.
std::chrono::seconds DelayOfStart(int starts);

// Counts the starts in a file. A start that comes ten minutes after the last one begins a new count.
class CrashGuard {
 public:
  // Counts this start. A file that cannot be written counts nothing: the guard must not keep a service down.
  explicit CrashGuard(std::string path);

  int starts() const { return starts_; }
  // Waits as long as DelayOfStart says and tells the log and the service manager. Clients wait in the backlog
  // meanwhile; a signal ends the wait and the process.
  void Wait(const ServiceLog& log) const;
  // It ended as it should, or has been up for long enough.
  void Forget();

 private:
  std::string path_;
  int starts_ = 1;
};

}  // namespace fitd
