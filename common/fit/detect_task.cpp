#include "common/fit/detect_task.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/detect/pack.h"
#include "common/fit/detect_input.h"
#include "common/fit/model_archive.h"
#include "common/models/base/filter.h"
#include "common/models/pooled_ar/filter.h"

namespace fitd {
namespace {

using Filters = std::vector<std::unique_ptr<ModelFilter>>;

// A filter of a stored or fresh model; null when it has no recursion to go on with.
std::unique_ptr<ModelFilter> ResumeModel(const Model& model) {
  const Algorithm* algorithm = FindAlgorithm(model.algorithm);
  return algorithm == nullptr ? nullptr : algorithm->Resume(model);
}

bool IsMuted(const DetectOptions& options, TimeNs time) {
  return std::any_of(options.mute.begin(), options.mute.end(),
                     [time](const auto& range) { return range.first <= time && time <= range.second; });
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
  for (std::size_t i = 0; i < count; ++i) times[i] = in.time(i), values[i] = in.value(i);
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
  for (std::size_t i = warm; i < in.size(); ++i) {
    record.rows.push_back(detector.Observe(in.time(i), in.value(i), rules, IsMuted(options, in.time(i))));
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
void WarmStored(const Observations& in, std::size_t known, const DetectInput& stored, TargetDetector& detector,
                std::string& reason) {
  constexpr std::size_t kEnough = 40;
  double deviation = 0;
  detector.SetModels(ResumeArchives(stored.models, deviation, reason));
  if (known < kEnough) {
    if (detector.models().empty()) return;
    std::string said;
    double same = 0;
    detector.WarmByModels(stored.trained_until, deviation, ResumeArchives(stored.models, same, said),
                          ResumeArchives(stored.models, same, said));
    return;
  }
  std::vector<TimeNs> times(known);
  std::vector<double> values(known);
  for (std::size_t i = 0; i < known; ++i) times[i] = in.time(i), values[i] = in.value(i);
  std::string ignored;
  detector.Warm(times, values, ResumeArchives(stored.models, deviation, ignored),
                known % static_cast<std::size_t>(stored.longest_season));
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
  const auto after = [&in](TimeNs time) {
    std::size_t at = in.size();
    while (at > 0 && in.time(at - 1) > time) --at;
    return at;
  };
  const AlertRules rules = RulesFor(options, series.grid.step);
  const auto observe = [&](std::size_t i) {
    record.rows.push_back(detector.Observe(in.time(i), in.value(i), rules, IsMuted(options, in.time(i))));
  };
  std::size_t first = 0;
  if (usable && stored.state.empty()) {
    first = after(stored.known_until);
    WarmStored(in, first, stored, detector, record.reason);
  } else if (usable && stored.models.empty()) {
    first = after(detector.last_time());
  } else if (usable) {
    // Trained or updated again since: the histories stay. What came before that and no detection has seen is judged by
    // the models of before; the new ones catch up with what they have not seen.
    double deviation = 0;
    Filters models = ResumeArchives(stored.models, deviation, record.reason);
    record.first = first = after(detector.last_time());
    const std::size_t trained = after(stored.known_until);
    for (std::size_t i = trained; i < first; ++i) {
      for (const auto& model : models) model->Observe(in.value(i));
    }
    for (; first < trained; ++first) observe(first);
    detector.SetModels(std::move(models));
  }
  if (record.rows.empty()) record.first = first;
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
