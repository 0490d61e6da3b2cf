#include <CLI/CLI.hpp>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/client/client_commands.h"
#include "daemon/flags/option_checks.h"

namespace fitd {
namespace {

struct ClientFlags {
  ClientOptions client;
  StartOptions start;
  RunsOptions runs;
  std::string run;
  std::size_t lines = 200;
};

// Names begin with a letter or a digit, so that -1 is neither.
CLI::Validator NamesARun() {
  return {[](const std::string& given) -> std::string {
            if (!given.empty() && given[0] != '-') return {};
            return "'" + given + "' is neither the number of a run nor the name of a job";
          },
          ""};
}

std::shared_ptr<ClientFlags> AddCommon(CLI::App& command) {
  auto settings = std::make_shared<ClientFlags>();
  command
      .add_option("--socket", settings->client.socket,
                  "The daemon's socket (default: $FITD_SOCKET, /run/fitd/fitd.sock)")
      ->check(NamesAFile());
  return settings;
}

std::shared_ptr<ClientFlags> AddCommonAndJson(CLI::App& command) {
  auto settings = AddCommon(command);
  command.add_flag("--json", settings->client.json, "Print JSON");
  return settings;
}

void AddWatching(CLI::App& command, ClientFlags& settings) {
  AddProgressOption(command, settings.client.progress);
  command.add_flag("-q,--quiet", settings.client.quiet, "No progress and no confirmation");
}

void AddStart(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("start", "Start a run of a job the administrator has defined");
  auto settings = AddCommonAndJson(*command);
  AddWatching(*command, *settings);
  command->add_option("job", settings->start.job, "Name of the job: /etc/fitd/jobs.d/NAME.toml")->required();
  command->add_flag("-w,--wait", settings->start.wait, "Wait for the end; exit with the run's exit code");
  command->add_option("--priority", settings->start.priority, "-100 to 100; higher goes first")
      ->check(WholeNumber(-100, 100));
  CLI::Option* fresh =
      command->add_flag("--fresh", settings->start.fresh, "Start over instead of finishing an interrupted run");
  CLI::Option* detect = command->add_flag("--detect", settings->start.detect,
                                          "A detection by the job's [detect] section instead of a training");
  detect->excludes(fresh);
  command
      ->add_flag("--if-due", settings->start.if_due, "Only when the section's `every` has gone by since the last one")
      ->needs(detect);
  command->footer(
      "Examples:\n  fitd start cpu\n  fitd start cpu --wait\n  fitd start cpu --json | jq .id\n"
      "  fitd start cpu --detect --wait");
  command->callback([settings, &run] { run = [settings] { return StartCommand(settings->client, settings->start); }; });
}

void AddRuns(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("runs", "List runs, newest first");
  auto settings = AddCommonAndJson(*command);
  command->add_option("job", settings->runs.job, "Only of this job");
  command
      ->add_option("--state", settings->runs.state,
                   "Only in this state: queued, running, cancelling, complete, failed, cancelled, interrupted")
      ->check(OneOfWords({"queued", "running", "cancelling", "complete", "failed", "cancelled", "interrupted"}));
  command->add_option("--limit", settings->runs.limit, "At most so many")
      ->capture_default_str()
      ->check(WholeNumber(1, 10'000));
  command->footer("Examples:\n  fitd runs\n  fitd runs cpu --state failed --json");
  command->callback([settings, &run] { run = [settings] { return RunsCommand(settings->client, settings->runs); }; });
}

void AddStatus(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("status", "Show a run, or the daemon and its jobs");
  auto settings = AddCommonAndJson(*command);
  command->add_option("run", settings->run, "Number of a run, or a job for its latest run")->check(NamesARun());
  command->footer("Examples:\n  fitd status\n  fitd status 17\n  fitd status cpu --json");
  command->callback([settings, &run] { run = [settings] { return StatusCommand(settings->client, settings->run); }; });
}

void AddWatch(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("watch", "Follow a run to its end; exit with its exit code");
  auto settings = AddCommonAndJson(*command);
  AddWatching(*command, *settings);
  command->add_option("run", settings->run, "Number of a run, or a job for its latest run")
      ->required()
      ->check(NamesARun());
  command->footer("Examples:\n  fitd watch 17\n  fitd watch cpu --json");
  command->callback([settings, &run] { run = [settings] { return WatchCommand(settings->client, settings->run); }; });
}

void AddCancel(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("cancel", "Stop a run; finished targets are kept and the next start resumes");
  auto settings = AddCommonAndJson(*command);
  command->add_flag("-q,--quiet", settings->client.quiet, "No confirmation");
  command->add_option("run", settings->run, "Number of a run, or a job for its latest run")
      ->required()
      ->check(NamesARun());
  command->footer("Examples:\n  fitd cancel 17\n  fitd cancel cpu");
  command->callback([settings, &run] { run = [settings] { return CancelCommand(settings->client, settings->run); }; });
}

void AddLogs(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("logs", "Print the latest log lines of a run and its workers");
  auto settings = AddCommonAndJson(*command);
  command->add_option("run", settings->run, "Number of a run, or a job for its latest run")
      ->required()
      ->check(NamesARun());
  command->add_option("-n,--lines", settings->lines, "At most so many")
      ->capture_default_str()
      ->check(WholeNumber(1, 10'000));
  command->footer("Examples:\n  fitd logs 17\n  fitd logs cpu --lines 1000");
  command->callback(
      [settings, &run] { run = [settings] { return LogsCommand(settings->client, settings->run, settings->lines); }; });
}

void AddMetrics(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("metrics", "Print the daemon's metrics for Prometheus");
  auto settings = AddCommon(*command);
  auto textfile = std::make_shared<std::string>();
  command
      ->add_option("--textfile", *textfile, "Replace this file as a whole instead (node_exporter's textfile collector)")
      ->check(NamesAFile())
      ->type_name("FILE");
  command->footer("Examples:\n  fitd metrics\n  fitd metrics --textfile /var/lib/prometheus/node-exporter/fitd.prom");
  command->callback([settings, textfile, &run] {
    run = [settings, textfile] { return MetricsCommand(settings->client, *textfile); };
  });
}

}  // namespace

void AddClientCommands(CLI::App& app, CommandRun& run) {
  AddStart(app, run);
  AddRuns(app, run);
  AddStatus(app, run);
  AddWatch(app, run);
  AddCancel(app, run);
  AddLogs(app, run);
  AddMetrics(app, run);
}

}  // namespace fitd
