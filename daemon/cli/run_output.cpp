#include "daemon/cli/run_output.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "common/job/job.h"
#include "common/process/fault.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/output_sink.h"

namespace fitd {

void RunOutput::AddTo(CLI::App& command) {
  AddWithoutJsonTo(command);
  command.add_flag("--json", json, "Print the summary as one JSON object on stdout");
}

void RunOutput::AddWithoutJsonTo(CLI::App& command) {
  CLI::Option* const folder =
      command.add_option("--log-dir", log_dir, "Write fitd.log and worker-N.log there instead of stderr")
          ->check(NamesAFile())
          ->type_name("DIR");
  command
      .add_option_function<std::string>(
          "--log-limit",
          [this](const std::string& text) {
            const Result<std::uint64_t> size = ParseSize(text);
            if (!size.ok()) throw CLI::ValidationError("--log-limit", size.status().message());
            log_limit = *size;
          },
          "Stop writing to a run's log files beyond so much, such as 64M [none]")
      ->needs(folder)
      ->type_name("SIZE");
  AddChoice<LogFormat>(command, "--log-format", log_format, {{"text", LogFormat::kText}, {"json", LogFormat::kJson}},
                       "text or json [text]");
  AddProgressOption(command, progress);
  command.add_option("--progress-fd", progress_fd, "Write progress events as JSON lines to this descriptor")->group("");
  command.add_flag("--quiet,-q", quiet, "No progress and no summary, only warnings and errors");
  AddChoice<std::optional<LogLevel>>(command, "--log-level", log_level,
                                     {{"debug", LogLevel::kDebug},
                                      {"info", LogLevel::kInfo},
                                      {"warning", LogLevel::kWarning},
                                      {"error", LogLevel::kError},
                                      {"off", LogLevel::kOff}},
                                     "debug, info, warning, error or off [info with --log-dir, else warning]");
}

Status RunOutput::StartLog() const {
  LogOptions log;
  log.format = log_format;
  log.level = level();
  if (!log_dir.empty()) {
    std::error_code error;
    std::filesystem::create_directories(log_dir, error);
    if (error) return StatusFromErrno(error.value(), "--log-dir " + log_dir);
    log.file = log_dir + "/fitd.log";
    log.limit_bytes = log_limit / 2;
  }
  FITD_RETURN_IF_ERROR(SetUpLog(log));
  FITD_ASSIGN_OR_RETURN(const std::string faults, DescribeFaults());
  if (!faults.empty()) Log(LogLevel::kWarning, faults);
  return {};
}

void RunOutput::ApplyTo(PoolOptions& pool) const {
  pool.log_dir = log_dir;
  pool.log_limit = log_limit / 2;
  pool.log_format = log_format;
  pool.log_level = level();
}

std::unique_ptr<Progress> RunOutput::StartProgress(const Clock& clock) const {
  std::unique_ptr<Progress> bar = MakeProgress(quiet ? ProgressStyle::kNone : progress, STDERR_FILENO, clock);
  if (progress_fd < 0) return bar;
  return MakeTeeProgress(std::move(bar), MakeJsonProgress(progress_fd, clock));
}

void RunOutput::TellFailure(const std::string& message) const {
  const bool log_on_stderr = log_dir.empty();
  // The service reads the event and writes the message to its own log, or the journal, with the run's number. What
  // this process wrote to stderr or the journal would stand there again.
  if (progress_fd >= 0 && !log_on_stderr) return LogBesidesJournal(LogLevel::kError, message);
  // Once on stderr: as a log line only for whoever reads those by program.
  if (!log_on_stderr || log_format == LogFormat::kJson) Log(LogLevel::kError, message);
  if (!log_on_stderr || log_format == LogFormat::kText) {
    WriteErrorLine("fitd: " + PrintableLines(message));
  }
}

Status Print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    const int error = errno;
    EndIfPipeIsClosed(error);
    return StatusFromErrno(error, "cannot write to stdout");
  }
  return {};
}

}  // namespace fitd
