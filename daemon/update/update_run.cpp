#include "daemon/update/update_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "common/background_work.h"
#include "common/process/fault.h"
#include "common/process/log.h"
#include "common/series/observations.h"
#include "daemon/plan/data_note.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/load_as_base.h"
#include "daemon/plan/stored_plan.h"
#include "daemon/pool/stage_options.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/store/model_store.h"
#include "daemon/store/run_globals.h"
#include "daemon/train/local_stage.h"
#include "daemon/train/run_pool.h"
#include "daemon/train/self_usage.h"
#include "daemon/train/stage_timer.h"
#include "daemon/update/placing_rules.h"
#include "daemon/update/update_base.h"
#include "daemon/update/update_plan.h"
#include "daemon/update/update_slice.h"

namespace fitd {
namespace {

// Targets that are read, advanced and saved at a time: about 30 MB of models.
constexpr std::size_t kSliceTargets = 16384;

class Update {
 public:
  Update(const Job& job, bool allow_code, const PoolOptions& pool, const SignalCancel& cancel, Progress& progress)
      : job_(job), allow_code_(allow_code), pool_options_(pool), cancel_(cancel), progress_(progress) {}

  Result<UpdateSummary> Run();

 private:
  Status OpenBase();
  Status Load();
  Status TakeUpRun();
  Status BeginRun(const std::string& fingerprint);
  Status AdvanceAll(const std::vector<bool>& saved);
  void CountSaved(std::span<const UpdateTarget> targets);
  Status AdvanceSlice(std::uint64_t first, std::span<const UpdateTarget> targets);
  Status StartPool();
  Status Save(std::unique_ptr<UpdateSlice> slice);
  Status Settle();
  Status Finish();
  void CountPool();

  const Job& job_;
  bool allow_code_;
  const PoolOptions& pool_options_;
  const SignalCancel& cancel_;
  Progress& progress_;
  SystemClock clock_;
  std::optional<Store> store_;
  std::optional<Store> reader_;  // a second connection, reads the base while store_ writes
  RunInfo base_;
  ModelPlan plan_;
  Frame frame_;
  ValuesRead known_;     // how the data that the run was trained on were written
  IngestReport report_;  // of the new data
  PlacingRules rules_;
  UpdatePlan update_;
  std::int64_t run_ = 0;
  std::string context_;
  std::unique_ptr<WorkerPool> pool_;
  UpdateSummary summary_;
  std::future<Status> saving_;  // last, so that its thread ends before the other members
};

Result<UpdateSummary> Update::Run() {
  const Monotonic start = clock_.Now();
  summary_.version = FITD_VERSION;
  FITD_RETURN_IF_ERROR(OpenBase());
  FITD_RETURN_IF_ERROR(Load());
  {
    const StageTimer timer(clock_, summary_.seconds.plan);
    WordsCheck words(known_.meaning, report_);
    FITD_ASSIGN_OR_RETURN(update_, MakeUpdatePlan(*store_, base_, frame_, rules_, words, summary_));
  }
  summary_.run = summary_.base = base_.run;
  if (update_.anything_new) {
    Status status = TakeUpRun();
    if (const Status settled = Settle(); status.ok()) status = settled;
    CountPool();
    if (!status.ok()) {
      const Status marked = run_ > 0 ? store_->CancelRun(run_, clock_.WallNow()) : OkStatus();
      if (!marked.ok() && marked.message() != status.message()) Log(LogLevel::kWarning, marked.message());
      return cancel_.cancelled() ? cancel_.status() : status;
    }
  }
  summary_.failed = summary_.failures.size();
  summary_.seconds.total = std::chrono::duration<double>(clock_.Now() - start).count();
  summary_.cpu_seconds += SelfCpuSeconds();
  if (update_.anything_new) FITD_RETURN_IF_ERROR(Finish());
  return std::move(summary_);
}

Status Update::OpenBase() {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(job_.store.path, Store::Mode::kWrite));
  store_ = std::move(store);
  FITD_ASSIGN_OR_RETURN(Store reader, Store::Open(job_.store.path, Store::Mode::kRead));
  reader_ = std::move(reader);
  FITD_ASSIGN_OR_RETURN(base_, store_->LatestRun());
  FITD_RETURN_IF_ERROR(ExpectUpdatable(*store_, base_, allow_code_));
  FITD_RETURN_IF_ERROR(reader_->CheckLastValues());
  FITD_ASSIGN_OR_RETURN(plan_, PlanOfRun(*store_, base_));
  return {};
}

Status Update::Load() {
  const StageTimer timer(clock_, summary_.seconds.load);
  Job job = job_;
  FITD_ASSIGN_OR_RETURN(known_, ValuesOf(*store_, base_));
  const bool zeros = job_.data.gaps == GapPolicy::kZero || (job_.data.gaps == GapPolicy::kAuto && known_.zeros);
  job.data.keep_outliers = true;     // PlaceValues finds outliers, from the stored range
  job.data.gaps = GapPolicy::kNone;  // missing values are left to the models
  FITD_ASSIGN_OR_RETURN(job.data.known_steps, KnownStepsOf(*store_, base_.run));
  const auto read = [this](const Job& as_base) { return LoadJobData(as_base, cancel_, progress_); };
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadAsBase(std::move(job), *store_, base_, read));
  FITD_ASSIGN_OR_RETURN(rules_, PlacingRulesOf(job_, known_, loaded));
  rules_.keep_outliers = job_.data.keep_outliers || known_.keep_outliers;
  frame_ = std::move(loaded.frame);
  std::optional<ZoneClock> clock;
  if (rules_.zone) clock.emplace(rules_.zone);
  for (std::size_t i = 0; zeros && i < frame_.size(); ++i) {
    const TimeGrid grid = frame_[i].grid;
    const Observations rows(frame_[i].rows);
    TimeNs end =
        rows.size() > 0 ? rows.time(rows.size() - 1) : grid.At(static_cast<std::int64_t>(frame_[i].values.size()) - 1);
    if (clock && grid.step.counts_days()) end = clock->ToUtc(end);
    rules_.zero_until = std::max(rules_.zero_until.value_or(end), end);
  }
  Log(LogLevel::kInfo, fmt::format("loaded {} targets, {} values from {} rows in {} files", frame_.size(),
                                   frame_.num_values(), loaded.report.rows, loaded.report.files));
  loaded.report.gaps_filled = 0;  // gaps stay missing here
  const std::string repairs = DescribeRepairs(loaded.report);
  if (!repairs.empty()) Log(LogLevel::kWarning, "repaired while loading: " + repairs);
  for (const std::string& row : loaded.report.first_bad_rows) Log(LogLevel::kWarning, row);
  if (const std::string open = DescribeOpenEnds(job_); !open.empty()) Log(LogLevel::kWarning, open);
  report_ = std::move(loaded.report);
  return {};
}

// Resumes an update of the same base with the same data, or begins it.
Status Update::TakeUpRun() {
  const std::string fingerprint = FingerprintRun(
      frame_, FingerprintTargets(frame_), fmt::format("update of run {} {}", base_.run, base_.header.fingerprint));
  FITD_ASSIGN_OR_RETURN(const std::optional<RunInfo> found, store_->FindRun(fingerprint));
  std::vector<bool> saved;
  if (found && found->state != RunState::kComplete && found->header.num_targets == update_.targets.size()) {
    run_ = found->run;
    FITD_RETURN_IF_ERROR(store_->CheckRun(run_));
    FITD_ASSIGN_OR_RETURN(saved, store_->SavedTargets(run_));
    FITD_RETURN_IF_ERROR(store_->ResumeRun(run_));
    summary_.resumed = static_cast<std::uint64_t>(std::count(saved.begin(), saved.end(), true));
    Log(LogLevel::kInfo, fmt::format("going on with run {}: {} of {} targets are saved", run_, summary_.resumed,
                                     update_.targets.size()));
  } else {
    FITD_RETURN_IF_ERROR(BeginRun(fingerprint));
    FailHere(FaultPoint::kRunBegun);
  }
  summary_.run = run_;
  const StageTimer timer(clock_, summary_.seconds.advance);
  return AdvanceAll(saved);
}

Status Update::BeginRun(const std::string& fingerprint) {
  RunHeader header = base_.header;
  header.fingerprint = fingerprint;
  header.num_targets = update_.targets.size();
  // An offset of which clocks have changed since.
  const bool changed = job_.data.timezone.empty() && !header.time_zone.empty() && !frame_.time_zone.empty();
  if (changed) header.time_zone = frame_.time_zone;
  const auto with = [this](std::int64_t run) -> Status {
    const Result<std::string> trained = store_->GetNote(base_.run, kTrainedRunNote);
    FITD_RETURN_IF_ERROR(store_->PutNote(run, kTrainedRunNote, trained.ok() ? *trained : std::to_string(base_.run)));
    FITD_ASSIGN_OR_RETURN(const std::vector<std::string> names, store_->GlobalNames(base_.run));
    for (const std::string& name : names) {
      FITD_ASSIGN_OR_RETURN(const std::string value, store_->GetGlobal(base_.run, name));
      FITD_RETURN_IF_ERROR(store_->PutGlobal(run, name, value));
    }
    return {};
  };
  FITD_ASSIGN_OR_RETURN(run_, store_->BeginRun(header, clock_.WallNow(), with));
  return {};
}

Status Update::AdvanceAll(const std::vector<bool>& saved) {
  context_ = EncodeLocalFitOptions(plan_.fit);
  const std::span<const UpdateTarget> all(update_.targets);
  for (std::size_t first = 0; first < all.size(); first += kSliceTargets) {
    if (cancel_.cancelled()) return cancel_.status();
    const std::size_t count = std::min(kSliceTargets, all.size() - first);
    if (first < saved.size() && saved[first]) {  // a slice is saved as a whole
      CountSaved(all.subspan(first, count));
      continue;
    }
    FITD_RETURN_IF_ERROR(AdvanceSlice(first, all.subspan(first, count)));
    RunAdvanced done;
    done.stage = Stage::kFit;
    done.done = first + count;
    done.total = all.size();
    done.failures = summary_.failures.size();
    progress_.On(done);
  }
  return {};
}

void Update::CountSaved(std::span<const UpdateTarget> targets) {
  for (const UpdateTarget& target : targets) {
    summary_.advanced += target.advances ? 1 : 0;
    summary_.fitted += target.base == UpdateTarget::kNone ? 1 : 0;
  }
}

Status Update::AdvanceSlice(std::uint64_t first, std::span<const UpdateTarget> targets) {
  auto slice = std::make_unique<UpdateSlice>(frame_, plan_.fit, plan_.only_user_code(), rules_, targets, first);
  FITD_RETURN_IF_ERROR(slice->Read(*reader_, base_.run));
  if (!slice->frame().empty()) {
    FITD_RETURN_IF_ERROR(StartPool());
    StageOptions options =
        StageOptionsOf(job_.workers, plan_.uses_user_code() && pool_->num_workers() > 0, cancel_.source());
    options.kind = TaskKind::kLocalFit;
    options.context = context_;
    options.units = slice->units();
    options.expected_seconds = slice->expected_seconds();
    const Result<StageReport> report = pool_->RunStage(slice->frame(), options, *slice);
    if (!report.ok()) return report.status();
  }
  for (const UpdateFailure& failure : slice->failures()) {
    summary_.failures.push_back(failure);
    progress_.On(TargetFailed{failure.target, failure.reason});
  }
  summary_.advanced += slice->advanced();
  summary_.fitted += slice->fitted();
  summary_.outgrown += slice->outgrown();
  std::string doubtful;
  summary_.doubtful += slice->doubtful(&doubtful);
  if (summary_.first_doubtful.empty()) summary_.first_doubtful = std::move(doubtful);
  return Save(std::move(slice));
}

Status Update::StartPool() {
  if (pool_) return {};
  std::size_t units = 0;
  for (const UpdateTarget& target : update_.targets) {
    units += target.advances || target.base == UpdateTarget::kNone ? 1 : 0;
  }
  FITD_ASSIGN_OR_RETURN(const PoolOptions options, RunPoolOptions(job_, plan_, frame_, units, pool_options_));
  RunStarted started;
  started.run = run_;
  started.job = job_.name;
  started.targets = update_.targets.size();
  FITD_ASSIGN_OR_RETURN(pool_, StartRunPool(options, std::move(started), progress_));
  return {};
}

// Saves on another thread while the next slice is read and advanced.
Status Update::Save(std::unique_ptr<UpdateSlice> slice) {
  FITD_RETURN_IF_ERROR(Settle());
  FailHere(FaultPoint::kBeforeCommit);
  saving_ = StartOrDo([this, saved = std::shared_ptr<UpdateSlice>(std::move(slice))]() -> Status {
    const StageTimer timer(clock_, summary_.seconds.save);
    return store_->Append(run_, saved->Records());
  });
  return {};
}

Status Update::Settle() {
  if (!saving_.valid()) return {};
  const Status saved = saving_.get();
  if (saved.ok()) FailHere(FaultPoint::kAfterCommit);
  return saved;
}

void Update::CountPool() {
  if (!pool_) return;
  pool_->Shutdown();
  for (const WorkerStats& stats : pool_->Stats()) {
    if (stats.worker < 0) continue;
    ++summary_.workers;
    summary_.cpu_seconds += stats.cpu_seconds;
    summary_.worker_deaths += static_cast<std::uint64_t>(stats.deaths);
  }
  pool_.reset();
}

Status Update::Finish() {
  FailHere(FaultPoint::kBeforeFinish);
  // Keeps any number of runs: only training limits them. An update replaces the update that it continued from.
  FITD_RETURN_IF_ERROR(store_->FinishRun(run_, update_.targets.size(), FormatUpdateJson(summary_),
                                         std::numeric_limits<int>::max(), clock_.WallNow()));
  FailHere(FaultPoint::kFinished);
  const Result<std::string> trained = store_->GetNote(base_.run, kTrainedRunNote);
  return trained.ok() ? store_->DropRun(base_.run) : OkStatus();
}

}  // namespace

Result<UpdateSummary> RunUpdate(const Job& job, bool allow_code, const PoolOptions& pool, const SignalCancel& cancel,
                                Progress& progress) {
  return Update(job, allow_code, pool, cancel, progress).Run();
}

}  // namespace fitd
