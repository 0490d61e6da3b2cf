// What every command that talks to the daemon is told. A value; command-line process.
#pragma once

#include <string>

#include "daemon/progress/progress.h"

namespace fitd {

struct ClientOptions {
  std::string socket;  // empty: FITD_SOCKET, then the default
  bool json = false;
  bool quiet = false;  // no progress, no confirmation
  ProgressStyle progress = ProgressStyle::kAuto;
};

}  // namespace fitd
