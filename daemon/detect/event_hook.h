// An administrator's command that is told of each event. Daemon; one thread, which waits for the command.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/detect/event_list.h"

namespace fitd {

// Runs `command` with /bin/sh, `line` on its standard input, its output going to stderr. What goes beyond `timeout` is
// killed with everything it started; so is it when a signal ends this process meanwhile. kTimeout, kIo (it could not be
// started, or did not end with 0), naming the command.
Status RunHook(const std::string& command, const std::string& line, std::chrono::nanoseconds timeout);

struct Telling {
  std::string command;                                          // for /bin/sh
  std::string job;                                              // whose events they are; empty: nobody's in particular
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);  // of one call
};

struct Told {
  std::uint64_t told = 0;
  std::uint64_t left = 0;  // their call failed, or they were left out after three others had
};

// One call an event, in their order: its JSON object with the job and, where the store has it, its number. What goes
// wrong is logged as a warning; the others are told all the same, but no more of them when three calls in a row have
// failed. `on_told` is called after each call that ended well; its error ends the telling.
Result<Told> TellHook(const Telling& telling, std::span<const AnomalyEvent> events, const TimeForm& form,
                      const std::function<Status(const AnomalyEvent&)>& on_told = {});

// Tells of those events of the store that are not told yet, also those that a detection found whose telling failed or
// which died before it. What ends well is marked at once. Errors as Store; events that could not be marked are told
// again.
Result<Told> TellOfStored(const std::string& store, const Telling& telling);

}  // namespace fitd
