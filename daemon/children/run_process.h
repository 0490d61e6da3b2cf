// The real processes behind RunLauncher: `fitd train|detect --job FILE --progress-fd 3`, each in a process group (and,
// where delegated, a cgroup) of its own, watched by pidfd and pipes on the loop. Daemon, loop thread; that thread must
// live as long as the processes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/children/run_cgroups.h"
#include "daemon/runs/run_launcher.h"
#include "daemon/runs/service_log.h"

namespace boost::asio {
class io_context;
}

namespace fitd {

struct LauncherOptions {
  std::string executable;       // fitd itself
  std::string jobs_folder;      // DIR/jobs.d
  std::string runs_log_folder;  // LOGS/runs: each run's log files go into a folder of its id
  std::string log_level = "info";
  bool log_to_journal = false;
  std::uint64_t log_limit = 0;  // of a run's log files together, bytes; 0: none
};

std::unique_ptr<RunLauncher> MakeRunLauncher(boost::asio::io_context& loop, LauncherOptions options, RunCgroups& cgroup,
                                             ServiceLog log);

}  // namespace fitd
