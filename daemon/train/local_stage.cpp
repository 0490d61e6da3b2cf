#include "daemon/train/local_stage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/fit/prior_fit.h"
#include "common/fit/target_history.h"
#include "common/process/fault.h"
#include "common/process/log.h"
#include "daemon/plan/cost_estimate.h"
#include "daemon/pool/stage_options.h"
#include "daemon/train/earlier_fits.h"

namespace fitd {
namespace {

constexpr double kRefitShare = 0.1;  // a refit's part of a fit's seconds, until it is measured. Chosen, not measured

}  // namespace

LocalStage::LocalStage(Frame& frame, const ModelPlan& plan, const OpenRun& run, Store& store, Quarantine& quarantine,
                       FailurePolicy& failures, Progress& progress, const Clock& clock, std::uint64_t keep_values)
    : frame_(frame),
      plan_(plan),
      run_(run),
      store_(store),
      quarantine_(quarantine),
      failures_(failures),
      progress_(progress),
      clock_(clock),
      saver_(store, run.run, frame, run.places, clock, keep_values) {}

Status LocalStage::SaveFit(std::uint32_t index, const TargetFit& fit, int attempts) {
  return saver_.Add(index, FitRecord(frame_[index], fit), run_.fingerprints[index], 0, attempts);
}

// The cost model only affects order, chunks, limits and the estimate of the time left, so a store without a readable
// one is not an error.
void LocalStage::LoadCosts() {
  const Result<std::string> bytes = store_.GetCostModel();
  if (!bytes.ok()) {
    if (bytes.status().code() != StatusCode::kNotFound) Log(LogLevel::kWarning, bytes.status().message());
    return;
  }
  Result<CostModel> costs = CostModel::Decode(*bytes);
  if (costs.ok()) {
    costs_ = *std::move(costs);
  } else {
    Log(LogLevel::kWarning, costs.status().message() + "; costs are learned again");
  }
}

void LocalStage::SaveCosts() const {
  const Status saved = store_.PutCostModel(costs_.Encode());
  if (!saved.ok()) Log(LogLevel::kWarning, "the costs of this run are not kept: " + saved.message());
}

// Targets of equal length with the same key cost the same. It names the algorithms, the seasons or the step they are
// detected from, and validation, which fits twice.
const std::string& LocalStage::CostKey(const TimeGrid& grid) {
  if (!cost_key_.empty() && grid.step == cost_key_step_) return cost_key_;
  cost_key_step_ = grid.step;
  const std::string seasons = plan_.fit.seasons
                                  ? fmt::format("{}", fmt::join(*plan_.fit.seasons, ","))
                                  : fmt::format("auto {}x{}", static_cast<int>(grid.step.unit), grid.step.count);
  cost_key_ = fmt::format("{}/{}{}", fmt::join(plan_.names, ","), seasons, plan_.fit.validate ? "/validated" : "");
  return cost_key_;
}

// A refit from earlier models costs a small part of a fit, so it has its own key.
std::string LocalStage::CostKeyOf(const SeriesView& series) {
  return CostKey(series.grid) + (series.prior.empty() ? "" : "/refit");
}

double LocalStage::ExpectSeconds(const SeriesView& series, double estimate) {
  const auto measured = costs_.Predict(CostKeyOf(series), series.values.size());
  all_measured_ = all_measured_ && measured;
  return measured.value_or(estimate);
}

// Keeps or refits what an earlier run has. Returns, for each of run_.missing, whether it is settled; others that the
// earlier run knows get a prior.
Result<std::vector<bool>> LocalStage::TakeEarlier() {
  std::vector<bool> settled(run_.missing.size(), false);
  if (!run_.base) return settled;
  FITD_ASSIGN_OR_RETURN(const EarlierFits fits, EarlierFits::Open(store_.path(), *run_.base));
  const auto take = [&](std::size_t place, EarlierFit fit) -> Status {
    const std::uint32_t index = run_.missing[place];
    if (!fit.kept) {
      priors_.push_back(std::move(fit.prior));
      frame_.SetPrior(index, priors_.back());
      return {};
    }
    settled[place] = true;
    ++earlier_.kept;
    return saver_.Add(index, std::move(fit.record), run_.fingerprints[index], fit.seconds,
                      static_cast<int>(fit.attempts));
  };
  FITD_RETURN_IF_ERROR(fits.ForEach(frame_, run_.missing, run_.fingerprints, run_.reselect, take));
  return settled;
}

void LocalStage::WarnOfFractions() const {
  if (!plan_.integer) return;
  TargetsOfAKind fractional;
  for (std::size_t i = 0; i < frame_.size(); ++i) {
    if (HasFractions(frame_[i])) fractional.Add(frame_[i].id);
  }
  if (fractional.targets == 0) return;
  Log(LogLevel::kWarning,
      fmt::format("--integer: {} of {} targets have values that are no whole numbers, such as '{}'; "
                  "their forecasts are not rounded",
                  fractional.targets, frame_.size(), fractional.first));
}

Status LocalStage::Map() {
  WarnOfFractions();
  LoadCosts();
  FITD_ASSIGN_OR_RETURN(const std::vector<bool> settled, TakeEarlier());
  const CostEstimate cost(plan_);
  for (std::size_t place = 0; place < run_.missing.size(); ++place) {
    if (settled[place]) continue;
    const std::uint32_t index = run_.missing[place];
    const SeriesView series = frame_[index];
    const FitStatus status = ClosedFormStatus(series);
    const std::string_view cause = quarantine_.CauseFor(series.id, run_.fingerprints[index]);
    if (status != FitStatus::kFitted && !plan_.only_user_code()) {
      FITD_RETURN_IF_ERROR(SaveFit(index, FitClosedForm(series, status, plan_.fit), 0));
    } else if (!cause.empty()) {
      // Uses the reason from when it happened, so that a resumed run exports the same as an undisturbed one.
      Log(LogLevel::kWarning, "in quarantine since it ended its worker; --retry-quarantined tries it again", series.id);
      FITD_RETURN_IF_ERROR(SaveFit(index, FitFallback(series, cause, plan_.fit), 0));
      progress_.On(TargetFailed{std::string(series.id), std::string(cause)});
      FITD_RETURN_IF_ERROR(failures_.OnFailure(series.id, cause));
    } else {
      units_.push_back({index, 1});
      const double share = series.prior.empty() ? 1 : kRefitShare;
      expected_seconds_.push_back(ExpectSeconds(series, share * cost.Seconds(series)));
    }
  }
  return {};
}

Result<StageReport> LocalStage::Fit(WorkerPool& pool, const Job& job, const SignalCancel& cancel) {
  const std::string context = EncodeLocalFitOptions(plan_.fit);
  StageOptions options = StageOptionsOf(job.workers, plan_.uses_user_code() && pool.num_workers() > 0, cancel.source());
  options.kind = TaskKind::kLocalFit;
  options.context = context;
  options.units = units_;
  options.expected_seconds = expected_seconds_;
  options.expectation_measured = all_measured_;
  Result<StageReport> report = pool.RunStage(frame_, options, *this);
  // Finished work is saved even when the run was cancelled. When the store itself failed, keep its first error.
  const Status saved = saver_.Flush();
  if (report.ok() && !saved.ok()) return saved;
  if (saved.ok()) SaveCosts();
  WarnOfIncomplete();
  return report;
}

void LocalStage::WarnOfIncomplete() const {
  if (incomplete_ == 0) return;
  Log(LogLevel::kWarning,
      fmt::format("{} of {} targets lack one of the models asked for and have a simple one in its place, "
                  "first {} (`fitd models` shows all)",
                  incomplete_, units_.size(), first_incomplete_));
}

void LocalStage::Report(RunSummary& summary) const {
  summary.seconds.save += saver_.seconds();
  summary.kept = earlier_.kept;
  summary.refitted = earlier_.refitted;
  summary.reselected = earlier_.reselected;
  summary.level_shifts = level_shifts_;
  summary.outlier_patches = outlier_patches_;
  summary.short_seasons = short_seasons_;
  summary.late_starts = late_starts_;
  summary.deaths = deaths_;
}

Status LocalStage::OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) {
  Result<TargetFitRecord> record = DecodeRecord(bytes);
  if (!record.ok()) return record.status().WithContext(fmt::format("worker {}", worker));
  FailHere(FaultPoint::kRecord);
  const SeriesView series = frame_[unit.first];
  costs_.Learn(CostKeyOf(series), series.values.size(), seconds);
  if (!series.prior.empty()) {
    const std::optional<TargetHistory> history = DecodeHistory(record->history);
    ++(history && history->refits > 0 ? earlier_.refitted : earlier_.reselected);
  }
  if (record->level_shifts > 0) level_shifts_.Add(series.id);
  if (record->outlier_patches > 0) outlier_patches_.Add(series.id);
  if (record->season_before > 0) short_seasons_.Add(series.id);
  if (record->late_start > 0) late_starts_.Add(series.id);
  const bool failed = record->status == FitStatus::kFallback || record->status == FitStatus::kFailed;
  // A constant or short target has a reason too, and lacks no model.
  const std::string reason = failed || record->status == FitStatus::kFitted ? record->reason : std::string();
  const std::vector<std::string>& algorithms = plan_.fit.algorithms;
  for (const TargetFitRecord::Fit& fit : record->fits) {
    progress_.Fitted(fit.place < algorithms.size() ? algorithms[fit.place] : kPooledArName, fit.seconds);
  }
  FITD_RETURN_IF_ERROR(saver_.Add(unit.first, *std::move(record), run_.fingerprints[unit.first], seconds, 1));
  if (!failed && !reason.empty() && incomplete_++ == 0) first_incomplete_ = fmt::format("'{}': {}", series.id, reason);
  if (!failed) return {};
  progress_.On(TargetFailed{std::string(series.id), std::string(reason)});
  return failures_.OnFailure(series.id, reason);
}

bool LocalStage::IsFailure(const WorkUnit& /*unit*/, std::string_view bytes) const {
  const Result<TargetFitRecord> record = DecodeRecord(bytes);
  // A fitted record with a reason lacks one of several models, which is a failure too.
  return record.ok() && (record->status == FitStatus::kFallback || record->status == FitStatus::kFailed ||
                         (record->status == FitStatus::kFitted && !record->reason.empty()));
}

Status LocalStage::OnLost(const TargetLost& lost) {
  const SeriesView series = frame_[lost.unit.first];
  Log(LogLevel::kError,
      fmt::format("given up after {} attempts: its worker ended with {}; it gets a simple model and is quarantined{}{}",
                  lost.attempts, lost.cause, lost.last_words.empty() ? "" : "; last words: ", lost.last_words),
      series.id);
  FailHere(FaultPoint::kLost);
  FITD_RETURN_IF_ERROR(saver_.Settle());
  FITD_RETURN_IF_ERROR(
      quarantine_.Put(store_, series.id, lost.cause, run_.fingerprints[lost.unit.first], clock_.WallNow()));
  FITD_RETURN_IF_ERROR(SaveFit(lost.unit.first, FitFallback(series, lost.cause, plan_.fit), lost.attempts));
  progress_.On(TargetFailed{std::string(series.id), std::string(lost.cause)});
  return failures_.OnFailure(series.id, lost.cause);
}

void LocalStage::OnWorkerDeath(const WorkerDied& died, const WorkUnit* in_hand) {
  const std::string_view target = in_hand == nullptr ? std::string_view() : frame_[in_hand->first].id;
  if (deaths_.size() < kDeathsKept) deaths_.push_back({died.worker, died.cause.text, std::string(target)});
  progress_.On(WorkerLost{died.worker, died.pid, died.cause.text, std::string(target)});
}

Status LocalStage::OnProgress(const StageProgress& stage) {
  RunAdvanced update;
  update.stage = Stage::kFit;
  update.done = stage.done + stage.lost;
  update.total = stage.units;
  update.failures = failures_.failures();
  update.cost_done = stage.cost_done;
  update.cost_total = stage.cost_total;
  progress_.On(update);
  return saver_.Poll();
}

}  // namespace fitd
