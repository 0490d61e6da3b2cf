// Interface to the service manager (systemd): passed sockets, notifications, watchdog. Does nothing without one.
// Daemon, loop thread. Wraps libsystemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

// The listening Unix socket that was passed; an invalid descriptor when none was. kBadConfig when anything else was
// passed. Call once, before other threads exist: it clears the environment.
Result<UniqueFd> TakeActivationSocket();

// The path that such a socket listens at; "an unnamed socket" where it has none.
std::string NameOfSocket(int socket);

// Sends "READY=1", "STATUS=...", or several lines. Ignored when nobody listens.
void NotifyManager(const std::string& state);

// The interval in which WATCHDOG=1 is expected; nullopt: no watchdog. Call once, before other threads exist.
std::optional<std::chrono::microseconds> TakeWatchdogInterval();

// Sends RELOADING=1 with the time stamp that newer managers require.
void NotifyReloading();

// The error that BindSocket would give for a living daemon's socket at `path` or another file there; changes nothing.
Status ExpectFreeSocket(const std::string& path);

// A listening socket of our own at `path`, mode 0660, group `group` when it exists and may be given. A socket left by a
// dead daemon is replaced, a live one is kBusy.
Result<UniqueFd> BindSocket(const std::string& path, const std::string& group);

}  // namespace fitd
