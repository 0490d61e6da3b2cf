// `fitd serve`: one thread, one loop over the listener, clients, run processes, signals and timers. This class only
// wires parts together; each decision is in the part it belongs to. Daemon, main thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/status.h"

namespace fitd {

struct ServeOptions {
  std::string config_folder = "/etc/fitd";
  std::string socket_path;          // empty: systemd's, or /run/fitd/fitd.sock
  std::string state_folder;         // empty: STATE_DIRECTORY, or /var/lib/fitd for root, or $XDG_STATE_HOME/fitd
  std::string log_folder;           // empty: LOGS_DIRECTORY, or /var/log/fitd for root, or STATE/log
  std::string log_target = "auto";  // auto | journal | stderr | file (LOGS/fitd.log)
  std::string executable;           // of runs and queries; empty: this one
  std::optional<std::chrono::milliseconds> idle_exit;  // overrides the configuration
};

// Serves until it is told to stop or has been idle for long enough. The exit code of the process.
int Serve(const ServeOptions& options);

// Validates the configuration and every job file; prints what is wrong to stderr. Exit code 0 or 78.
int CheckConfiguration(const ServeOptions& options);

}  // namespace fitd
