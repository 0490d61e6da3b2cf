#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "common/process/sandbox.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/service_config.h"
#include "daemon/service/service.h"

namespace fitd {
namespace {

// Whoever asks a job for forecasts gets those of the latest run of its store, whichever job made it.
Status CheckStoreIsItsOwn(const JobEntry& job, std::map<std::filesystem::path, std::string>& jobs_of) {
  std::error_code error;
  std::filesystem::path store = std::filesystem::weakly_canonical(job.job.store.path, error);
  if (error) store = job.job.store.path;
  const auto [first, is_new] = jobs_of.emplace(std::move(store), job.name);
  if (is_new) return OkStatus();
  return {StatusCode::kBadConfig,
          fmt::format("{}: store.path {} is that of job \"{}\" too, and each would answer with the other's forecasts; "
                      "give each job a store of its own",
                      job.path, job.job.store.path, first->second)};
}

}  // namespace

int CheckConfiguration(const ServeOptions& options) {
  const std::string& folder = options.config_folder;
  // Whoever checks the installed configuration from outside of the unit means the unit.
  const bool private_tmp = HasPrivateTmp() || folder == ServeOptions().config_folder;
  int exit_code = 0;
  if (auto config = ParseServiceConfig(folder + "/fitd.toml"); !config.ok()) {
    std::fputs(fmt::format("fitd: {}\n", config.status().message()).c_str(), stderr);
    exit_code = ExitCode(config.status());
  }
  std::map<std::filesystem::path, std::string> jobs_of;  // by store, the first that has it
  for (const JobEntry& job : JobCatalog(folder + "/jobs.d", private_tmp).List()) {
    Status status = job.status;
    if (status.ok()) status = CheckStoreIsItsOwn(job, jobs_of);
    if (status.ok()) continue;
    std::fputs(fmt::format("fitd: {}\n", status.message()).c_str(), stderr);
    exit_code = ExitCode(status);
  }
  return exit_code;
}

}  // namespace fitd
