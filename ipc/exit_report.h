// How a child process has ended. Any process; values.
#pragma once

#include <cstdint>
#include <string>

namespace fitd {

struct ExitReport {
  enum class Kind : std::uint8_t { kUnknown, kExited, kSignalled };  // unknown: somebody else has reaped it
  Kind kind = Kind::kUnknown;
  int code = -1;   // of exit()
  int signal = 0;  // that ended it
  bool core = false;
  // Without peak memory: ru_maxrss includes what the parent had when it forked. The worker reports its own.
  double user_seconds = 0, system_seconds = 0;

  // "exit:3", "signal:11" or "unknown".
  std::string Cause() const;
};

// What a status of waitpid() says; without times.
ExitReport ExitReportOf(int status);

}  // namespace fitd
