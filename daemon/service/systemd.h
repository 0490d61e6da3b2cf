// What the service manager (systemd) gives and wants to hear: passed sockets, notifications, the watchdog. Without one
// everything here does nothing. Daemon, loop thread. Wraps libsystemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

// The one listening Unix socket that was passed; an invalid descriptor when none was. kBadConfig for anything else that
// was passed. Call once, before other threads: the environment is cleared.
Result<UniqueFd> TakeActivationSocket();

// "READY=1", "STATUS=...", several lines. Not an error when nobody listens.
void NotifyManager(const std::string& state);

// How often WATCHDOG=1 is expected; nullopt: no watchdog. Call once, before other threads.
std::optional<std::chrono::microseconds> TakeWatchdogInterval();

// RELOADING=1 with the time stamp that newer managers want.
void NotifyReloading();

// The error that BindSocket would give for a living daemon's socket at `path` or another file there; changes nothing.
Status ExpectFreeSocket(const std::string& path);

// A listening socket of our own at `path`, mode 0660, group `group` when it exists and may be given. A socket left by a
// dead daemon is replaced, a live one is kBusy.
Result<UniqueFd> BindSocket(const std::string& path, const std::string& group);

}  // namespace fitd
