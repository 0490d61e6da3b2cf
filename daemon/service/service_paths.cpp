#include "daemon/service/service_paths.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "common/process/log.h"
#include "common/process/own_executable.h"

namespace fitd {
namespace {

namespace fs = std::filesystem;

std::string Environment(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// systemd may pass several folders separated by colons; the first one is used.
std::string FirstFolder(const std::string& list) {
  return list.substr(0, list.find(':'));
}

std::string LogFolder(const ServeOptions& options, const std::string& state) {
  if (!options.log_folder.empty()) return options.log_folder;
  if (std::string folder = FirstFolder(Environment("LOGS_DIRECTORY")); !folder.empty()) return folder;
  return geteuid() == 0 && options.state_folder.empty() ? "/var/log/fitd" : state + "/log";
}

}  // namespace

std::string StateFolderOf(const ServeOptions& options) {
  if (!options.state_folder.empty()) return options.state_folder;
  if (std::string folder = FirstFolder(Environment("STATE_DIRECTORY")); !folder.empty()) return folder;
  if (geteuid() == 0) return "/var/lib/fitd";
  if (std::string folder = Environment("XDG_STATE_HOME"); !folder.empty()) return folder + "/fitd";
  return Environment("HOME") + "/.local/state/fitd";
}

Result<ServicePaths> MakeServicePaths(const ServeOptions& options) {
  ServicePaths paths;
  paths.config_file = options.config_folder + "/fitd.toml";
  paths.jobs = options.config_folder + "/jobs.d";
  paths.socket = options.socket_path.empty() ? "/run/fitd/fitd.sock" : options.socket_path;
  const std::string state = StateFolderOf(options);
  paths.state_file = state + "/service.json";
  paths.lock_file = state + "/service.lock";
  paths.starts_file = state + "/service.starts";
  paths.logs = LogFolder(options, state);
  paths.run_logs = paths.logs + "/runs";
  paths.log_lock_file = paths.run_logs + "/service.lock";
  paths.executable = options.executable;
  if (paths.executable.empty()) {
    FITD_ASSIGN_OR_RETURN(paths.executable, OwnExecutable());
  }
  const bool under_journal = !Environment("JOURNAL_STREAM").empty();
  paths.journal = options.log_target == "journal" || (options.log_target == "auto" && under_journal);
  return paths;
}

Status MakeFolders(const ServicePaths& paths) {
  for (const std::string& folder : {fs::path(paths.state_file).parent_path().string(), paths.run_logs}) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return StatusFromErrno(error.value(), folder);
  }
  return {};
}

Result<UniqueFd> LockFile(const std::string& path, std::string_view option) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd.valid()) return StatusFromErrno(errno, path);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return StatusFromErrno(errno, "cannot lock " + path);
    return Status(StatusCode::kBusy, "another fitd serve uses " + path + "; stop it or give " + std::string(option));
  }
  return fd;
}

Status SetUpServiceLog(const ServeOptions& options, const ServicePaths& paths, const std::string& level) {
  LogOptions log;
  FITD_ASSIGN_OR_RETURN(log.level, ParseLogLevel(level));
  log.journal = paths.journal;
  log.stream = !paths.journal;
  if (options.log_target == "file") log.file = paths.logs + "/fitd.log";
  return SetUpLog(log);
}

}  // namespace fitd
