// Where the service keeps things and writes its log, from options, the environment systemd sets, and defaults. Daemon,
// before the loop.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"
#include "daemon/service/service.h"
#include "ipc/unique_fd.h"

namespace fitd {

struct ServicePaths {
  std::string config_file;  // DIR/fitd.toml
  std::string jobs;         // DIR/jobs.d
  std::string socket;       // shown in the log; bound unless systemd passed one
  std::string state_file;
  std::string lock_file;
  std::string starts_file;  // how often it was started after bad ends
  std::string logs;
  std::string run_logs;  // a folder per run
  std::string log_lock_file;
  std::string executable;  // fitd
  bool journal = false;    // log to the journal
};

// The folder of the state: the option's, systemd's, or what is usual for the user.
std::string StateFolderOf(const ServeOptions& options);

Result<ServicePaths> MakeServicePaths(const ServeOptions& options);
// Makes the folders of the state and of the logs where they are not.
Status MakeFolders(const ServicePaths& paths);

// Held by the daemon as long as it lives; kBusy, with the option that names another place, when another one holds it:
// two on one state folder would resume the same runs, two on one folder of logs mix them.
Result<UniqueFd> LockFile(const std::string& path, std::string_view option);

Status SetUpServiceLog(const ServeOptions& options, const ServicePaths& paths, const std::string& level);

}  // namespace fitd
