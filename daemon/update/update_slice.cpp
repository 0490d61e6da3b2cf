#include "daemon/update/update_slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "common/fit/prior_fit.h"
#include "common/fit/target_history.h"
#include "common/process/log.h"
#include "common/series/lone_outlier.h"
#include "common/series/usual_season.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/store/last_values.h"

namespace fitd {
namespace {

// Rough costs, of which only proportions matter: unpacking and packing one target's models, applying one new value to
// them, and fitting a new target per value.
constexpr double kSecondsPerTarget = 2e-5;
constexpr double kSecondsPerValue = 1e-6;
constexpr double kSecondsPerFittedValue = 3e-5;

}  // namespace

UpdateSlice::UpdateSlice(const Frame& data, const LocalFitOptions& fit, bool only_user_code, const PlacingRules& rules,
                         std::span<const UpdateTarget> targets, std::uint64_t first)
    : data_(data), fit_(fit), only_user_code_(only_user_code), rules_(rules), first_(first), targets_(targets.size()) {
  for (std::size_t i = 0; i < targets.size(); ++i) targets_[i].planned = &targets[i];
}

Status UpdateSlice::Read(const Store& base, std::int64_t run) {
  TargetFilter filter;
  filter.with_last_values = true;
  filter.first = UpdateTarget::kNone;
  filter.beyond = 0;
  for (const Target& target : targets_) {
    if (target.planned->base == UpdateTarget::kNone) continue;
    filter.first = std::min<std::uint64_t>(filter.first, target.planned->base);
    filter.beyond = std::max<std::uint64_t>(filter.beyond, std::uint64_t{target.planned->base} + 1);
  }
  std::size_t next = 0;
  if (filter.first < filter.beyond) {
    FITD_RETURN_IF_ERROR(base.ForEachTarget(run, filter, [&](const TargetRecord& stored) -> Status {
      while (next < targets_.size() && targets_[next].planned->base == UpdateTarget::kNone) ++next;
      if (next == targets_.size() || targets_[next].planned->base != stored.index) {
        return {StatusCode::kCorrupt, "the base run changed while it was read; run the command again"};
      }
      TakeKnown(stored, targets_[next++]);
      return {};
    }));
  }
  for (Target& target : targets_) {
    if (target.planned->base == UpdateTarget::kNone) TakeNew(target);
    if (target.id.empty() && target.record.fits.empty() && target.planned->base != UpdateTarget::kNone) {
      return {StatusCode::kCorrupt, "the base run lacks a target that it had; run the command again"};
    }
  }
  MakeFrame();
  return {};
}

void UpdateSlice::TakeKnown(const TargetRecord& stored, Target& target) {
  target.id = stored.id;
  target.grid = stored.grid;
  target.num_values = stored.num_values;
  target.fingerprint = stored.fingerprint;
  target.seconds = stored.seconds;
  target.attempts = stored.attempts;
  TargetFitRecord& record = target.record;
  record.status = stored.status;
  record.reason = stored.reason;
  record.seasons = stored.seasons;
  record.horizon = HorizonOf(stored.seasons, fit_);
  record.validation = stored.validation;
  record.history = stored.history;
  target.last_values = stored.last_values;
  for (std::uint32_t i = 0; i < stored.models.size(); ++i) {
    record.fits.push_back({i, stored.models[i].seconds, std::string(stored.models[i].archive)});
  }
  if (target.planned->frame == UpdateTarget::kNone) {
    if (record.reason.empty()) record.reason = kNotInTheData;
    return;
  }
  if (record.reason == kNotInTheData) record.reason.clear();
  if (!target.planned->advances) return;
  NewValues placed =
      PlaceValues(data_[target.planned->frame],
                  {stored.id, stored.grid, stored.num_values, stored.fingerprint, stored.history}, rules_);
  target.values = std::move(placed.values);
  target.outliers = std::move(placed.outliers);
  target.grid.start += placed.clock_change;
  PriorFit prior;
  prior.use = PriorFit::Use::kAdvance;
  prior.num_values = stored.num_values;
  prior.record = record;
  target.prior = EncodePriorFit(prior);
}

SeriesView UpdateSlice::SeriesOfNew(const Target& target) const {
  SeriesView series = data_[target.planned->frame];
  if (!target.values.empty()) series.values = target.values;
  return series;
}

void UpdateSlice::TakeNew(Target& target) {
  const std::span<const double> read = data_[target.planned->frame].values;
  target.values = WithZeros(data_[target.planned->frame], rules_);
  const bool search = target.values.empty() && !rules_.keep_outliers;  // as in a training
  if (const auto place = search ? LoneOutlier(read) : std::nullopt) {
    target.values.assign(read.begin(), read.end());
    DropOutlier(target.values, *place, UsualSeason(data_[target.planned->frame].grid.step));
  }
  const SeriesView series = SeriesOfNew(target);
  target.id = series.id;
  target.grid = series.grid;
  target.num_values = series.values.size();
  target.fingerprint = FingerprintTarget(series);
  const FitStatus status = ClosedFormStatus(series);
  if (status == FitStatus::kFitted || only_user_code_) return;
  target.record = FitRecord(series, FitClosedForm(series, status, fit_));
  target.seconds = 0;
  target.attempts = 0;
  ++fitted_;
}

void UpdateSlice::MakeFrame() {
  std::vector<Frame::Entry> entries;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const Target& target = targets_[i];
    const bool known = target.planned->base != UpdateTarget::kNone;
    if (known ? target.prior.empty() : !target.record.fits.empty()) continue;
    const std::span<const double> values = known ? std::span(target.values) : SeriesOfNew(target).values;
    const TimeGrid grid{known ? target.grid.At(static_cast<std::int64_t>(target.num_values)) : target.grid.start,
                        target.grid.step};
    Frame::Entry entry{target.id, values.data(), values.size(), grid};
    entry.prior = target.prior;
    entries.push_back(entry);
    units_.push_back(static_cast<std::uint32_t>(i));
    const double per_value = known ? kSecondsPerValue : kSecondsPerFittedValue;
    expected_seconds_.push_back(kSecondsPerTarget + per_value * static_cast<double>(values.size()));
  }
  frame_.Adopt(std::move(entries), {});
}

void UpdateSlice::Fail(const Target& target, std::string reason) {
  failures_.push_back({target.id, std::move(reason)});
}

Status UpdateSlice::OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) {
  Result<TargetFitRecord> record = DecodeRecord(bytes);
  if (!record.ok()) return record.status().WithContext(fmt::format("worker {}", worker));
  Target& target = targets_[units_[unit.first]];
  if (target.planned->base == UpdateTarget::kNone) {
    target.record = *std::move(record);
    target.seconds = seconds;
    ++fitted_;
    if (target.record.status == FitStatus::kFallback) Fail(target, target.record.reason);
    return {};
  }
  if (record->fits.empty()) {  // it stays as it was
    Fail(target, record->reason);
    return {};
  }
  target.record = *std::move(record);
  std::optional<TargetHistory> history = DecodeHistory(target.record.history);
  if (!history) return {StatusCode::kInternal, "an advanced target without a history"};
  if (history->fitted_fingerprint == 0) history->fitted_fingerprint = target.fingerprint;
  for (const LoneReading& reading : target.outliers) history->SeeReading(reading.value);
  target.record.history = EncodeHistory(*history);
  target.fingerprint = ExtendFingerprint(target.fingerprint, target.values);
  if (auto last = UnpackLastValues(target.last_values); last && !last->empty()) {
    // When all values were kept, keep up to the default number; else no more than there were.
    const std::size_t most =
        last->size() < target.num_values ? last->size() : std::max<std::size_t>(last->size(), kMostLastValues);
    last->insert(last->end(), target.values.begin(), target.values.end());
    target.last_values = PackLastValues(std::span(*last).last(std::min(last->size(), most)));
  }
  target.num_values += target.values.size();
  ++advanced_;
  return {};
}

Status UpdateSlice::OnLost(const TargetLost& lost) {
  Target& target = targets_[units_[lost.unit.first]];
  Log(LogLevel::kError, fmt::format("given up after {} attempts: its worker ended with {}", lost.attempts, lost.cause),
      target.id);
  Fail(target, lost.cause);
  if (target.planned->base != UpdateTarget::kNone) return {};
  const SeriesView series = SeriesOfNew(target);
  target.record = FitRecord(series, FitFallback(series, lost.cause, fit_));
  target.attempts = static_cast<std::uint32_t>(lost.attempts);
  ++fitted_;
  return {};
}

bool UpdateSlice::IsFailure(const WorkUnit& unit, std::string_view bytes) const {
  // No users' code runs where a target is advanced: what keeps it from that is so in every worker.
  if (targets_[units_[unit.first]].planned->base != UpdateTarget::kNone) return false;
  const Result<TargetFitRecord> record = DecodeRecord(bytes);
  if (!record.ok()) return false;
  return record->status == FitStatus::kFallback || record->status == FitStatus::kFailed ||
         (record->status == FitStatus::kFitted && !record->reason.empty());
}

// Targets with a simple model that a training would now give models of their own.
std::uint64_t UpdateSlice::outgrown() const {
  std::uint64_t count = 0;
  for (const Target& target : targets_) {
    const TargetFitRecord& record = target.record;
    const bool simple = record.status == FitStatus::kShort || record.status == FitStatus::kConstant;
    if (!simple || record.fits.size() != 1) continue;
    const Result<FitOutcome> outcome = DecodeOutcome(record.fits[0].archive);
    if (!outcome.ok()) continue;
    const Model& model = outcome->model;
    if (model.num_observations >= kShortLength && model.Parameter("sigma") > 0) ++count;
  }
  return count;
}

std::uint64_t UpdateSlice::doubtful(std::string* first) const {
  std::uint64_t count = 0;
  for (const Target& target : targets_) {
    const std::optional<TargetHistory> history = DecodeHistory(target.record.history);
    if (!history || !ErrorsAreDoubtful(*history)) continue;
    if (++count == 1) *first = target.id;
  }
  return count;
}

std::vector<TargetRecord> UpdateSlice::Records() const {
  std::vector<TargetRecord> records;
  records.reserve(targets_.size());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const Target& target = targets_[i];
    TargetRecord record;
    record.index = first_ + i;
    record.id = target.id;
    record.grid = target.grid;
    record.num_values = target.num_values;
    record.status = target.record.status;
    record.reason = target.record.reason;
    record.seasons = target.record.seasons;
    record.seconds = target.seconds;
    record.attempts = target.attempts;
    record.fingerprint = target.fingerprint;
    record.validation = target.record.validation;
    record.history = target.record.history;
    record.last_values = target.last_values;
    for (const TargetFitRecord::Fit& fit : target.record.fits) record.models.push_back({fit.archive, fit.seconds});
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace fitd
