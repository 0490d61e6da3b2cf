// Builds the command line and runs one command.
#include <fcntl.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <sstream>
#include <system_error>

#include "common/edit_distance.h"
#include "common/out_of_memory.h"
#include "common/status.h"
#include "common/text.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/flags/option_checks.h"

namespace {

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

bool IsCommand(const CLI::App& app, std::string_view word) {
  const std::vector<std::string> names = CommandNames(app);
  return std::find(names.begin(), names.end(), word) != names.end();
}

int UnknownCommand(const CLI::App& app, const char* given) {
  const std::vector<std::string> names = CommandNames(app);
  std::vector<std::string_view> views(names.begin(), names.end());
  std::string list;
  for (const std::string& name : names) list += " " + name;
  std::fprintf(stderr, "fitd: there is no command %s%s (commands:%s)\n", fitd::QuoteForMessage(given).c_str(),
               fitd::DidYouMean(given, views).c_str(), list.c_str());
  return fitd::ExitCode(fitd::StatusCode::kUsage);
}

// A descriptor 0, 1 or 2 that was closed would otherwise become the next file that is opened. What is written to a
// closed standard output is an error of the write, as it is without this, not lost without a word.
void OpenStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd) {
    const int mode = fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", mode) < 0) return;
  }
}

// Also --version.
int PrintHelp(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream text;
  const int code = app.exit(error, text, std::cerr);
  const std::string help = text.str();
  const bool whole = std::fwrite(help.data(), 1, help.size(), stdout) == help.size() && std::fflush(stdout) == 0;
  return whole ? code : fitd::StdoutFailed(errno);
}

int ParseAndRun(int argc, char** argv) {
  CLI::App app{"fitd fits one time-series model per target, on every physical core of this host."};
  app.footer(
      "Examples:\n"
      "  fitd sample --targets 100 > telemetry.csv\n"
      "  fitd train telemetry.csv --store telemetry.db\n"
      "  fitd forecast --store telemetry.db --horizon 24\n"
      "Each command has its own --help.");
  app.set_version_flag("--version", "fitd " FITD_VERSION);
  app.require_subcommand(1);
  fitd::CommandRun run;
  fitd::AddTrainCommand(app, run);
  fitd::AddUpdateCommand(app, run);
  fitd::AddForecastCommand(app, run);
  fitd::AddDetectCommand(app, run);
  fitd::AddAnomaliesCommand(app, run);
  fitd::AddModelsCommand(app, run);
  fitd::AddBacktestCommand(app, run);
  fitd::AddReportCommand(app, run);
  fitd::AddPlotCommand(app, run);
  fitd::AddExportCommand(app, run);
  fitd::AddCheckCommand(app, run);
  fitd::AddSampleCommand(app, run);
  fitd::AddMergeCommand(app, run);
  fitd::AddPlanCommand(app, run);
  fitd::AddSumsCommand(app, run);
  fitd::AddSlurmCommand(app, run);
  fitd::AddNewAlgorithmCommand(app, run);
  fitd::AddServeCommand(app, run);
  fitd::AddUiCommand(app, run);
  fitd::AddClientCommands(app, run);
  if (argc > 1 && argv[1][0] != '-' && !IsCommand(app, argv[1])) return UnknownCommand(app, argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return PrintHelp(app, error);
    std::cerr << fitd::DescribeParseError(app, error);
    return fitd::ExitCode(fitd::StatusCode::kUsage);
  }
  return run();
}

// A parent's blocked signals come with exec (of one that blocks them for its threads, say): SIGTERM would then end
// neither a run nor the daemon, and no patience would run out.
void UnblockSignals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What is made here is for its owner to read and to write, whatever a umask such as 277 says: SQLite opens a store
// again by its name for its log.
void KeepOwnersRights() {
  const mode_t mask = ::umask(0);
  ::umask(mask & (S_IRWXG | S_IRWXO));
}

int RunCommandLine(int argc, char** argv) {
  UnblockSignals();
  KeepOwnersRights();
  OpenStandardStreams();
  // A closed pipe on stdout and a file beyond `ulimit -f` are errors of the write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // A parent that ignores the end of its children hands that down, and the kernel would reap ours unseen.
  std::signal(SIGCHLD, SIG_DFL);
  if (const fitd::Status stack = fitd::EnsureStack(); !stack.ok()) return fitd::ReportError(stack);
  try {
    return fitd::FinishStdout(ParseAndRun(argc, argv));
  } catch (const std::bad_alloc&) {
    return fitd::ReportError(fitd::OutOfMemory("running this command"));
  } catch (const std::exception& error) {
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    const bool thread = system != nullptr && dynamic_cast<const std::filesystem::filesystem_error*>(system) == nullptr;
    if (system != nullptr && std::ferror(stdout) != 0) return fitd::StdoutFailed(system->code().value());
    if (thread) {
      return fitd::ReportError(fitd::NoThread("this command", *system));
    }
    std::fprintf(stderr, "fitd: internal error: %s; please report it with the command line\n", error.what());
    return fitd::ExitCode(fitd::StatusCode::kInternal);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return fitd::FinishStderr(RunCommandLine(argc, argv));
}
