#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "common/atomic_file.h"
#include "common/job/job_places.h"
#include "common/process/sandbox.h"
#include "daemon/runs/job_catalog.h"
#include "daemon/runs/service_config.h"
#include "daemon/service/service.h"
#include "daemon/service/service_paths.h"

namespace fitd {
namespace {

// Finds exports that would overwrite what another job reads or writes, or what the daemon keeps.
class Outputs {
 public:
  Outputs(const std::vector<JobEntry>& jobs, std::string state_folder) : jobs_(jobs), state_(std::move(state_folder)) {}

  Status Check(const JobEntry& job) const {
    const std::string& path = job.job.export_to.path;
    if (path.empty()) return OkStatus();
    const auto bad = [&](const std::string& why) {
      return Status(StatusCode::kBadConfig,
                    fmt::format("{}: export.path {} {}; give it a file of its own", job.path, path, why));
    };
    const std::filesystem::path written = Resolved(path);
    if (written.filename() == "service.json" && written.parent_path() == Resolved(state_)) {
      return bad("is where the daemon keeps its state");
    }
    for (const JobEntry& other : jobs_) {
      if (!other.status.ok() || other.name == job.name) continue;
      if (!other.job.export_to.path.empty() && written == Resolved(other.job.export_to.path)) {
        return bad(fmt::format("is that of job \"{}\" too", other.name));
      }
      std::vector<std::string> kept = InputsOf(other.job);
      for (const char* end : {"", "-wal", "-shm"}) kept.push_back(other.job.store.path + end);
      if (!CheckIsNoInput(path, kept).ok()) return bad(fmt::format("is read by job \"{}\"", other.name));
    }
    return OkStatus();
  }

 private:
  static std::filesystem::path Resolved(const std::string& path) {
    std::error_code error;
    std::filesystem::path resolved = std::filesystem::weakly_canonical(path, error);
    return error ? std::filesystem::path(path) : resolved;
  }

  const std::vector<JobEntry>& jobs_;
  const std::string state_;
};

}  // namespace

int CheckConfiguration(const ServeOptions& options) {
  const std::string& folder = options.config_folder;
  // Whoever checks the installed configuration from outside of the unit means the unit.
  const bool unit = folder == ServeOptions().config_folder;
  const bool private_tmp = HasPrivateTmp() || unit;
  int exit_code = 0;
  if (auto config = ParseServiceConfig(folder + "/fitd.toml"); !config.ok()) {
    std::fputs(fmt::format("fitd: {}\n", config.status().message()).c_str(), stderr);
    exit_code = ExitCode(config.status());
  }
  const std::vector<JobEntry> jobs = JobCatalog(folder + "/jobs.d", private_tmp).List();
  const Outputs outputs(jobs, unit && options.state_folder.empty() ? "/var/lib/fitd" : StateFolderOf(options));
  for (const JobEntry& job : jobs) {
    Status status = job.status;
    if (status.ok()) status = outputs.Check(job);
    if (status.ok())
      status = options.state_folder.empty() ? CheckPlaces(job.job, false)
                                            : CheckPlaces(job.job, false, options.state_folder);
    if (status.ok()) continue;
    std::fputs(fmt::format("fitd: {}\n", status.message()).c_str(), stderr);
    exit_code = ExitCode(status);
  }
  return exit_code;
}

}  // namespace fitd
