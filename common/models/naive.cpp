#include "common/models/naive.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "common/models/base/error_scale.h"
#include "common/models/base/model_check.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/numeric/scaling.h"
#include "common/models/simple_filters.h"

namespace fitd {
namespace {

constexpr double kSecondsPerValue = 5e-9;
constexpr double kSecondsPerFit = 1e-6;

// What a single value is taken to vary by: one value tells nothing of it, and an interval of no width would say that it
// never will.
double DeviationOfOne(double value) {
  return value == 0 ? 1 : std::fabs(value);
}

void SetShortOrConstant(std::span<const double> y, FitOutcome& outcome) {
  if (y.size() == 1) {
    outcome.status = FitStatus::kShort;
    outcome.reason = "a single value";
  } else if (IsConstant(y)) {
    outcome.status = FitStatus::kConstant;
    outcome.reason = "all values are equal";
  }
}

FitOutcome Fitted(std::string_view algorithm, std::span<const double> y) {
  FitOutcome outcome;
  outcome.status = FitStatus::kFitted;
  outcome.reason.clear();
  outcome.model.algorithm = algorithm;
  outcome.model.num_observations = y.size();
  SetShortOrConstant(y, outcome);
  return outcome;
}

// Last value (season 1) or last season: a random walk at lag `season` < n, or n = 1.
FitOutcome FitLast(std::string_view algorithm, const FitRequest& request, std::size_t season) {
  const std::span<const double> y = request.y;
  FitOutcome outcome = Fitted(algorithm, y);
  const int exponent = ScaleExponent(y);
  const std::vector<double> scaled = ScaleDown(y, exponent);
  double sse = 0;
  std::vector<double> errors;
  for (std::size_t t = season; t < y.size(); ++t) {
    errors.push_back(scaled[t] - scaled[t - season]);
    sse += errors.back() * errors.back();
  }
  const std::size_t num_errors = y.size() - season;
  const double sigma =
      num_errors == 0 ? DeviationOfOne(scaled.back()) : std::sqrt(sse / static_cast<double>(num_errors));
  Model& model = outcome.model;
  model.criteria = GaussianCriteria(sse, num_errors, 0, exponent);
  model.parameters = {{"sigma", ScaleUp(sigma, exponent)}};
  if (season > 1) {
    model.spec = '[' + std::to_string(season) + ']';
    model.parameters.push_back({"season", static_cast<double>(season)});
    model.states = {{"season", {y.end() - static_cast<std::ptrdiff_t>(season), y.end()}}};
  } else {
    model.states = {{"level", {y.back()}}};
  }
  DescribeErrors(errors, sigma, request, model, ErrorSizes::kAlike);
  return outcome;
}

std::string DamageOfLast(const Model& model) {
  const char* state = model.State("season") != nullptr ? "season" : "level";
  return ModelCheck(model).HasSomeState(state).HasNumber("sigma").MayHaveErrorSizes().damage();
}

Forecast PredictLast(const Model& model, int horizon, std::span<const double> levels) {
  const std::vector<double>* season = model.State("season");
  const std::vector<double>& last = season != nullptr ? *season : *model.State("level");
  const double sigma = model.Parameter("sigma");
  Forecast forecast;
  std::vector<double> deviation;
  for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
    forecast.mean.push_back(last[h % last.size()]);
    const std::size_t seasons_ahead = h / last.size() + 1;
    deviation.push_back(sigma * std::sqrt(static_cast<double>(seasons_ahead)));
  }
  ScaleDeviations(model, deviation);
  forecast.intervals = NormalIntervals(forecast.mean, deviation, levels);
  return forecast;
}

class ClosedForm : public Algorithm {
 public:
  double ExpectedSeconds(std::size_t n, std::span<const int>) const override {
    return kSecondsPerFit + kSecondsPerValue * static_cast<double>(n);
  }
};

class Naive final : public ClosedForm {
 public:
  std::string_view name() const override { return "naive"; }
  FitOutcome Fit(const FitRequest& request) const override { return FitLast(name(), request, 1); }
  std::string Damage(const Model& model) const override { return DamageOfLast(model); }
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    return PredictLast(model, horizon, levels);
  }
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override { return ResumeLast(model); }
};

class SeasonalNaive final : public ClosedForm {
 public:
  std::string_view name() const override { return "seasonal-naive"; }

  FitOutcome Fit(const FitRequest& request) const override {
    const std::size_t n = request.y.size();
    int asked = 1;
    std::size_t season = 1;
    const auto consider = [&](int length) {
      asked = std::max(asked, length);
      if (length > 1 && static_cast<std::size_t>(length) < n)
        season = std::max(season, static_cast<std::size_t>(length));
    };
    if (request.like != nullptr) {
      const double length = request.like->Parameter("season");
      if (length > 1) consider(static_cast<int>(length));
    } else {
      for (const int length : request.seasons) consider(length);
    }
    FitOutcome outcome = FitLast(name(), request, season);
    if (outcome.status == FitStatus::kFitted && asked > 1 && season == 1) {
      outcome.status = FitStatus::kShort;
      outcome.reason = "shorter than a season and one value: the last value is repeated";
    }
    return outcome;
  }

  std::string Damage(const Model& model) const override { return DamageOfLast(model); }
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    return PredictLast(model, horizon, levels);
  }
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override { return ResumeLast(model); }
};

class Mean final : public ClosedForm {
 public:
  std::string_view name() const override { return "mean"; }

  FitOutcome Fit(const FitRequest& request) const override {
    const std::span<const double> y = request.y;
    FitOutcome outcome = Fitted(name(), y);
    const int exponent = ScaleExponent(y);
    const std::vector<double> scaled = ScaleDown(y, exponent);
    // Sums of differences from the first value: exact for constants, accurate beside a large offset.
    const double count = static_cast<double>(y.size());
    double sum = 0;
    for (const double v : scaled) sum += v - scaled[0];
    const double mean = scaled[0] + sum / count;
    double sse = 0;
    std::vector<double> errors;
    for (const double v : scaled) {
      sse += (v - mean) * (v - mean);
      errors.push_back(v - mean);
    }
    const double sigma = y.size() < 2 ? DeviationOfOne(scaled[0]) : std::sqrt(sse / (count - 1));
    Model& model = outcome.model;
    model.criteria = GaussianCriteria(sse, y.size(), 1, exponent);
    model.parameters = {{"sigma", ScaleUp(sigma, exponent)}};
    model.states = {{"level", {ScaleUp(mean, exponent)}}};
    DescribeErrors(errors, sigma, request, model, ErrorSizes::kAlike);
    return outcome;
  }

  std::string Damage(const Model& model) const override {
    return ModelCheck(model)
        .HasState("level", 1)
        .HasNumber("sigma")
        .MayHaveErrorSizes()
        .Expect(model.num_observations > 0, "it was fitted to no values")
        .damage();
  }

  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    const std::size_t steps = static_cast<std::size_t>(horizon);
    const double n = static_cast<double>(model.num_observations);
    Forecast forecast;
    forecast.mean.assign(steps, model.State("level")->front());
    std::vector<double> deviation(steps, model.Parameter("sigma") * std::sqrt(1 + 1 / n));
    ScaleDeviations(model, deviation);
    forecast.intervals = NormalIntervals(forecast.mean, deviation, levels);
    return forecast;
  }
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override { return ResumeMean(model); }
};

}  // namespace

std::unique_ptr<Algorithm> MakeNaive() {
  return std::make_unique<Naive>();
}

std::unique_ptr<Algorithm> MakeSeasonalNaive() {
  return std::make_unique<SeasonalNaive>();
}

std::unique_ptr<Algorithm> MakeMean() {
  return std::make_unique<Mean>();
}

}  // namespace fitd
