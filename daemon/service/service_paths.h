// The paths of the service, from options, systemd's environment and defaults, and its log. Daemon, main thread, before
// the loop.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"
#include "daemon/service/serve_options.h"
#include "ipc/unique_fd.h"

namespace fitd {

struct ServicePaths {
  std::string config_file;  // DIR/fitd.toml
  std::string jobs;         // DIR/jobs.d
  std::string socket;       // shown in the log; bound unless systemd passed one
  std::string state_file;
  std::string lock_file;
  std::string starts_file;  // counts starts after bad ends
  std::string logs;
  std::string run_logs;  // contains a folder per run
  std::string log_lock_file;
  std::string executable;  // the fitd executable
  bool journal = false;    // log to the journal
};

// The folder of the state: the option's, systemd's, or what is usual for the user.
std::string StateFolderOf(const ServeOptions& options);

Result<ServicePaths> MakeServicePaths(const ServeOptions& options);
// Creates the folders for state and logs if missing.
Status MakeFolders(const ServicePaths& paths);

// Locks a file for the lifetime of the daemon. kBusy, naming the option for another place, when another daemon holds
// it: two daemons with one state folder would resume the same runs, with one log folder mix their logs.
Result<UniqueFd> LockFile(const std::string& path, std::string_view option);

Status SetUpServiceLog(const ServeOptions& options, const ServicePaths& paths, const std::string& level);

}  // namespace fitd
