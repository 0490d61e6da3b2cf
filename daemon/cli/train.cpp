#include "daemon/cli/train.h"

#include <fmt/format.h>

#include <cstdio>

#include "common/process/log.h"
#include "common/text.h"
#include "daemon/cli/report.h"
#include "daemon/flags/job_flags.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/run_forecasts.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/service/service_sandbox.h"
#include "daemon/train/global_file.h"
#include "daemon/train/pipeline.h"

namespace fitd {
namespace {

Result<PipelineOptions> MakePipelineOptions(const TrainOptions& options) {
  PipelineOptions pipeline;
  pipeline.fresh = options.fresh;
  pipeline.reselect = options.reselect;
  pipeline.retry_quarantined = options.retry_quarantined;
  FITD_ASSIGN_OR_RETURN(pipeline.shard, ParseShard(options.shard));
  pipeline.pool.earlier_shards = pipeline.shard.index - 1;
  pipeline.global_from = options.global_from;
  pipeline.plan_from = options.plan_from;
  options.ApplyTo(pipeline.pool);
  return pipeline;
}

// A file that no model wants is looked at all the same: its name may be wrong, or the models.
Status CheckGlobalFrom(const Job& job, const std::string& file) {
  if (file.empty() || MakeModelPlan(job).global) return {};
  FITD_RETURN_IF_ERROR(ReadGlobalFile(file).status().WithContext("--global-from"));
  Log(LogLevel::kWarning, "--global-from " + file + " is not used: no model of this run is learned from all targets");
  return {};
}

// What is said of a run whose forecasts are exported, but for some; empty: all are.
std::string TellFailedForecasts(const std::vector<std::string>& failures, const std::string& path) {
  constexpr std::size_t kNamed = 10;
  if (failures.empty()) return {};
  for (std::size_t i = 0; i < failures.size() && i < kNamed; ++i) Log(LogLevel::kError, failures[i]);
  return fmt::format(
      "the run is complete, but users' code gave no forecast for {} of its targets, which have none in "
      "{}: {}{}",
      failures.size(), path, failures.front(), failures.size() > 1 ? ", and others" : "");
}

int ReportEnd(const Result<RunSummary>& summary, const std::string& not_exported, const Job& job,
              const TrainOptions& options, const SignalCancel& cancel, Progress& progress) {
  RunEnded ended;
  if (summary.ok()) {
    ended.state = "complete";
    ended.exit_code = summary->failures.empty() && not_exported.empty() ? 0 : kExitSomeFailed;
    ended.message = not_exported;
    ended.summary_json = FormatSummaryJson(*summary);
  } else {
    ended.state = cancel.Ended(summary.status()) ? "cancelled" : "failed";
    ended.exit_code = cancel.Ended(summary.status()) ? cancel.ExitCode() : ExitCode(summary.status());
    ended.message = summary.status().message() + ServiceHint(summary.status(), job);
  }
  progress.On(ended);
  if (!summary.ok()) {
    const std::string message =
        ended.message +
        (cancel.Ended(summary.status()) ? "; what was finished is saved, the same command goes on" : "");
    options.TellFailure(message);
    return ended.exit_code;
  }
  std::string text;
  if (options.json) {
    text = ended.summary_json + "\n";
  } else if (!options.quiet) {
    text = FormatSummaryTable(*summary);
  }
  const Status printed = Print(text);
  return printed.ok() ? ended.exit_code : ReportError(printed);
}

Result<RunSummary> TrainChecked(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                                Progress& progress) {
  FITD_RETURN_IF_ERROR(CheckExport(job));
  FITD_RETURN_IF_ERROR(CheckGlobalFrom(job, options.global_from));
  return RunPipeline(job, options, cancel, progress);
}

}  // namespace

int RunTrain(const Job& given, const TrainOptions& options) {
  Job job = given;
  if (job.store.path.empty()) job.store.path = kDefaultStore;
  Result<PipelineOptions> pipeline = MakePipelineOptions(options);
  if (!pipeline.ok()) return ReportError(pipeline.status());
  if (const Status log = options.StartLog(); !log.ok()) return ReportError(log);
  const SystemClock clock;
  const std::unique_ptr<Progress> progress = options.StartProgress(clock);
  const BarStandsAside aside(*progress);
  Result<std::unique_ptr<SignalCancel>> cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  if (job.workers.count == 0) SignalCancel::EndByItself();
  Result<RunSummary> summary = Guarded("training", [&] { return TrainChecked(job, *pipeline, **cancel, *progress); });
  std::string not_exported;
  if (summary.ok() && !job.export_to.path.empty()) {
    SignalCancel::EndByItself();  // users' code that forecasts does not return when asked to
    const Result<std::vector<std::string>> exported = ExportForecasts(job, (*cancel)->source());
    if (exported.ok()) {
      not_exported = TellFailedForecasts(*exported, job.export_to.path);
    } else {
      summary = exported.status().WithContext("the run is complete, but its forecasts are not exported");
    }
  }
  return ReportEnd(summary, not_exported, job, options, **cancel, *progress);
}

}  // namespace fitd
