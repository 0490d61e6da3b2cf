#include "daemon/detect/detect_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/process/log.h"
#include "common/series/observations.h"
#include "common/text.h"
#include "daemon/detect/detection_report.h"
#include "daemon/detect/event_list.h"
#include "daemon/detect/kept_events.h"
#include "daemon/detect/laid_rows.h"
#include "daemon/detect/new_observations.h"
#include "daemon/plan/model_plan.h"
#include "daemon/pool/stage_options.h"
#include "daemon/pool/worker_placement.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/store/detector_table.h"
#include "daemon/store/model_store.h"
#include "daemon/store/run_globals.h"

namespace fitd {
namespace {

// Targets whose models and detectors are in memory at once: about 80 MB, at 4 KB each.
constexpr std::size_t kBatch = 20'000;

struct ModelsOfTarget {
  std::vector<std::string> archives;
  int longest_season = 1;
};
using StoredModels = std::map<std::string, ModelsOfTarget, std::less<>>;
using StoredTargets = std::map<std::string, TargetOfRun, std::less<>>;

class DetectRun {
 public:
  DetectRun(const Job& job, const DetectSettings& settings, const SignalCancel& cancel, Progress& progress,
            OutputSink& sink)
      : job_(job), settings_(settings), cancel_(cancel), progress_(progress), sink_(sink) {}

  Result<DetectSummary> Run();

 private:
  // Passes the records on in target order.
  class Ordered;
  Status Load();
  Status OpenStore();
  Status ExpectJudgement() const;
  Status StartPool();
  Status Follow(const Frame& frame, std::size_t offset, DetectionReport& report);
  Status FollowBatch(std::size_t begin, std::size_t end, DetectionReport& report);
  Result<StoredTargets> ReadTargets(std::size_t begin, std::size_t end);
  Status ReadModels(std::size_t begin, std::size_t end, const std::vector<std::optional<DetectorState>>& states,
                    StoredModels& models);
  void CountLaid(std::string_view id, const LaidRows& laid);
  Status OnResult(std::size_t index, const DetectRecord& record, DetectionReport& report);
  // The observations of a target to judge.
  std::span<const double> RowsOf(std::size_t index) const {
    return detectors_ ? std::span<const double>(laid_[index - laid_from_].rows) : frame_[index].values;
  }

  const Job& job_;
  const DetectSettings& settings_;
  const SignalCancel& cancel_;
  Progress& progress_;
  OutputSink& sink_;
  Frame frame_;
  std::string context_;
  std::optional<Store> store_;   // written
  std::optional<Store> models_;  // read, over a second connection
  std::optional<DetectorTable> detectors_;
  std::optional<KeptEvents> kept_;
  RunInfo run_;
  std::optional<RowLayer> layer_;
  std::vector<LaidRows> laid_;  // of the current batch of targets, which begins at
  std::size_t laid_from_ = 0;
  std::string shard_;  // the shard that the run is; empty: a whole run
  std::unique_ptr<WorkerPool> pool_;
  DetectSummary summary_;
};

class DetectRun::Ordered final : public StageSink {
 public:
  Ordered(DetectRun& run, std::size_t offset, std::size_t count, DetectionReport& report)
      : run_(run), offset_(offset), count_(count), report_(report) {}

  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double, int worker) override {
    Result<DetectRecord> record = DecodeDetectRecord(bytes);
    if (!record.ok()) return record.status().WithContext(fmt::format("worker {}", worker));
    waiting_.emplace(unit.first, *std::move(record));
    return HandOn();
  }
  Status OnLost(const TargetLost& lost) override {
    const std::string_view id = run_.frame_[offset_ + lost.unit.first].id;
    Log(LogLevel::kError,
        fmt::format("given up after {} attempts: its worker ended with {}; its rows have no scores{}{}", lost.attempts,
                    lost.cause, lost.last_words.empty() ? "" : "; last words: ", lost.last_words),
        id);
    if (run_.summary_.lost++ == 0) run_.summary_.first_lost = fmt::format("'{}': {}", id, lost.cause);
    run_.progress_.On(TargetFailed{std::string(id), lost.cause});
    DetectRecord record;
    record.rows.resize(Observations(run_.RowsOf(offset_ + lost.unit.first)).size());
    waiting_.emplace(lost.unit.first, std::move(record));
    return HandOn();
  }
  void OnWorkerDeath(const WorkerDied& died, const WorkUnit* in_hand) override {
    ++run_.summary_.worker_deaths;
    const std::string_view target = in_hand == nullptr ? std::string_view() : run_.frame_[offset_ + in_hand->first].id;
    run_.progress_.On(WorkerLost{died.worker, died.pid, died.cause.text, std::string(target)});
  }
  Status OnProgress(const StageProgress& stage) override {
    RunAdvanced update;
    update.stage = Stage::kDetect;
    update.done = offset_ + stage.done + stage.lost;
    update.total = run_.frame_.size();
    update.failures = run_.summary_.lost;
    run_.progress_.On(update);
    return {};
  }

 private:
  Status HandOn() {
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_; it = waiting_.erase(it), ++next_) {
      FITD_RETURN_IF_ERROR(run_.OnResult(offset_ + it->first, it->second, report_));
    }
    return {};
  }

  DetectRun& run_;
  std::size_t offset_;
  std::size_t count_;
  DetectionReport& report_;
  std::size_t next_ = 0;
  std::map<std::size_t, DetectRecord> waiting_;
};

Result<DetectSummary> DetectRun::Run() {
  const ModelPlan plan = MakeModelPlan(job_);
  if (plan.uses_user_code()) {
    return Status(StatusCode::kUsage, "--models: detect follows fitd's own algorithms; users' have no recursion");
  }
  DetectOptions options = settings_.detect;
  options.fit = plan.fit;
  options.fit.validate = false;
  if (!options.replay) FITD_RETURN_IF_ERROR(OpenStore());
  if (!options.replay) options.fit.timezone = run_.header.time_zone;
  context_ = EncodeDetectOptions(options);
  FITD_RETURN_IF_ERROR(Load());
  FITD_RETURN_IF_ERROR(ExpectJudgement());
  FITD_RETURN_IF_ERROR(StartPool());
  summary_.targets = frame_.size();
  summary_.time_form = frame_.time_form();
  DetectionReport report(settings_, frame_.time_form(), sink_, summary_, kept_ ? &*kept_ : nullptr);
  report.Begin();
  if (options.replay) {
    FITD_RETURN_IF_ERROR(Follow(frame_, 0, report));
  } else {
    for (std::size_t begin = 0; begin < frame_.size(); begin += kBatch) {
      FITD_RETURN_IF_ERROR(FollowBatch(begin, std::min(frame_.size(), begin + kBatch), report));
    }
  }
  FITD_RETURN_IF_ERROR(report.End(FormatUtc(std::chrono::system_clock::now())));
  // Committed last: if this process dies before, the observations count as not yet seen.
  if (detectors_) FITD_RETURN_IF_ERROR(detectors_->Commit());
  return std::move(summary_);
}

Status DetectRun::Load() {
  FITD_ASSIGN_OR_RETURN(NewObservations found, models_ ? LoadObservationsAs(*models_, run_, job_, cancel_, progress_)
                                                       : LoadObservations(job_, cancel_, progress_));
  frame_ = std::move(found.frame);
  layer_.emplace(found.rules);
  summary_.repeated = found.repeated;
  return {};
}

// Of a replay whose first part was said: rows without a score are nothing that was asked for.
Status DetectRun::ExpectJudgement() const {
  const DetectOptions& options = settings_.detect;
  if (!options.replay || options.warmup_most > 0) return {};
  for (std::size_t i = 0; i < frame_.size(); ++i) {
    const std::size_t size = Observations(frame_[i].values).size();
    if (WarmupOf(options, size) < size) return {};
  }
  return {StatusCode::kInvalidInput, fmt::format("none of {} targets is longer than the first part of the replay, and "
                                                 "nothing of them is judged: say a smaller --warmup",
                                                 frame_.size())};
}

Status DetectRun::OpenStore() {
  FITD_ASSIGN_OR_RETURN(Store written, Store::Open(job_.store.path, Store::Mode::kWrite));
  store_ = std::move(written);
  FITD_ASSIGN_OR_RETURN(Store read, Store::Open(job_.store.path, Store::Mode::kRead));
  models_ = std::move(read);
  FITD_ASSIGN_OR_RETURN(run_, models_->LatestRun());
  if (run_.state != RunState::kComplete) {
    // Observations are judged only once, so those of targets without a model would be judged by level and profile
    // alone.
    return {
        StatusCode::kInvalidInput,
        fmt::format(
            "run {} in the store {} is not finished, so observations of targets that it has not fitted would be judged "
            "without their models, and are not judged again; run `fitd train` again to finish it",
            run_.run, job_.store.path)};
  }
  FITD_ASSIGN_OR_RETURN(const std::optional<ShardMark> mark, GetShardMark(*models_, run_.run));
  if (mark) shard_ = mark->shard;
  FITD_ASSIGN_OR_RETURN(DetectorTable detectors, DetectorTable::Begin(*store_));
  detectors_.emplace(std::move(detectors));
  FITD_ASSIGN_OR_RETURN(KeptEvents kept, KeptEvents::Load(detectors_->anomalies()));
  kept_.emplace(std::move(kept));
  return {};
}

Status DetectRun::StartPool() {
  FITD_ASSIGN_OR_RETURN(const PoolOptions options, PlacePool(job_, DemandOf(frame_, frame_.size()), settings_.pool));
  FITD_ASSIGN_OR_RETURN(pool_, WorkerPool::Start(options));
  RunStarted started;
  started.run = run_.run;
  started.job = job_.name;
  started.targets = frame_.size();
  for (const WorkerStats& stats : pool_->Stats()) {
    started.workers.push_back({stats.worker, stats.pid, stats.pinned_cpu});
  }
  progress_.On(started);
  return {};
}

Status DetectRun::Follow(const Frame& frame, std::size_t offset, DetectionReport& report) {
  StageOptions options = StageOptionsOf(job_.workers, false, cancel_.source());
  options.kind = TaskKind::kDetect;
  options.context = context_;
  options.units = UnitsOfTargets(frame.size());
  Ordered ordered(*this, offset, frame.size(), report);
  const Status status = pool_->RunStage(frame, options, ordered).status();
  return cancel_.cancelled() ? cancel_.status() : status;
}

// Reads the models of targets that have no detector yet, or one made from another run.
Status DetectRun::ReadModels(std::size_t begin, std::size_t end,
                             const std::vector<std::optional<DetectorState>>& states, StoredModels& models) {
  TargetFilter filter;
  for (std::size_t i = begin; i < end; ++i) {
    const auto& state = states[i - begin];
    if (!state || state->run != run_.run) filter.ids.emplace_back(frame_[i].id);
  }
  if (filter.ids.empty()) return {};
  return models_->ForEachTarget(run_.run, filter, [&](const TargetRecord& target) -> Status {
    ModelsOfTarget& of = models[std::string(target.id)];
    for (const ModelRecord& model : target.models) of.archives.emplace_back(model.archive);
    if (!target.seasons.empty()) of.longest_season = target.seasons.back();
    return {};
  });
}

// What the run knows of targets besides their models.
Result<StoredTargets> DetectRun::ReadTargets(std::size_t begin, std::size_t end) {
  StoredTargets known;
  TargetFilter filter;
  filter.with_models = false;
  for (std::size_t i = begin; i < end; ++i) filter.ids.emplace_back(frame_[i].id);
  FITD_RETURN_IF_ERROR(models_->ForEachTarget(run_.run, filter, [&](const TargetRecord& target) -> Status {
    known[std::string(target.id)] = {target.grid, target.num_values, target.fingerprint, std::string(target.history)};
    return {};
  }));
  return known;
}

Status DetectRun::FollowBatch(std::size_t begin, std::size_t end, DetectionReport& report) {
  FITD_ASSIGN_OR_RETURN(const StoredTargets known, ReadTargets(begin, end));
  std::vector<std::optional<DetectorState>> states;
  states.reserve(end - begin);
  laid_.clear();
  laid_from_ = begin;
  for (std::size_t i = begin; i < end; ++i) {
    FITD_ASSIGN_OR_RETURN(std::optional<DetectorState> state, detectors_->Get(frame_[i].id));
    const auto of_run = known.find(frame_[i].id);
    laid_.push_back(layer_->Lay(frame_[i], of_run == known.end() ? nullptr : &of_run->second, state));
    // A detector of other steps begins anew; what it has seen is not judged again.
    if (state && of_run != known.end() && !IsOfStep(state->state, of_run->second.grid.step)) state.reset();
    states.push_back(std::move(state));
  }
  StoredModels models;
  FITD_RETURN_IF_ERROR(ReadModels(begin, end, states, models));
  Frame batch;
  for (std::size_t i = begin; i < end; ++i) {
    const SeriesView series = frame_[i];
    const LaidRows& laid = laid_[i - begin];
    CountLaid(series.id, laid);
    DetectInput input = laid.input;
    const auto& state = states[i - begin];
    if (state) input.state = state->state;
    const auto found = models.find(series.id);
    if (found != models.end()) {
      for (const std::string& archive : found->second.archives) input.models.push_back(archive);
      input.longest_season = found->second.longest_season;
    } else if (!state && summary_.without++ == 0) {
      summary_.first_without =
          shard_.empty() ? fmt::format("'{}': the store has no model of it; train it", series.id)
                         : fmt::format(
                               "'{}': the store is shard {} of a fleet and has no model of it; fitd merge makes "
                               "the whole",
                               series.id, shard_);
    }
    const auto of_run = known.find(series.id);
    const TimeGrid& grid = of_run != known.end() ? of_run->second.grid : series.grid;
    batch.Append(series.id, PackDetectInput(laid.points, input), grid);
  }
  batch.Sort();
  return Follow(batch, begin, report);
}

void DetectRun::CountLaid(std::string_view id, const LaidRows& laid) {
  summary_.repeated += laid.repeated;
  summary_.off_grid += laid.off_grid;
  if (!laid.problem.empty() && summary_.refused++ == 0) {
    summary_.first_refused = fmt::format("{}: {}", QuoteForMessage(id), laid.problem);
  }
}

Status DetectRun::OnResult(std::size_t index, const DetectRecord& record, DetectionReport& report) {
  const SeriesView series = frame_[index];
  const Observations in(RowsOf(index));
  if (!record.reason.empty() && summary_.without++ == 0) {
    summary_.first_without = fmt::format("'{}': {}", series.id, record.reason);
  }
  const bool judged = std::any_of(record.rows.begin(), record.rows.end(),
                                  [](const Detection& row) { return std::isfinite(row.novelty); });
  if (settings_.detect.replay && !judged) ++summary_.unjudged;
  FITD_RETURN_IF_ERROR(report.Add(series.id, in, record));
  if (!detectors_ || record.state.empty() || record.rows.empty()) return {};
  return detectors_->Put(series.id, {run_.run, laid_[index - laid_from_].last, record.state});
}

}  // namespace

Result<DetectSummary> RunDetect(const Job& job, const DetectSettings& settings, const SignalCancel& cancel,
                                Progress& progress, OutputSink& sink) {
  return DetectRun(job, settings, cancel, progress, sink).Run();
}

}  // namespace fitd
