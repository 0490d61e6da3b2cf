#include <fmt/format.h>

#include <cstdio>

#include "common/process/sandbox.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/service_config.h"
#include "daemon/service/service.h"

namespace fitd {

int CheckConfiguration(const ServeOptions& options) {
  const std::string& folder = options.config_folder;
  // Whoever checks the installed configuration from outside of the unit means the unit.
  const bool private_tmp = HasPrivateTmp() || folder == ServeOptions().config_folder;
  int exit_code = 0;
  if (auto config = ParseServiceConfig(folder + "/fitd.toml"); !config.ok()) {
    std::fputs(fmt::format("fitd: {}\n", config.status().message()).c_str(), stderr);
    exit_code = ExitCode(config.status());
  }
  for (const JobEntry& job : JobCatalog(folder + "/jobs.d", private_tmp).List()) {
    if (job.status.ok()) continue;
    std::fputs(fmt::format("fitd: {}\n", job.status.message()).c_str(), stderr);
    exit_code = ExitCode(job.status);
  }
  return exit_code;
}

}  // namespace fitd
