#include "common/models/on_logs.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "common/models/base/filter.h"
#include "common/models/base/inner_model.h"
#include "common/models/base/model_check.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/median.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::string_view kLogMean = "log_mean";
constexpr std::string_view kLogRange = "log_range";
constexpr std::string_view kLogLeast = "log_least";
// Bounds are no further from the median than so many ranges of the logarithms.
constexpr double kWidestInRanges = 2;

double FiniteExp(double log) {
  return ToFinite(Exp(log));
}

// What the level has moved by since the fit, then the errors of the last values, the latest first: growth that is
// steady has members that forget nothing, and one that goes on from another level would never be followed.
constexpr std::string_view kMoved = "moved";
constexpr std::size_t kErrorsInARow = 3;
constexpr double kFarInDeviations = 6;
constexpr double kFarInLogs = 0.4;  // at least: half as much again, or two thirds

double MovedBy(const Model& model) {
  const std::vector<double>* moved = model.State(kMoved);
  return moved != nullptr && !moved->empty() ? moved->front() : 0.0;
}

double WidestOf(const Model& model) {
  return kWidestInRanges * std::max(model.Parameter(kLogRange), 0.0);
}

std::vector<double> Logs(std::span<const double> y, double less) {
  std::vector<double> logs;
  logs.reserve(y.size());
  for (const double v : y) logs.push_back(Log(v) - less);
  return logs;
}

// The inner model's filter on the logarithm of each value.
class OnLogsFilter final : public ModelFilter {
 public:
  OnLogsFilter(const Model& model, std::unique_ptr<ModelFilter> inner)
      : ModelFilter(model),
        inner_(std::move(inner)),
        log_mean_(model.Parameter(kLogMean)),
        least_(model.Parameter(kLogLeast)),
        range_(std::max(model.Parameter(kLogRange), 0.0)) {
    std::copy_n(model.State(kMoved)->begin(), moved_.size(), moved_.begin());
  }

  double Expect() const override { return FiniteExp(log_mean_ + moved_[0] + inner_->Expect()); }

 private:
  // A normal one's of whose 95 % interval this has the width.
  double DeviationOfFit() const override {
    static const double kQuantile = NormalIntervalQuantile(95);
    const double width = std::min(kQuantile * inner_->StandardDeviation(), WidestOf(model()));
    return ToFinite(Expect() * 0.5 * (Exp(width) - Exp(-width)) / kQuantile, 0.0);
  }
  // What has no logarithm, or one far below all and what was expected, counts as that far below as values lie apart.
  void Update(double y) override {
    const double expected = moved_[0] + inner_->Expect();
    const double lowest = std::min(least_, expected) - range_;
    const double log = y > 0 ? std::max(Log(y) - log_mean_, lowest) : lowest;
    const double error = log - expected;
    std::copy_backward(moved_.begin() + 1, moved_.end() - 1, moved_.end());
    moved_[1] = error;
    const double far = std::max(kFarInDeviations * inner_->StandardDeviation(), kFarInLogs);
    const auto errors = std::span(moved_).last<kErrorsInARow>();
    const auto all = [&](auto is) { return std::all_of(errors.begin(), errors.end(), is); };
    if (all([&](double e) { return e > far; }) || all([&](double e) { return e < -far; })) {
      std::array<double, kErrorsInARow> scratch;
      std::copy(errors.begin(), errors.end(), scratch.begin());
      const double by = Median(scratch);
      moved_[0] = ToFinite(moved_[0] + by);
      std::fill(errors.begin(), errors.end(), 0.0);
    }
    inner_->Observe(log - moved_[0]);
  }
  void Skip() override { inner_->Observe(kNotAvailable); }
  void PutStates(Model& model) const override {
    ReplaceState(model, kMoved, {moved_.begin(), moved_.end()});
    ReplaceInnerStates(inner_->Finish(), model);
  }

  std::unique_ptr<ModelFilter> inner_;
  double log_mean_;
  double least_;
  double range_;
  std::array<double, 1 + kErrorsInARow> moved_{};
};

class OnLogs final : public Algorithm {
 public:
  OnLogs(std::string_view name, std::string_view inner) : name_(name), inner_(inner) {}

  std::string_view name() const override { return name_; }
  FitOutcome Fit(const FitRequest& request) const override;
  std::string Damage(const Model& model) const override;
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override {
    const std::vector<double>* moved = model.State(kMoved);
    if (moved == nullptr || moved->size() != 1 + kErrorsInARow) return nullptr;
    std::unique_ptr<ModelFilter> filter = Inner().Resume(InnerModel(model));
    return filter != nullptr ? std::make_unique<OnLogsFilter>(model, std::move(filter)) : nullptr;
  }
  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override {
    return Inner().ExpectedSeconds(n, seasons);
  }

 private:
  const Algorithm& Inner() const { return *FindAlgorithm(inner_); }
  Model InnerModel(const Model& outer) const { return ExtractModel(outer, inner_, outer.spec); }

  std::string_view name_, inner_;
};

FitOutcome OnLogs::Fit(const FitRequest& request) const {
  if (std::any_of(request.y.begin(), request.y.end(), [](double v) { return !(v > 0); })) {
    FitOutcome outcome;
    outcome.reason = "not all values are positive, and only those have a logarithm";
    return outcome;
  }
  std::vector<double> logs = Logs(request.y, 0);
  const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / static_cast<double>(logs.size());
  for (double& v : logs) v -= mean;
  const std::vector<double> observed = Logs(request.observed, mean);
  Model inner_like;
  if (request.like != nullptr) inner_like = InnerModel(*request.like);
  Model inner_near;
  if (request.near != nullptr) inner_near = InnerModel(*request.near);
  FitOutcome outcome = Inner().Fit({.y = logs,
                                    .seasons = request.seasons,
                                    .horizon = request.horizon,
                                    .like = request.like != nullptr ? &inner_like : nullptr,
                                    .near = request.near != nullptr ? &inner_near : nullptr,
                                    .observed = observed,
                                    .removed_seasons = request.removed_seasons});
  if (outcome.status == FitStatus::kFailed) return outcome;
  Model model;
  model.algorithm = name_;
  model.spec = outcome.model.spec;
  model.num_observations = request.y.size();
  const auto [least, most] = std::minmax_element(logs.begin(), logs.end());
  model.parameters.push_back({std::string(kLogMean), mean});
  model.parameters.push_back({std::string(kLogRange), *most - *least});
  model.parameters.push_back({std::string(kLogLeast), *least});
  model.states.push_back({std::string(kMoved), std::vector<double>(1 + kErrorsInARow, 0.0)});
  EmbedModel(outcome.model, model);
  outcome.model = std::move(model);
  return outcome;
}

std::string OnLogs::Damage(const Model& model) const {
  ModelCheck check(model);
  check.HasFinite(kLogMean).HasFinite(kLogRange).HasFinite(kLogLeast).HasState(kMoved, 1 + kErrorsInARow);
  return check.damage().empty() ? Inner().Damage(InnerModel(model)) : check.damage();
}

Forecast OnLogs::Predict(const Model& model, int horizon, std::span<const double> levels) const {
  Forecast forecast = Inner().Predict(InnerModel(model), horizon, levels);
  const double mean = model.Parameter(kLogMean) + MovedBy(model);
  const double range = std::max(model.Parameter(kLogRange), 0.0);
  const double widest = WidestOf(model);
  const double first = forecast.mean[0];
  for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
    const double log = std::clamp(forecast.mean[h], first - range, first + range);
    for (ForecastInterval& interval : forecast.intervals) {
      const double below = std::min(forecast.mean[h] - interval.lo[h], widest);
      const double above = std::min(interval.hi[h] - forecast.mean[h], widest);
      interval.lo[h] = FiniteExp(mean + log - below);
      interval.hi[h] = FiniteExp(mean + log + above);
    }
    forecast.mean[h] = FiniteExp(mean + log);
  }
  return forecast;
}

}  // namespace

std::unique_ptr<Algorithm> MakeOnLogs(std::string_view name, std::string_view inner) {
  return std::make_unique<OnLogs>(name, inner);
}

}  // namespace fitd
