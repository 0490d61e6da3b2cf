// Runs an administrator's command for each event. Daemon; one thread, which waits for the command.
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

// Runs `command` with /bin/sh and `line` on its standard input; its output goes to stderr. Kills it and everything it
// started after `timeout`, or when a signal ends this process. kTimeout; kIo when it cannot be started or its exit code
// is not 0. Errors name the command.
Status RunHook(const std::string& command, const std::string& line, std::chrono::nanoseconds timeout);

struct Telling {
  std::string command;                                          // for /bin/sh
  std::string job;                                              // name of the job in the event's JSON; empty: none
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);  // per call
};

struct Told {
  std::uint64_t told = 0;
  std::uint64_t left = 0;  // the call failed, or was not made after three failures in a row
};

// Calls the command once per event, in order, with its JSON object plus the job and, if stored, its number. Failures
// are logged as warnings; after three in a row no more calls are made. Calls `on_told` after each success; an error of
// it ends the loop.
Result<Told> TellHook(const Telling& telling, std::span<const AnomalyEvent> events, const TimeForm& form,
                      const std::function<Status(const AnomalyEvent&)>& on_told = {});

// Notifies of stored events that are not marked as told, including those of earlier detections whose notification
// failed. Each success is marked at once. Errors as Store; events that could not be marked are notified again.
Result<Told> TellOfStored(const std::string& store, const Telling& telling);

}  // namespace fitd
