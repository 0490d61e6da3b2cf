// Destination of the service's own log lines. A function, so that tests of pure parts can check it. Daemon, loop
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/process/log.h"

namespace fitd {

// `run`: the run that the line is about; 0: none.
using ServiceLog = std::function<void(LogLevel level, std::int64_t run, const std::string& text)>;

}  // namespace fitd
