// fitd update: new points move the models of a store on.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "common/job/job.h"
#include "common/process/error_stream.h"
#include "common/text.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/flags/job_flags.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"
#include "daemon/update/update_run.h"

namespace fitd {
namespace {

constexpr const char* kUpdateExamples =
    "Values after the last one of a target move the states of its models and the origin of its forecasts; parameters\n"
    "stay. Values that are known are skipped; where they differ they are counted and named, and the next train takes\n"
    "them. Gaps are left to the models. Targets that are new to the store are fitted, those not in the data are kept.\n"
    "Examples:\n"
    "  fitd update --store metrics.db last-hour.csv\n"
    "  fitd update --store cpu.db 'today/*.csv.zst' --target-column host --value-column cpu --json\n"
    "Exit codes: 0 done, also when all values were known, 3 some targets could not go on, 64 usage, 65 data (also\n"
    "when there are no rows), 66 input or store missing, 74 store, 75 store in use, 77 permission, 128+n ended by a "
    "signal (run the command again to go "
    "on).";

// Says what became of it on stdout or stderr, and to the progress; the exit code.
int ReportUpdate(const Result<UpdateSummary>& summary, const RunOutput& options, const SignalCancel& cancel,
                 Progress& progress) {
  RunEnded ended;
  if (summary.ok()) {
    ended.state = "complete";
    ended.exit_code = summary->failed > 0 ? kExitSomeFailed : 0;
    ended.summary_json = FormatUpdateJson(*summary);
  } else {
    ended.state = cancel.Ended(summary.status()) ? "cancelled" : "failed";
    ended.exit_code = cancel.Ended(summary.status()) ? cancel.ExitCode() : ExitCode(summary.status());
    ended.message = summary.status().message();
  }
  progress.On(ended);
  if (!summary.ok()) {
    const char* later = cancel.Ended(summary.status()) ? "; what was finished is saved, the same command goes on" : "";
    options.TellFailure(ended.message + later);
    return ended.exit_code;
  }
  if (options.quiet && !options.json) {
    WriteToErrorStream(FormatUpdateWarnings(*summary));
    return ended.exit_code;
  }
  const std::string text = options.json ? ended.summary_json + "\n" : FormatUpdateTable(*summary);
  const Status printed = Print(text);
  return printed.ok() ? ended.exit_code : ReportError(printed);
}

int Update(const Job& given, bool allow_code, const RunOutput& options) {
  Job job = given;
  if (job.store.path.empty()) job.store.path = kDefaultStore;
  if (const Status log = options.StartLog(); !log.ok()) return ReportError(log);
  const SystemClock clock;
  const std::unique_ptr<Progress> progress = options.StartProgress(clock);
  const BarStandsAside aside(*progress);
  Result<std::unique_ptr<SignalCancel>> cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  if (job.workers.count == 0) SignalCancel::EndByItself();
  PoolOptions pool;
  options.ApplyTo(pool);
  return ReportUpdate(Guarded("updating", [&] { return RunUpdate(job, allow_code, pool, **cancel, *progress); }),
                      options, **cancel, *progress);
}

}  // namespace

void AddUpdateCommand(CLI::App& app, CommandRun& run) {
  CLI::App* update = app.add_subcommand("update", "Move the models of a store through new values, without a refit");
  update->footer(kUpdateExamples);
  auto flags = std::make_shared<JobFlags>();
  auto options = std::make_shared<RunOutput>();
  flags->AddWithoutModelsTo(*update);
  options->AddTo(*update);
  auto allow_code = std::make_shared<bool>(false);
  update->add_flag("--allow-code", *allow_code,
                   "Fit new targets by the users' algorithms that the store names, though it belongs to somebody else");
  update->callback([&run, flags, options, allow_code] {
    run = [flags, options, allow_code] {
      Result<Job> job = flags->ToJob();
      if (!job.ok()) return ReportError(job.status());
      return Update(*job, *allow_code, *options);
    };
  });
}

}  // namespace fitd
