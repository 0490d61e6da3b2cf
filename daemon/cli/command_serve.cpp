#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "common/job/job.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/flags/option_checks.h"
#include "daemon/service/service.h"

namespace fitd {
namespace {

struct ServeFlags {
  ServeOptions serve;
  std::string idle_exit;
  bool check = false;
  const CLI::Option* config = nullptr;
};

// A folder that somebody names is there; that of the installation may never have been made.
Status ExpectConfigFolder(const ServeFlags& settings) {
  const std::string& folder = settings.serve.config_folder;
  std::error_code error;
  if (settings.config->empty() || std::filesystem::is_directory(folder, error)) return OkStatus();
  const Status missing = StatusFromErrno(error ? error.value() : ENOTDIR, "--config " + folder);
  return {missing.code(), missing.message() + "; name the folder that has fitd.toml and jobs.d"};
}

int RunServe(ServeFlags& settings) {
  if (!settings.idle_exit.empty()) {
    auto duration = ParseDuration(settings.idle_exit);
    if (!duration.ok()) {
      return ReportError({StatusCode::kUsage, "--idle-exit: " + duration.status().message()});
    }
    settings.serve.idle_exit = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
  }
  if (const Status status = ExpectConfigFolder(settings); !status.ok()) return ReportError(status);
  return settings.check ? CheckConfiguration(settings.serve) : Serve(settings.serve);
}

}  // namespace

void AddServeCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("serve", "Run the daemon (usually started by systemd)");
  auto settings = std::make_shared<ServeFlags>();
  ServeOptions& serve = settings->serve;
  settings->config = command->add_option("--config", serve.config_folder, "Folder with fitd.toml and jobs.d")
                         ->check(NamesAFile())
                         ->capture_default_str();
  command
      ->add_option("--socket", serve.socket_path,
                   "Listen here when systemd passes no socket (default: /run/fitd/fitd.sock)")
      ->check(NamesAFile());
  command
      ->add_option("--state-dir", serve.state_folder,
                   "Queue, history and counters (default: $STATE_DIRECTORY, /var/lib/fitd)")
      ->check(NamesAFile());
  command->add_option("--log-dir", serve.log_folder, "Log files of runs (default: $LOGS_DIRECTORY, /var/log/fitd)")
      ->check(NamesAFile());
  command->add_option("--log-target", serve.log_target, "auto, journal, stderr or file")
      ->capture_default_str()
      ->check(OneOfWords({"auto", "journal", "stderr", "file"}));
  command->add_option("--idle-exit", settings->idle_exit, "Leave after so long without run and client; 0: never");
  command->add_flag("--check", settings->check, "Validate the configuration and every job file, then exit");
  command->add_option("--executable", serve.executable, "What to start runs with")->group("");
  command->footer(
      "Examples:\n  fitd serve --config ./etc --socket ./fitd.sock --state-dir ./state\n  fitd serve --check");
  command->callback([settings, &run] { run = [settings] { return RunServe(*settings); }; });
}

}  // namespace fitd
