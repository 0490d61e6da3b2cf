// An administrator's command that is told of each event. Daemon; one thread, which waits for the command.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/detect/event_list.h"

namespace fitd {

// Runs `command` with /bin/sh, `line` on its standard input, its output going to stderr. What goes beyond `timeout` is
// killed with everything it started. kTimeout, kIo (it could not be started, or did not end with 0), naming the
// command.
Status RunHook(const std::string& command, const std::string& line, std::chrono::nanoseconds timeout);

// One call an event, in their order. What goes wrong is logged as a warning; the others are told all the same, but no
// more of them when three calls in a row have failed. Returns the numbers of the events whose call ended well.
std::vector<std::int64_t> TellHook(const std::string& command, std::span<const AnomalyEvent> events,
                                   const TimeForm& form, std::chrono::nanoseconds timeout);

// Tells of those events of the store that are not told yet, also those that a detection found whose telling failed or
// which died before it. What ends well is marked. Errors as Store; events that could not be marked are told again.
Status TellOfStored(const std::string& store, const std::string& command, const TimeForm& form,
                    std::chrono::nanoseconds timeout);

}  // namespace fitd
