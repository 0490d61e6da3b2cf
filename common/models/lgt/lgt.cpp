#include "common/models/lgt/lgt.h"

#include <cassert>
#include <cmath>
#include <optional>

#include "common/models/base/error_scale.h"
#include "common/models/base/model_check.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/lgt/estimate.h"
#include "common/models/lgt/filter.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::size_t kLgtMinValues = 5;
constexpr double kLgtSecondsPerValue = 1e-6;
constexpr double kLgtSecondsPerFit = 4e-6;

// The last value as a mixture of one part that takes it over; `sigma` is the deviation of a step over the unit.
LgtMixture LastValue(std::span<const double> y, double& sigma) {
  LgtMixture mixture;
  mixture.level_rates = {1};
  mixture.slope_rates = {1};
  mixture.components = {{.weight = 1, .local = 0, .growth = {}}};
  mixture.levels = {y.back()};
  mixture.slopes = {0};
  mixture.growing = false;
  double squares = 0;
  for (std::size_t t = 1; t < y.size(); ++t) squares += (y[t] - y[t - 1]) * (y[t] - y[t - 1]);
  sigma = std::sqrt(squares / std::max(static_cast<double>(y.size()) - 1, 1.0));
  return mixture;
}

// The mixture of values that were scaled by 2^-exponent, or is to be.
void Rescale(LgtMixture& mixture, int exponent) {
  for (std::vector<double>* values : {&mixture.levels, &mixture.slopes}) {
    for (double& v : *values) v = ScaleUp(v, exponent);
  }
  mixture.unit = ScaleUp(mixture.unit, exponent);
}

class Lgt final : public Algorithm {
 public:
  std::string_view name() const override { return "lgt"; }

  FitOutcome Fit(const FitRequest& request) const override {
    const std::span<const double> y = request.y;
    FitOutcome outcome;
    outcome.status = FitStatus::kFitted;
    outcome.reason.clear();
    if (y.size() > 1 && IsConstant(y)) {
      outcome.status = FitStatus::kConstant;
      outcome.reason = "all values are equal";
    } else if (y.size() < kLgtMinValues) {
      outcome.status = FitStatus::kShort;
      outcome.reason = "fewer than 5 values: the last value is repeated";
    }
    Model& model = outcome.model;
    model.algorithm = name();
    model.num_observations = y.size();
    const int exponent = ScaleExponent(y);
    const std::vector<double> x = ScaleDown(y, exponent);
    LgtEstimate estimate;
    if (outcome.status == FitStatus::kFitted) {
      estimate = EstimateLgt(x);
      model.spec = estimate.mixture.growing ? "growth" : "drift";
    } else {
      estimate.mixture = LastValue(x, estimate.sigma);
      model.spec = "last";
    }
    outcome.evaluations = estimate.evaluations;
    Rescale(estimate.mixture, exponent);
    model.parameters = {{"sigma", estimate.sigma}};
    PutLgt(estimate.mixture, model);
    if (outcome.status == FitStatus::kFitted) {
      model.states.push_back(EstimationState(estimate.errors.size(), kLgtEstimated));
      const ErrorSizes sizes = estimate.mixture.growing ? ErrorSizes::kShares : ErrorSizes::kUndecided;
      DescribeErrors(estimate.errors, estimate.sigma, request, model, sizes);
    }
    const double deviation = estimate.sigma * LgtNextErrorUnit(estimate.mixture);
    if (std::isfinite(deviation * deviation)) model.criteria.sigma2 = deviation * deviation;
    return outcome;
  }

  std::string Damage(const Model& model) const override {
    ModelCheck check(model);
    check.HasFinite("sigma").HasFinite("unit").HasFinite("growing");
    for (const char* state : {"level_rates", "slope_rates", "levels", "slopes", "components"})
      check.HasSomeState(state);
    check.MayHaveErrorSizes();
    check.Expect(model.Parameter("sigma") >= 0, "parameter 'sigma' is negative");
    return check.Expect(LgtOf(model).has_value(), "the states' sizes do not fit together").damage();
  }

  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    const std::optional<LgtMixture> stored = LgtOf(model);
    assert(stored.has_value());
    if (!stored.has_value()) return {};
    LgtMixture mixture = *stored;
    // Headroom of 2^64, so that no square overflows before the last step.
    const int exponent = std::max(ScaleExponent(mixture.levels), ScaleExponent(std::span(&mixture.unit, 1))) + 64;
    Rescale(mixture, -exponent);
    const LgtPath path = LgtForecast(mixture, model.Parameter("sigma"), horizon);
    Forecast forecast;
    std::vector<double> deviation;
    for (std::size_t h = 0; h < path.mean.size(); ++h) {
      forecast.mean.push_back(ScaleUp(path.mean[h], exponent));
      deviation.push_back(ScaleUp(std::sqrt(path.variance[h]), exponent));
    }
    ScaleDeviations(model, deviation);
    for (double& d : deviation) d = ToFinite(d);
    forecast.intervals = EstimatedIntervals(forecast.mean, deviation, levels, model);
    return forecast;
  }

  std::unique_ptr<ModelFilter> Resume(const Model& model) const override { return ResumeLgtFrom(model); }

  double ExpectedSeconds(std::size_t n, std::span<const int>) const override {
    return kLgtSecondsPerFit + kLgtSecondsPerValue * static_cast<double>(std::min(n, kLgtMostValues));
  }
};

}  // namespace

std::unique_ptr<Algorithm> MakeLgt() {
  return std::make_unique<Lgt>();
}

}  // namespace fitd
