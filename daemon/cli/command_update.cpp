// fitd update: new points move the models of a store on.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "common/job/job.h"
#include "common/process/fault.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"
#include "daemon/update/update_run.h"

namespace fitd {
namespace {

constexpr const char* kExamples =
    "Values after the last one of a target move the states of its models and the origin of its forecasts; parameters\n"
    "stay. Values that are known are skipped; where they differ they are counted and named, and the next train takes\n"
    "them. Gaps are left to the models. Targets that are new to the store are fitted, those not in the data are kept.\n"
    "Examples:\n"
    "  fitd update --store metrics.db last-hour.csv\n"
    "  fitd update --store cpu.db 'today/*.csv.zst' --target-column host --value-column cpu --json\n"
    "Exit codes: 0 done, also when nothing was new, 3 some targets could not go on, 64 usage, 65 data, 66 input or\n"
    "store missing, 74 store, 75 store in use, 77 permission, 128+n ended by a signal (run the command again to go "
    "on).";

struct UpdateOptions {
  std::string log_dir;
  std::uint64_t log_limit = 0;  // of all files in log_dir together, bytes; 0: none
  LogFormat log_format = LogFormat::kText;
  ProgressStyle progress = ProgressStyle::kAuto;
  int progress_fd = -1;
  bool quiet = false;
  bool json = false;

  LogLevel log_level() const { return log_dir.empty() ? LogLevel::kWarning : LogLevel::kInfo; }
};

Status StartLog(const UpdateOptions& options) {
  LogOptions log;
  log.format = options.log_format;
  log.level = options.log_level();
  if (!options.log_dir.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.log_dir, error);
    if (error) return StatusFromErrno(error.value(), "--log-dir " + options.log_dir);
    log.file = options.log_dir + "/fitd.log";
    log.limit_bytes = options.log_limit / 2;
  }
  FITD_RETURN_IF_ERROR(SetUpLog(log));
  FITD_ASSIGN_OR_RETURN(const std::string faults, DescribeFaults());
  if (!faults.empty()) Log(LogLevel::kWarning, faults);
  return {};
}

// Says what became of it on stdout or stderr, and to the progress; the exit code.
int ReportEnd(const Result<UpdateSummary>& summary, const UpdateOptions& options, const SignalCancel& cancel,
              Progress& progress) {
  RunEnded ended;
  if (summary.ok()) {
    ended.state = "complete";
    ended.exit_code = summary->failed > 0 ? kExitSomeFailed : 0;
    ended.summary_json = FormatUpdateJson(*summary);
  } else {
    ended.state = cancel.cancelled() ? "cancelled" : "failed";
    ended.exit_code = cancel.cancelled() ? cancel.ExitCode() : ExitCode(summary.status());
    ended.message = summary.status().message();
  }
  progress.On(ended);
  if (!summary.ok()) {
    const char* later = cancel.cancelled() ? "; what was finished is saved, the same command goes on" : "";
    std::fprintf(stderr, "fitd: %s\n", PrintableLines(ended.message + later).c_str());
    return ended.exit_code;
  }
  if (options.quiet && !options.json) return ended.exit_code;
  const std::string text = options.json ? ended.summary_json + "\n" : FormatUpdateTable(*summary);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return ReportError(StatusFromErrno(errno, "writing to stdout"));
  }
  return ended.exit_code;
}

int Update(const Job& given, const UpdateOptions& options) {
  Job job = given;
  if (job.store.path.empty()) job.store.path = kDefaultStore;
  if (const Status log = StartLog(options); !log.ok()) return ReportError(log);
  const SystemClock clock;
  std::unique_ptr<Progress> progress =
      MakeProgress(options.quiet ? ProgressStyle::kNone : options.progress, STDERR_FILENO, clock);
  if (options.progress_fd >= 0) {
    progress = MakeTeeProgress(std::move(progress), MakeJsonProgress(options.progress_fd, clock));
  }
  Result<std::unique_ptr<SignalCancel>> cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  if (job.workers.count == 0) SignalCancel::EndByItself();
  PoolOptions pool;
  pool.log_dir = options.log_dir;
  pool.log_limit = options.log_limit / 2;  // this process has the other half
  pool.log_format = options.log_format;
  pool.log_level = options.log_level();
  return ReportEnd(RunUpdate(job, pool, **cancel, *progress), options, **cancel, *progress);
}

}  // namespace

void AddUpdateCommand(CLI::App& app, CommandRun& run) {
  CLI::App* update = app.add_subcommand("update", "Move the models of a store through new values, without a refit");
  update->footer(kExamples);
  auto flags = std::make_shared<JobFlags>();
  auto options = std::make_shared<UpdateOptions>();
  flags->AddWithoutModelsTo(*update);
  update->add_option("--log-dir", options->log_dir, "Write fitd.log and worker-N.log there instead of stderr")
      ->type_name("DIR");
  update
      ->add_option_function<std::string>(
          "--log-limit",
          [options](const std::string& text) {
            const Result<std::uint64_t> size = ParseSize(text);
            if (!size.ok()) throw CLI::ValidationError("--log-limit", size.status().message());
            options->log_limit = *size;
          },
          "Stop writing to a run's log files beyond so much, such as 64M [none]")
      ->type_name("SIZE");
  AddChoice<LogFormat>(*update, "--log-format", options->log_format,
                       {{"text", LogFormat::kText}, {"json", LogFormat::kJson}}, "text or json [text]");
  AddProgressOption(*update, options->progress);
  update->add_option("--progress-fd", options->progress_fd, "Write progress events as JSON lines to this descriptor")
      ->group("");
  update->add_flag("--quiet,-q", options->quiet, "No progress and no summary, only errors");
  update->add_flag("--json", options->json, "Print the summary as one JSON object on stdout");
  update->callback([&run, flags, options] {
    run = [flags, options] {
      Result<Job> job = flags->ToJob();
      if (!job.ok()) return ReportError(job.status());
      return Update(*job, *options);
    };
  });
}

}  // namespace fitd
