// Where the service's own lines go. A function, so that pure parts can be tested for what they say. Daemon, loop
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/process/log.h"

namespace fitd {

// `run` 0: about no run in particular.
using ServiceLog = std::function<void(LogLevel level, std::int64_t run, const std::string& text)>;

}  // namespace fitd
