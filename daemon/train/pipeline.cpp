#include "daemon/train/pipeline.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "common/process/fault.h"
#include "common/process/log.h"
#include "daemon/plan/cost_estimate.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"
#include "daemon/pool/worker_placement.h"
#include "daemon/store/last_values.h"
#include "daemon/store/model_store.h"
#include "daemon/store/quarantine.h"
#include "daemon/store/run_globals.h"
#include "daemon/train/earlier_fits.h"
#include "daemon/train/failure_policy.h"
#include "daemon/train/global_file.h"
#include "daemon/train/global_stage.h"
#include "daemon/train/local_stage.h"
#include "daemon/train/post_process.h"
#include "daemon/train/user_global_stage.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// Above it the run is worth a look, whatever --max-failures allows.
constexpr double kFallbackRateToWarnAt = 0.01;

double SelfCpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t SelfPeakRssBytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

// Adds the seconds it lives to a figure of the summary.
class StageTimer {
 public:
  StageTimer(const Clock& clock, double& seconds) : clock_(clock), seconds_(seconds), start_(clock.Now()) {}
  ~StageTimer() { seconds_ += std::chrono::duration<double>(clock_.Now() - start_).count(); }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  const Clock& clock_;
  double& seconds_;
  Monotonic start_;
};

// What a shard's run says of itself behind its options.
std::string ShardText(const Shard& shard) {
  return "shard " + shard.Text();
}

class Pipeline {
 public:
  Pipeline(const Job& job, const PipelineOptions& options, const SignalCancel& cancel, Progress& progress)
      : job_(job), options_(options), cancel_(cancel), progress_(progress) {}

  // `data` are loaded when they are not given.
  Result<RunSummary> Run(std::optional<IngestResult> data);

 private:
  Status Load(std::optional<IngestResult> data);
  Status TakeUpRun();
  Status ExpectNoOtherShard() const;
  Status TakeUp(const RunInfo& found);
  Status BeginNewRun(const std::string& fingerprint, const std::string& options);
  void SelectMissing(const std::vector<bool>& saved);
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
  Frame frame_;
  std::string data_note_;
  OpenRun open_;
  std::string whole_fingerprint_;      // of the run without its shard
  std::uint32_t first_ = 0, end_ = 0;  // the shard's targets
  std::optional<Quarantine> quarantine_;
  bool complete_ = false;  // an earlier run has everything
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
  plan_.fit.earlier_every = plan_.combine ? EarlierEvery(frame_.size()) : 0;
  if (ready.ok()) ready = TakeUpRun();
  if (!ready.ok()) {
    store_->CloseAndRemoveIfUnused();
    return ready;
  }
  if (complete_) {
    FailurePolicy failures(job_.failures, summary_.targets);
    FITD_RETURN_IF_ERROR(CountEarlierFailures(failures));
  } else {
    Status status = FitMissing();
    if (status.ok()) status = PostProcess();
    CountPool();
    if (!status.ok()) {
      // What was finished is saved; say so in the store unless the store is what failed.
      const Status marked = store_->CancelRun(open_.run, clock_.WallNow());
      if (!marked.ok() && marked.message() != status.message()) Log(LogLevel::kWarning, marked.message());
      return status;
    }
  }
  FITD_RETURN_IF_ERROR(CountOutcomes(*store_, open_.run, summary_));
  summary_.seconds.total = std::chrono::duration<double>(clock_.Now() - start).count();
  summary_.cpu_seconds += SelfCpuSeconds();
  summary_.peak_rss_parent_bytes = SelfPeakRssBytes();
  WarnOfFallbacks();
  if (!complete_) FITD_RETURN_IF_ERROR(Finish());
  return std::move(summary_);
}

Status Pipeline::Load(std::optional<IngestResult> data) {
  const StageTimer timer(clock_, summary_.seconds.load);
  if (!data) {
    FITD_ASSIGN_OR_RETURN(data, LoadJobData(job_, cancel_, progress_));
  }
  IngestResult& loaded = *data;
  frame_ = std::move(loaded.frame);
  summary_.columns = loaded.report.columns;
  Log(LogLevel::kInfo, fmt::format("loaded {} targets, {} values from {} rows in {} files", frame_.size(),
                                   frame_.num_values(), loaded.report.rows, loaded.report.files));
  data_note_ = DescribeData(loaded.report, frame_);
  const std::string repairs = DescribeRepairs(loaded.report);
  if (!repairs.empty()) Log(LogLevel::kWarning, "repaired while loading: " + repairs);
  for (const std::string& row : loaded.report.first_bad_rows) Log(LogLevel::kWarning, row);
  return {};
}

Status Pipeline::TakeUpRun() {
  const StageTimer timer(clock_, summary_.seconds.map);
  open_.fingerprints = FingerprintTargets(frame_);
  std::string options = DescribeOptions(plan_);
  whole_fingerprint_ = FingerprintRun(frame_, open_.fingerprints, options);
  std::string fingerprint = whole_fingerprint_;
  if (!options_.shard.whole()) {
    options += ShardText(options_.shard);
    fingerprint = FingerprintRun(frame_, open_.fingerprints, options);
  }
  const std::vector<std::uint32_t> bounds = ShardBounds(ExpectedSeconds(frame_, plan_), options_.shard.count);
  first_ = bounds[static_cast<std::size_t>(options_.shard.index) - 1];
  end_ = bounds[static_cast<std::size_t>(options_.shard.index)];
  FITD_ASSIGN_OR_RETURN(std::optional<RunInfo> found, store_->FindRun(fingerprint));
  if (found && found->state != RunState::kComplete) {
    FITD_ASSIGN_OR_RETURN(const UnfinishedBase base, EarlierFits::BaseOf(*store_, found->run));
    open_.base = base.run;
    if (base.gone) {
      FITD_RETURN_IF_ERROR(store_->DropRun(found->run));
      found.reset();
    }
  }
  open_.reselect = options_.reselect;
  summary_.targets = 0;
  FITD_RETURN_IF_ERROR(ExpectNoOtherShard());
  FITD_ASSIGN_OR_RETURN(quarantine_, Quarantine::Load(*store_, FingerprintText(DescribeOptions(plan_))));
  const bool select_again = found && found->state == RunState::kComplete && options_.reselect;
  if (found && !options_.fresh && !select_again) {
    FITD_RETURN_IF_ERROR(TakeUp(*found));
  } else {
    if (found && found->state != RunState::kComplete) FITD_RETURN_IF_ERROR(store_->DropRun(found->run));
    open_.base.reset();
    if (!options_.fresh) {
      FITD_ASSIGN_OR_RETURN(open_.base, EarlierFits::FindBase(*store_, options));
    }
    FITD_RETURN_IF_ERROR(BeginNewRun(fingerprint, options));
    FailHere(FaultPoint::kRunBegun);
    SelectMissing({});
  }
  // Only now: a death before this must find them in quarantine again.
  if (options_.retry_quarantined) FITD_RETURN_IF_ERROR(quarantine_->Clear(*store_));
  summary_.run = open_.run;
  return {};
}

// The store forecasts from one run, so a second shard in it would hide the first.
Status Pipeline::ExpectNoOtherShard() const {
  if (options_.shard.whole()) return {};
  const std::string own = ShardText(options_.shard);
  FITD_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, store_->ListRuns());
  for (const RunInfo& run : runs) {
    const std::size_t at = run.header.options.rfind("}shard ");
    if (at == std::string::npos || run.header.options.substr(at + 1) == own) continue;
    return {StatusCode::kUsage, fmt::format("the store {} holds {} (run {}), and {} in it would hide that; train each "
                                            "shard into a store of its own and put them together with fitd merge",
                                            store_->path(), run.header.options.substr(at + 1), run.run, own)};
  }
  return {};
}

// A run of the same data and models: only what it lacks is fitted, and with --retry-quarantined what it has only a
// simple model of because of the quarantine.
Status Pipeline::TakeUp(const RunInfo& found) {
  open_.run = found.run;
  FITD_RETURN_IF_ERROR(store_->CheckRun(open_.run));  // what is damaged is neither complete nor to be added to
  FITD_ASSIGN_OR_RETURN(std::vector<bool> saved, store_->SavedTargets(open_.run));
  std::vector<std::uint32_t> again;
  for (std::uint32_t i = 0; options_.retry_quarantined && i < frame_.size(); ++i) {
    if (!saved[i] || quarantine_->CauseFor(frame_[i].id, open_.fingerprints[i]).empty()) continue;
    saved[i] = false;
    again.push_back(i);
  }
  SelectMissing(saved);
  summary_.resumed = summary_.targets - open_.missing.size();
  // A run that says it is complete and is not (fitd 1.0.0 wrote such) is gone on with like any other.
  complete_ = found.state == RunState::kComplete && open_.missing.empty();
  if (complete_) {
    Log(LogLevel::kInfo,
        fmt::format("run {} has fitted the same data with the same models already; --fresh fits it again", open_.run));
    return store_->UseRun(open_.run);
  }
  Log(LogLevel::kInfo,
      fmt::format("going on with run {}: {} of {} targets are saved", open_.run, summary_.resumed, summary_.targets));
  return store_->ResumeRun(open_.run, again);
}

Status Pipeline::BeginNewRun(const std::string& fingerprint, const std::string& options) {
  RunHeader header;
  header.fingerprint = fingerprint;
  header.num_targets = frame_.size();
  header.horizon = plan_.fit.horizon;
  header.target_column = frame_.target_column;
  header.time_column = frame_.time_column;
  header.value_column = frame_.value_column;
  header.time_format = frame_.time_format;
  header.time_pattern = frame_.time_pattern;
  header.time_zone = frame_.time_zone;
  header.options = WithPythonPath(options, plan_.fit.user.python_path);
  if (plan_.uses_user_code()) header.options = WithFolder(header.options);
  FITD_ASSIGN_OR_RETURN(open_.run, store_->BeginRun(header, clock_.WallNow()));
  if (!options_.shard.whole()) {
    std::string whole = WithPythonPath(DescribeOptions(plan_), plan_.fit.user.python_path);
    if (plan_.uses_user_code()) whole = WithFolder(whole);
    FITD_RETURN_IF_ERROR(
        PutShardMark(*store_, open_.run, {options_.shard.Text(), whole_fingerprint_, whole, first_, end_}));
  }
  if (open_.base) FITD_RETURN_IF_ERROR(store_->PutNote(open_.run, kBaseRunNote, std::to_string(*open_.base)));
  FITD_RETURN_IF_ERROR(store_->PutNote(open_.run, kDataNote, data_note_));
  return PutAlgorithmNames(*store_, open_.run, plan_.names);
}

void Pipeline::SelectMissing(const std::vector<bool>& saved) {
  for (std::uint32_t i = first_; i < end_; ++i) {
    ++summary_.targets;
    if (i >= saved.size() || !saved[i]) open_.missing.push_back(i);
  }
}

Status Pipeline::CountEarlierFailures(FailurePolicy& failures) const {
  if (summary_.resumed == 0) return {};
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, store_->CountByStatus(open_.run));
  return failures.CountEarlier(counts[static_cast<std::size_t>(FitStatus::kFallback)] +
                               counts[static_cast<std::size_t>(FitStatus::kFailed)]);
}

Status Pipeline::FitMissing() {
  FailurePolicy failures(job_.failures, summary_.targets);
  FITD_RETURN_IF_ERROR(CountEarlierFailures(failures));
  if (plan_.global) {
    FITD_RETURN_IF_ERROR(StartPool(open_.missing.size()));
    FITD_RETURN_IF_ERROR(MakeGlobals());
  }
  if (!plan_.user_global.empty()) FITD_RETURN_IF_ERROR(MakeUserGlobal());
  LocalStage stage(frame_, plan_, open_, *store_, *quarantine_, failures, progress_, clock_,
                   options_.keep_values.value_or(DefaultLastValues(frame_.size())));
  {
    const StageTimer timer(clock_, summary_.seconds.map);
    FITD_RETURN_IF_ERROR(stage.Map());
  }
  Status status;
  if (!stage.units().empty()) {
    FITD_RETURN_IF_ERROR(StartPool(stage.units().size()));
    status = Fit(stage);
  } else {
    status = stage.Flush();
  }
  summary_.seconds.save += stage.save_seconds();
  summary_.kept = stage.earlier().kept;
  summary_.refitted = stage.earlier().refitted;
  summary_.reselected = stage.earlier().reselected;
  if (status.ok()) FailHere(FaultPoint::kFitted);
  return CheckCancelled(status);
}

Status Pipeline::StartPool(std::size_t units) {
  if (pool_) return {};
  PoolOptions options = options_.pool;
  FITD_ASSIGN_OR_RETURN(const WorkerPlacement placement, PlaceWorkers(job_, DemandOf(frame_, units)));
  for (const std::string& warning : placement.warnings) Log(LogLevel::kWarning, warning);
  options.workers = placement.workers;
  // Users' code never runs in this process: it may crash, hang or exit.
  if (plan_.uses_user_code()) options.workers = std::max(options.workers, 1);
  if (plan_.uses_python()) {
    FITD_ASSIGN_OR_RETURN(options.executable, FindPythonWorker());
  }
  options.cpus = placement.cpus;
  options.memory_bytes = job_.workers.memory_bytes;
  options.recycle_targets = job_.workers.recycle_targets;
  options.recycle_growth_bytes = job_.workers.recycle_bytes;
  if (options_.log_limit > 0) {
    const std::uint64_t share = options_.log_limit / 2 / static_cast<std::uint64_t>(std::max(options.workers, 1));
    options.extra_env.emplace_back("FITD_LOG_LIMIT", std::to_string(share));
  }
  FITD_ASSIGN_OR_RETURN(pool_, WorkerPool::Start(options));
  RunStarted started;
  started.run = open_.run;
  started.job = job_.name;
  started.targets = summary_.targets;
  for (const WorkerStats& stats : pool_->Stats())
    started.workers.push_back({stats.worker, stats.pid, stats.pinned_cpu});
  progress_.On(started);
  return {};
}

Status Pipeline::MakeGlobals() {
  const StageTimer timer(clock_, summary_.seconds.global);
  FITD_ASSIGN_OR_RETURN(plan_.fit.globals, GetPooledAr(*store_, open_.run));
  if (!plan_.fit.globals.empty()) return {};
  if (!options_.global_from.empty()) {
    FITD_ASSIGN_OR_RETURN(GlobalFile file, ReadGlobalFile(options_.global_from));
    if (file.fingerprint != whole_fingerprint_) {
      return {StatusCode::kInvalidInput,
              "--global-from " + options_.global_from + " is of other data or options; make it again with fitd sums"};
    }
    plan_.fit.globals = std::move(file.globals);
  } else {
    Result<std::vector<PooledArGlobal>> globals = RunGlobalStage(frame_, plan_, *pool_, cancel_, progress_);
    if (!globals.ok()) return CheckCancelled(globals.status());
    plan_.fit.globals = *std::move(globals);
  }
  FailHere(FaultPoint::kGlobalMade);
  FITD_RETURN_IF_ERROR(PutPooledAr(*store_, open_.run, plan_.fit.globals));
  FailHere(FaultPoint::kGlobalSaved);
  return {};
}

Status Pipeline::MakeUserGlobal() {
  const StageTimer timer(clock_, summary_.seconds.global);
  FITD_ASSIGN_OR_RETURN(const auto stored, GetUserGlobal(*store_, open_.run));
  if (stored) {
    plan_.fit.user.global_result = *stored;
    return {};
  }
  // All workers the local stage will want, though one does this.
  FITD_RETURN_IF_ERROR(StartPool(frame_.size()));
  Result<std::string> result = RunUserGlobalStage(frame_, plan_, job_, *pool_, cancel_);
  if (!result.ok()) return CheckCancelled(result.status());
  plan_.fit.user.global_result = *std::move(result);
  return PutUserGlobal(*store_, open_.run, plan_.fit.user.global_result);
}

Status Pipeline::Fit(LocalStage& stage) {
  const StageTimer timer(clock_, summary_.seconds.fit);
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
    summary_.workers.push_back(
        {stats.worker, stats.pid, stats.reported_cpu, wall > 0 ? std::min(1.0, stats.busy_seconds / wall) : 0});
    Log(LogLevel::kInfo,
        fmt::format("worker {} fitted {} units on cpu {} ({}), busy {:.2f} s", stats.worker, stats.units,
                    stats.reported_cpu, stats.pinning_held ? "pinned to it" : "not pinned", stats.busy_seconds));
  }
  pool_.reset();
}

Status Pipeline::PostProcess() {
  const StageTimer timer(clock_, summary_.seconds.postprocess);
  if (!plan_.combine) return {};
  FITD_ASSIGN_OR_RETURN(const FleetCombination fleet,
                        LearnFleet(*store_, open_.run, plan_.names.size(), frame_.size(), plan_.rule));
  FITD_RETURN_IF_ERROR(PutFleet(*store_, open_.run, fleet));
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
                  "none; fitd models --failed lists them with the reasons",
                  100 * rate, summary_.failures.size(), summary_.targets));
}

Status Pipeline::Finish() {
  FailHere(FaultPoint::kBeforeFinish);
  FITD_RETURN_IF_ERROR(store_->FinishRun(open_.run, summary_.targets, FormatSummaryJson(summary_), job_.store.keep_runs,
                                         clock_.WallNow()));
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
