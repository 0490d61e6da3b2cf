#include "daemon/train/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/process/fault.h"
#include "common/process/log.h"
#include "daemon/plan/cost_estimate.h"
#include "daemon/plan/data_note.h"
#include "daemon/plan/fleet_plan.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"
#include "daemon/store/last_values.h"
#include "daemon/store/model_store.h"
#include "daemon/store/run_globals.h"
#include "daemon/train/earlier_fits.h"
#include "daemon/train/failure_policy.h"
#include "daemon/train/global_file.h"
#include "daemon/train/global_stage.h"
#include "daemon/train/local_stage.h"
#include "daemon/train/post_process.h"
#include "daemon/train/run_opening.h"
#include "daemon/train/run_pool.h"
#include "daemon/train/self_usage.h"
#include "daemon/train/stage_timer.h"
#include "daemon/train/user_global_stage.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// Share of fallback models above which to warn, whatever --max-failures allows.
constexpr double kFallbackRateToWarnAt = 0.01;

class Pipeline {
 public:
  Pipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel, Progress& progress)
      : job_(job), options_(options), cancel_(cancel), progress_(progress) {}

  // Loads the data when they are not given.
  Result<RunSummary> Run(std::optional<IngestResult> data);

 private:
  Status Load(std::optional<IngestResult> data);
  Status LoadFromPlan();
  Status TakeUpRun();
  // Drops the run when it has saved nothing and failed for a reason that another try would meet again. True when
  // dropped.
  Result<bool> DropIfEmpty(const Status& why);
  Status CountEarlierFailures(FailurePolicy& failures) const;
  Status FitMissing();
  Status StartPool(std::size_t units);
  Status MakeGlobals();
  Status MakeUserGlobal();
  Status Fit(LocalStage& stage);
  Status PostProcess();
  Status Finish();
  void WarnOfFallbacks() const;
  void CountPool();
  Status CheckCancelled(Status status) const { return cancel_.cancelled() ? cancel_.status() : std::move(status); }

  const Job& job_;
  const PipelineOptions& options_;
  const SignalCancel& cancel_;
  Progress& progress_;
  SystemClock clock_;
  ModelPlan plan_;
  std::optional<Store> store_;
  Frame frame_;              // all targets, or only those of the shard
  std::uint64_t fleet_ = 0;  // number of targets of the whole fleet
  std::string data_note_;
  std::optional<PlaceInFleet> place_;  // from a file of `fitd plan`
  OpenedTraining opened_;
  std::unique_ptr<WorkerPool> pool_;
  RunSummary summary_;
};

Result<RunSummary> Pipeline::Run(std::optional<IngestResult> data) {
  const Monotonic start = clock_.Now();
  summary_.version = FITD_VERSION;
  plan_ = MakeModelPlan(job_);
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(job_.store.path, Store::Mode::kCreate));
  store_ = std::move(store);
  Status ready = Load(std::move(data));
  plan_.fit.earlier_every = plan_.combine ? EarlierEvery(fleet_) : 0;
  if (ready.ok()) ready = TakeUpRun();
  if (!ready.ok()) {
    store_->CloseAndRemoveIfUnused();
    return ready;
  }
  if (opened_.complete) {
    FITD_ASSIGN_OR_RETURN(const bool keeps, store_->KeepsLastValues(opened_.open.run));
    if (keeps && job_.store.keep_history == 0) {
      Log(LogLevel::kWarning,
          fmt::format("run {} has been fitted already and keeps its last values, which --keep-history "
                      "none does not take out: train into a new store",
                      opened_.open.run));
    }
    FailurePolicy failures(job_.failures, summary_.targets);
    FITD_RETURN_IF_ERROR(CountEarlierFailures(failures));
  } else {
    Status status = FitMissing();
    if (status.ok()) status = PostProcess();
    CountPool();
    if (!status.ok()) {
      // Users' code that cannot be loaded has fitted nothing: without this each try would leave an empty run.
      FITD_ASSIGN_OR_RETURN(const bool dropped, DropIfEmpty(status));
      if (dropped) return status;
      // Finished targets are saved; marks the run as cancelled, unless the store itself has failed.
      const Status marked = store_->CancelRun(opened_.open.run, clock_.WallNow());
      if (!marked.ok() && marked.message() != status.message()) Log(LogLevel::kWarning, marked.message());
      return status;
    }
  }
  FITD_RETURN_IF_ERROR(CountOutcomes(*store_, opened_.open.run, summary_));
  summary_.seconds.total = std::chrono::duration<double>(clock_.Now() - start).count();
  summary_.cpu_seconds += SelfCpuSeconds();
  summary_.peak_rss_parent_bytes = SelfPeakRssBytes();
  WarnOfFallbacks();
  if (!opened_.complete) FITD_RETURN_IF_ERROR(Finish());
  return std::move(summary_);
}

Result<bool> Pipeline::DropIfEmpty(const Status& why) {
  if (why.code() != StatusCode::kBadConfig || cancel_.cancelled()) return false;
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, store_->CountByStatus(opened_.open.run));
  if (std::any_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; })) return false;
  FITD_RETURN_IF_ERROR(store_->DropRun(opened_.open.run));
  store_->CloseAndRemoveIfUnused();
  return true;
}

// Reads only the targets of the shard, unless a global stage needs all of them.
Status Pipeline::LoadFromPlan() {
  FITD_ASSIGN_OR_RETURN(const FleetPlanFile file, FleetPlanFile::Open(options_.plan_from));
  FITD_RETURN_IF_ERROR(file.ExpectOptions(DescribeOptions(plan_)));
  FITD_RETURN_IF_ERROR(file.ExpectData(job_.data.files));
  PlaceInFleet& place = place_.emplace();
  FITD_ASSIGN_OR_RETURN(place.targets, file.TargetsOf(options_.shard));
  const bool all = !plan_.user_global.empty() || (plan_.global && options_.global_from.empty());
  place.frame = all ? file.AllTargets() : place.targets;
  FITD_ASSIGN_OR_RETURN(FleetPart part, file.Read(place.frame));
  frame_ = std::move(part.frame);
  place.fleet = fleet_ = file.plan().targets;
  place.fingerprints = std::move(part.fingerprints);
  place.whole_fingerprint = file.plan().fingerprint;
  data_note_ = file.plan().data_note;
  Log(LogLevel::kInfo, fmt::format("loaded {} of {} targets, {} values, from {}", frame_.size(), fleet_,
                                   frame_.num_values(), options_.plan_from));
  return {};
}

Status Pipeline::Load(std::optional<IngestResult> data) {
  const StageTimer timer(clock_, summary_.seconds.load, &summary_.memory.load);
  if (!options_.plan_from.empty()) return LoadFromPlan();
  if (!data) {
    FITD_ASSIGN_OR_RETURN(data, LoadJobData(job_, cancel_, progress_));
  }
  IngestResult& loaded = *data;
  frame_ = std::move(loaded.frame);
  fleet_ = frame_.size();
  summary_.columns = loaded.report.columns;
  Log(LogLevel::kInfo, fmt::format("loaded {} targets, {} values from {} rows in {} files", frame_.size(),
                                   frame_.num_values(), loaded.report.rows, loaded.report.files));
  data_note_ = DescribeData(job_, loaded.report, frame_);
  const std::string repairs = DescribeRepairs(loaded.report);
  if (!repairs.empty()) Log(LogLevel::kWarning, "repaired while loading: " + repairs);
  for (const std::string& row : loaded.report.first_bad_rows) Log(LogLevel::kWarning, row);
  return {};
}

Status Pipeline::TakeUpRun() {
  const StageTimer timer(clock_, summary_.seconds.map, &summary_.memory.map);
  const OpeningOptions options{options_.fresh, options_.reselect, options_.retry_quarantined,
                               options_.shard, data_note_,        std::move(place_)};
  FITD_ASSIGN_OR_RETURN(opened_, OpenTraining(*store_, frame_, plan_, options, clock_));
  summary_.run = opened_.open.run;
  summary_.targets = opened_.targets;
  summary_.resumed = opened_.resumed;
  return {};
}

Status Pipeline::CountEarlierFailures(FailurePolicy& failures) const {
  if (summary_.resumed == 0) return {};
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, store_->CountByStatus(opened_.open.run));
  return failures.CountEarlier(counts[static_cast<std::size_t>(FitStatus::kFallback)] +
                               counts[static_cast<std::size_t>(FitStatus::kFailed)]);
}

Status Pipeline::FitMissing() {
  FailurePolicy failures(job_.failures, summary_.targets);
  FITD_RETURN_IF_ERROR(CountEarlierFailures(failures));
  if (plan_.global) {
    FITD_RETURN_IF_ERROR(StartPool(opened_.open.missing.size()));
    FITD_RETURN_IF_ERROR(MakeGlobals());
  }
  if (!plan_.user_global.empty()) FITD_RETURN_IF_ERROR(MakeUserGlobal());
  LocalStage stage(frame_, plan_, opened_.open, *store_, *opened_.quarantine, failures, progress_, clock_,
                   job_.store.keep_history.value_or(DefaultLastValues(fleet_)));
  {
    const StageTimer timer(clock_, summary_.seconds.map, &summary_.memory.map);
    FITD_RETURN_IF_ERROR(stage.Map());
  }
  Status status;
  if (!stage.units().empty()) {
    FITD_RETURN_IF_ERROR(StartPool(stage.units().size()));
    status = Fit(stage);
  } else {
    status = stage.Flush();
  }
  stage.Report(summary_);
  if (status.ok()) FailHere(FaultPoint::kFitted);
  return CheckCancelled(status);
}

Status Pipeline::StartPool(std::size_t units) {
  if (pool_) return {};
  FITD_ASSIGN_OR_RETURN(const PoolOptions options, RunPoolOptions(job_, plan_, frame_, units, options_.pool));
  RunStarted started;
  started.run = opened_.open.run;
  started.job = job_.name;
  started.targets = summary_.targets;
  FITD_ASSIGN_OR_RETURN(pool_, StartRunPool(options, std::move(started), progress_));
  return {};
}

Status Pipeline::MakeGlobals() {
  const StageTimer timer(clock_, summary_.seconds.global, &summary_.memory.global);
  FITD_ASSIGN_OR_RETURN(plan_.fit.globals, GetPooledAr(*store_, opened_.open.run));
  if (!plan_.fit.globals.empty()) return {};
  if (!options_.global_from.empty()) {
    FITD_ASSIGN_OR_RETURN(GlobalFile file, ReadGlobalFile(options_.global_from));
    if (file.fingerprint != opened_.whole_fingerprint) {
      return {StatusCode::kInvalidInput,
              "--global-from " + options_.global_from + " is of other data or options; make it again with fitd sums"};
    }
    plan_.fit.globals = std::move(file.globals);
  } else {
    KeptSums kept(*store_, opened_.open.fingerprints, plan_.fit, !options_.fresh);
    Result<std::vector<PooledArGlobal>> globals = RunGlobalStage(frame_, plan_, *pool_, kept, cancel_, progress_);
    if (!globals.ok()) return CheckCancelled(globals.status());
    plan_.fit.globals = *std::move(globals);
  }
  FailHere(FaultPoint::kGlobalMade);
  FITD_RETURN_IF_ERROR(PutPooledAr(*store_, opened_.open.run, plan_.fit.globals));
  FailHere(FaultPoint::kGlobalSaved);
  return {};
}

Status Pipeline::MakeUserGlobal() {
  const StageTimer timer(clock_, summary_.seconds.global, &summary_.memory.global);
  FITD_ASSIGN_OR_RETURN(const auto stored, GetUserGlobal(*store_, opened_.open.run));
  if (stored) {
    plan_.fit.user.global_result = *stored;
    return {};
  }
  // Starts all workers that the local stage will need, though one is enough here.
  FITD_RETURN_IF_ERROR(StartPool(frame_.size()));
  Result<std::string> result = RunUserGlobalStage(frame_, plan_, job_, *pool_, cancel_);
  if (!result.ok()) return CheckCancelled(result.status());
  plan_.fit.user.global_result = *std::move(result);
  return PutUserGlobal(*store_, opened_.open.run, plan_.fit.user.global_result);
}

Status Pipeline::Fit(LocalStage& stage) {
  const StageTimer timer(clock_, summary_.seconds.fit, &summary_.memory.fit);
  Result<StageReport> report = stage.Fit(*pool_, job_, cancel_);
  if (!report.ok()) return report.status();
  summary_.chunks = report->chunks;
  summary_.retried = report->retried;
  return {};
}

void Pipeline::CountPool() {
  if (!pool_) return;
  const double wall = summary_.seconds.fit + summary_.seconds.global;
  pool_->Shutdown();
  for (const WorkerStats& stats : pool_->Stats()) {
    summary_.cpu_seconds += stats.worker < 0 ? 0 : stats.cpu_seconds;
    summary_.worker_deaths += static_cast<std::uint64_t>(stats.deaths);
    if (stats.worker < 0) continue;
    summary_.peak_rss_worker_bytes = std::max(summary_.peak_rss_worker_bytes, stats.peak_rss_bytes);
    summary_.workers.push_back({stats.worker, stats.pid, stats.reported_cpu,
                                wall > 0 ? std::min(1.0, stats.busy_seconds / wall) : 0, stats.cpu_seconds,
                                stats.peak_rss_bytes, stats.deaths});
    Log(LogLevel::kInfo,
        fmt::format("worker {} fitted {} units{}, busy {:.2f} s", stats.worker, stats.units,
                    stats.reported_cpu < 0 ? ""
                                           : fmt::format(" on cpu {} ({})", stats.reported_cpu,
                                                         stats.pinning_held ? "pinned to it" : "not pinned"),
                    stats.busy_seconds));
  }
  pool_.reset();
}

Status Pipeline::PostProcess() {
  const StageTimer timer(clock_, summary_.seconds.postprocess, &summary_.memory.postprocess);
  if (!plan_.combine) return {};
  FITD_ASSIGN_OR_RETURN(const FleetCombination fleet,
                        LearnFleet(*store_, opened_.open.run, plan_.names, fleet_, plan_.rule, plan_.prior));
  FITD_RETURN_IF_ERROR(PutFleet(*store_, opened_.open.run, fleet));
  summary_.horizon = plan_.fit.horizon;
  summary_.combine = CombineRuleName(fleet.rule());
  if (const double coverage = fleet.Coverage(95); coverage == coverage) {
    summary_.coverage_80 = fleet.Coverage(80);
    summary_.coverage_95 = coverage;
  }
  return CheckCancelled(OkStatus());
}

void Pipeline::WarnOfFallbacks() const {
  const double rate =
      summary_.targets == 0 ? 0 : static_cast<double>(summary_.failures.size()) / static_cast<double>(summary_.targets);
  if (rate < kFallbackRateToWarnAt) return;
  Log(LogLevel::kWarning,
      fmt::format("{:.1f} % of the targets ({} of {}) have a simple model in place of their own, or "
                  "none{}",
                  100 * rate, summary_.failures.size(), summary_.targets,
                  options_.scratch ? "" : "; fitd models --failed lists them with the reasons"));
}

Status Pipeline::Finish() {
  FailHere(FaultPoint::kBeforeFinish);
  FITD_RETURN_IF_ERROR(store_->FinishRun(opened_.open.run, summary_.targets, FormatSummaryJson(summary_),
                                         job_.store.keep_runs, clock_.WallNow()));
  FailHere(FaultPoint::kFinished);
  return {};
}

}  // namespace

Result<RunSummary> RunPipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                               Progress& progress) {
  return Pipeline(job, options, cancel, progress).Run({});
}

Result<RunSummary> RunPipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel,
                               Progress& progress, IngestResult data) {
  return Pipeline(job, options, cancel, progress).Run(std::move(data));
}

}  // namespace fitd
