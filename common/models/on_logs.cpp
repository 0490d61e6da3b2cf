#include "common/models/on_logs.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "common/models/base/filter.h"
#include "common/models/base/inner_model.h"
#include "common/models/base/model_check.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::string_view kLogMean = "log_mean";
constexpr std::string_view kLogRange = "log_range";
// Bounds are no further from the median than so many ranges of the logarithms.
constexpr double kWidestInRanges = 2;

double Exp(double log) {
  return ToFinite(std::exp(log));
}

double WidestOf(const Model& model) {
  return kWidestInRanges * std::max(model.Parameter(kLogRange), 0.0);
}

std::vector<double> Logs(std::span<const double> y, double less) {
  std::vector<double> logs;
  logs.reserve(y.size());
  for (const double v : y) logs.push_back(std::log(v) - less);
  return logs;
}

// The inner model's filter on the logarithm of each value.
class OnLogsFilter final : public ModelFilter {
 public:
  OnLogsFilter(const Model& model, std::unique_ptr<ModelFilter> inner)
      : ModelFilter(model), inner_(std::move(inner)), log_mean_(model.Parameter(kLogMean)) {}

  double Expect() const override { return Exp(log_mean_ + inner_->Expect()); }

 private:
  // A normal one's of whose 95 % interval this has the width.
  double DeviationOfFit() const override {
    static const double kQuantile = NormalIntervalQuantile(95);
    const double width = std::min(kQuantile * inner_->StandardDeviation(), WidestOf(model()));
    return ToFinite(Expect() * std::sinh(width) / kQuantile, 0.0);
  }
  // Without a logarithm a value says nothing.
  void Update(double y) override { inner_->Observe(std::log(y > 0 ? y : kNotAvailable) - log_mean_); }
  void Skip() override { inner_->Observe(kNotAvailable); }
  void PutStates(Model& model) const override { ReplaceInnerStates(inner_->Finish(), model); }

  std::unique_ptr<ModelFilter> inner_;
  double log_mean_;
};

class OnLogs final : public Algorithm {
 public:
  OnLogs(std::string_view name, std::string_view inner) : name_(name), inner_(inner) {}

  std::string_view name() const override { return name_; }
  FitOutcome Fit(const FitRequest& request) const override;
  std::string Damage(const Model& model) const override;
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override {
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
  FitOutcome outcome = Inner().Fit({.y = logs,
                                    .seasons = request.seasons,
                                    .horizon = request.horizon,
                                    .like = request.like != nullptr ? &inner_like : nullptr,
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
  EmbedModel(outcome.model, model);
  outcome.model = std::move(model);
  return outcome;
}

std::string OnLogs::Damage(const Model& model) const {
  ModelCheck check(model);
  check.HasFinite(kLogMean).HasFinite(kLogRange);
  return check.damage().empty() ? Inner().Damage(InnerModel(model)) : check.damage();
}

Forecast OnLogs::Predict(const Model& model, int horizon, std::span<const double> levels) const {
  Forecast forecast = Inner().Predict(InnerModel(model), horizon, levels);
  const double mean = model.Parameter(kLogMean);
  const double range = std::max(model.Parameter(kLogRange), 0.0);
  const double widest = WidestOf(model);
  const double first = forecast.mean[0];
  for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
    const double log = std::clamp(forecast.mean[h], first - range, first + range);
    for (ForecastInterval& interval : forecast.intervals) {
      const double below = std::min(forecast.mean[h] - interval.lo[h], widest);
      const double above = std::min(interval.hi[h] - forecast.mean[h], widest);
      interval.lo[h] = Exp(mean + log - below);
      interval.hi[h] = Exp(mean + log + above);
    }
    forecast.mean[h] = Exp(mean + log);
  }
  return forecast;
}

}  // namespace

std::unique_ptr<Algorithm> MakeOnLogs(std::string_view name, std::string_view inner) {
  return std::make_unique<OnLogs>(name, inner);
}

}  // namespace fitd
