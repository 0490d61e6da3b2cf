#include "common/fit/detect_task.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/detect/detect_input.h"
#include "common/detect/detect_series.h"
#include "common/detect/pack.h"
#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"
#include "common/models/pooled_ar/filter.h"

namespace fitd {
namespace {

// A filter of a stored or fresh model; null when it has no recursion to go on with.
std::unique_ptr<ModelFilter> ResumeModel(const Model& model) {
  const Algorithm* algorithm = FindAlgorithm(model.algorithm);
  return algorithm == nullptr ? nullptr : algorithm->Resume(model);
}

AlertRules RulesFor(const DetectOptions& options, const Step& step) {
  AlertRules rules = options.rules;
  if (options.alarms_per_ns > 0) {
    rules.alarms_per_observation = std::min(0.5, options.alarms_per_ns * std::max(1.0, step.mean_nanoseconds()));
  }
  return rules;
}

// The values one by one, what is missing in the place of the one before it: what the models of a replay are fitted on.
std::vector<double> Completed(const Observations& in, std::size_t count) {
  std::vector<double> values;
  values.reserve(count);
  double last = 0;
  for (std::size_t i = 0; i < count && values.empty(); ++i) {
    if (std::isfinite(in.value(i))) last = in.value(i), i = count;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isfinite(in.value(i))) last = in.value(i);
    values.push_back(last);
  }
  return values;
}

// Fits the first observations and gives the detector its models and histories.
void WarmUp(const SeriesView& series, const Observations& in, std::size_t count, const DetectOptions& options,
            TargetDetector& detector, std::string& reason) {
  const std::vector<double> complete = Completed(in, count);
  SeriesView head = series;
  head.values = complete;
  const FitStatus status = ClosedFormStatus(head);
  const TargetFit fit =
      status == FitStatus::kFitted ? FitTarget(head, options.fit) : FitClosedForm(head, status, options.fit);
  Filters models;
  Filters pass;
  for (const AlgorithmFit& one : fit.fits) {
    std::unique_ptr<ModelFilter> filter = ResumeModel(one.outcome.model);
    if (filter == nullptr) {
      if (reason.empty()) reason = one.algorithm + " cannot follow new values";
      continue;
    }
    models.push_back(std::move(filter));
    pass.push_back(ResumeModel(one.outcome.model));
  }
  const int longest = fit.seasons.empty() ? 1 : fit.seasons.back();
  std::vector<TimeNs> times(count);
  std::vector<double> values(count);
  ClockOfSeries clock(series.grid.step, options.fit.timezone);
  for (std::size_t i = 0; i < count; ++i) times[i] = clock.Of(in.time(i)), values[i] = in.value(i);
  detector.SetModels(std::move(models));
  detector.Warm(times, values, std::move(pass), count % static_cast<std::size_t>(longest));
}

DetectRecord Replay(const SeriesView& series, const DetectOptions& options) {
  DetectRecord record;
  const Observations in(series.values);
  const std::size_t warm = WarmupOf(options, in.size());
  TargetDetector detector(series.grid.step);
  if (warm > 0) WarmUp(series, in, warm, options, detector, record.reason);
  const AlertRules rules = RulesFor(options, series.grid.step);
  record.rows.resize(warm);
  record.rows.reserve(in.size());
  ClockOfSeries clock(series.grid.step, options.fit.timezone);
  for (std::size_t i = warm; i < in.size(); ++i) {
    const TimeNs time = in.time(i);
    record.rows.push_back(
        detector.Observe(clock.Of(time), in.value(i), rules, IsMuted(options.mute, time), clock.WillRepeat(time)));
  }
  return record;
}

// The filters of these archives, and the standard deviation they expect of their errors (the median of them).
Filters ResumeArchives(std::span<const std::string_view> archives, double& deviation, std::string& reason) {
  Filters filters;
  std::vector<double> deviations;
  for (const std::string_view archive : archives) {
    const Result<FitOutcome> outcome = DecodeOutcome(archive);
    std::unique_ptr<ModelFilter> filter =
        outcome.ok() && outcome->status != FitStatus::kFailed ? ResumeModel(outcome->model) : nullptr;
    if (filter == nullptr) {
      if (reason.empty() && (!outcome.ok() || outcome->model.algorithm != kPooledArName)) {
        reason = outcome.ok() ? outcome->model.algorithm + " has no state to go on from; train again"
                              : outcome.status().message();
      }
      continue;
    }
    deviations.push_back(filter->StandardDeviation());
    filters.push_back(std::move(filter));
  }
  if (!deviations.empty()) {
    std::nth_element(deviations.begin(), deviations.begin() + static_cast<std::ptrdiff_t>(deviations.size() / 2),
                     deviations.end());
    deviation = deviations[deviations.size() / 2];
  }
  return filters;
}

std::string PackState(const TargetDetector& detector) {
  std::string state;
  PackNumber(detector.models().size(), state);
  for (const auto& model : detector.models()) {
    FitOutcome outcome;
    outcome.status = FitStatus::kFitted;
    outcome.reason.clear();
    outcome.model = model->Finish();
    PackText(EncodeOutcome(outcome), state);
  }
  state += detector.Pack();
  return state;
}

bool UnpackState(std::string_view state, TargetDetector& detector, std::string& reason) {
  std::uint64_t count = 0;
  if (!UnpackNumber(state, count) || count > state.size()) return false;
  std::vector<std::string_view> archives(count);
  for (std::string_view& archive : archives) {
    if (!UnpackText(state, archive)) return false;
  }
  double deviation = 0;
  detector.SetModels(ResumeArchives(archives, deviation, reason));
  return detector.Unpack(state);
}

// Histories for a target that was never followed: from its observations up to the last training value where there are
// enough of them, else from what the models expect.
void WarmStored(StoredSeries& series, const DetectInput& stored, TargetDetector& detector, std::string& reason) {
  constexpr std::size_t kEnough = 40;
  double deviation = 0;
  detector.SetModels(ResumeArchives(stored.models, deviation, reason));
  std::vector<TimeNs> times;
  std::vector<double> values;
  series.Known(times, values);
  const auto seen = std::count_if(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  if (static_cast<std::size_t>(seen) < kEnough) {
    if (detector.models().empty()) return;
    std::string said;
    double same = 0;
    detector.WarmByModels(series.trained_until(), deviation, ResumeArchives(stored.models, same, said),
                          ResumeArchives(stored.models, same, said));
    return;
  }
  std::string ignored;
  detector.Warm(times, values, ResumeArchives(stored.models, deviation, ignored),
                values.size() % static_cast<std::size_t>(stored.longest_season));
}

DetectRecord FollowStored(const SeriesView& series, const DetectOptions& options) {
  DetectRecord record;
  const auto pairs = static_cast<std::size_t>(std::bit_cast<std::uint64_t>(series.values[0]));
  const Observations in(series.values.subspan(1, 2 * pairs));
  const std::span<const double> rest = series.values.subspan(1 + 2 * pairs);
  const auto size = static_cast<std::size_t>(std::bit_cast<std::uint64_t>(rest[0]));
  const std::string_view bytes(reinterpret_cast<const char*>(rest.data() + 1), size);
  DetectInput stored;
  TargetDetector detector(series.grid.step);
  bool usable = UnpackDetectInput(bytes, stored);
  if (usable && !stored.state.empty() && !UnpackState(stored.state, detector, record.reason)) {
    record.reason = "its saved detector is damaged; it begins anew";
    detector = TargetDetector(series.grid.step);
    stored.state = {};
  }
  usable = usable && stored.known <= in.size() && stored.seen <= in.size();
  const AlertRules rules = RulesFor(options, series.grid.step);
  StoredSeries observed(series.grid.step, in, stored, options.fit.timezone);
  const auto judged = [&](std::size_t i) {
    return detector.Observe(observed.TimeAt(i), in.value(i), rules, IsMuted(options.mute, observed.OwnTimeAt(i)),
                            observed.WillRepeat(i));
  };
  const auto observe = [&](std::size_t i) { record.rows.push_back(judged(i)); };
  std::size_t first = 0;
  if (usable && stored.state.empty()) {
    WarmStored(observed, stored, detector, record.reason);
    // What a detector has judged that is gone is only followed.
    for (first = stored.known; first < stored.seen; ++first) judged(first);
  } else if (usable) {
    if (!detector.on_clock()) detector.PutOnClock(observed.seen_until());
    first = stored.seen;
  }
  record.first = first;
  if (usable && !stored.state.empty() && !stored.models.empty()) {
    // Trained or updated again since: the histories stay. What came before that and no detection has seen is judged by
    // the models of before; the new ones catch up with what they have not seen.
    double deviation = 0;
    Filters models = ResumeArchives(stored.models, deviation, record.reason);
    observed.CatchUp(models);
    for (; first < stored.known; ++first) observe(first);
    detector.SetModels(std::move(models));
    detector.StandAt(observed.trained_until());
  }
  for (std::size_t i = first; i < in.size(); ++i) observe(i);
  record.state = PackState(detector);
  return record;
}

class DetectTask final : public TargetTask {
 public:
  Status Prepare(std::string_view context) override {
    FITD_ASSIGN_OR_RETURN(options_, DecodeDetectOptions(context));
    return {};
  }
  std::string Run(std::span<const SeriesView> group) override {
    return EncodeDetectRecord(DetectTarget(group[0], options_));
  }

 private:
  DetectOptions options_;
};

}  // namespace

bool IsOfStep(std::string_view state, const Step& step) {
  std::uint64_t models = 0;
  if (!UnpackNumber(state, models) || models > state.size()) return false;
  std::string_view skipped;
  for (std::uint64_t i = 0; i < models; ++i) {
    if (!UnpackText(state, skipped)) return false;
  }
  Step kept;
  std::uint8_t version = 0;
  return UnpackRaw(state, version) && UnpackRaw(state, kept.unit) && UnpackRaw(state, kept.count) && kept == step;
}

std::size_t WarmupOf(const DetectOptions& options, std::size_t size) {
  if (options.warmup_count > 0) return std::min<std::size_t>(options.warmup_count, size);
  std::size_t count = static_cast<std::size_t>(options.warmup_percent / 100 * static_cast<double>(size));
  if (options.warmup_most > 0) {
    constexpr std::size_t kLeast = 40;  // fewer values say next to nothing
    count = std::min<std::size_t>(std::max(count, kLeast), options.warmup_most);
  }
  return std::min(count, size);
}

DetectRecord DetectTarget(const SeriesView& series, const DetectOptions& options) {
  return options.replay ? Replay(series, options) : FollowStored(series, options);
}

std::unique_ptr<TargetTask> MakeDetectTask() {
  return std::make_unique<DetectTask>();
}

}  // namespace fitd
