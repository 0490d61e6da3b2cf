// The command line options of `fitd serve`. A value; daemon.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace fitd {

struct ServeOptions {
  std::string config_folder = "/etc/fitd";
  std::string socket_path;          // empty: the one passed by systemd, or /run/fitd/fitd.sock
  std::string state_folder;         // empty: STATE_DIRECTORY, or /var/lib/fitd for root, or $XDG_STATE_HOME/fitd
  std::string log_folder;           // empty: LOGS_DIRECTORY, or /var/log/fitd for root, or STATE/log
  std::string log_target = "auto";  // auto | journal | stderr | file (LOGS/fitd.log)
  std::string executable;           // executable for runs and queries; empty: this one
  std::optional<std::chrono::milliseconds> idle_exit;  // overrides the configuration
};

}  // namespace fitd
