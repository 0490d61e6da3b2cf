// An administrator's command that is told of each event. Daemon; one thread, which waits for the command.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/detect/event_list.h"

namespace fitd {

// Runs `command` with /bin/sh, `line` on its standard input, its output going to stderr. What goes beyond `timeout` is
// killed with everything it started. kTimeout, kIo (it could not be started, or did not end with 0), naming the
// command.
Status RunHook(const std::string& command, const std::string& line, std::chrono::nanoseconds timeout);

// One call an event, in their order. What goes wrong is logged as a warning and does not keep the others from being
// told; returns how many calls failed.
std::size_t TellHook(const std::string& command, std::span<const AnomalyEvent> events, const TimeForm& form,
                     std::chrono::nanoseconds timeout);

}  // namespace fitd
