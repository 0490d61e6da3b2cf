#include "common/models/theta/theta.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "common/models/base/error_scale.h"
#include "common/models/base/model_check.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/numeric/scaling.h"
#include "common/models/season/classical_season.h"
#include "common/models/season/season_shows.h"
#include "common/models/theta/filter.h"
#include "common/models/theta/recursion.h"

namespace fitd {
namespace {

constexpr std::size_t kThetaMinValues = 5;
constexpr double kThetaSecondsPerValue = 1.2e-7;
constexpr double kThetaSecondsPerFit = 1e-6;

bool IsDynamic(ThetaVariant v) {
  return v == ThetaVariant::kDynamicStandard || v == ThetaVariant::kDynamicOptimised;
}

bool IsOptimised(ThetaVariant v) {
  return v == ThetaVariant::kOptimised || v == ThetaVariant::kDynamicOptimised;
}

std::string_view Abbreviation(ThetaVariant v) {
  switch (v) {
    case ThetaVariant::kStandard:
      return "stm";
    case ThetaVariant::kOptimised:
      return "otm";
    case ThetaVariant::kDynamicStandard:
      return "dstm";
    case ThetaVariant::kDynamicOptimised:
      return "dotm";
  }
  return "dotm";
}

// "M[12]" and back; kind kNone for a state that is not a season.
std::string SeasonName(const SeasonIndices& season) {
  return (season.kind == SeasonKind::kMultiplicative ? "M[" : "A[") + std::to_string(season.indices.size()) + ']';
}

SeasonKind KindOfState(std::string_view name) {
  if (name.starts_with("M[")) return SeasonKind::kMultiplicative;
  if (name.starts_with("A[")) return SeasonKind::kAdditive;
  return SeasonKind::kNone;
}

bool HasSeasonState(const Model& model) {
  return std::any_of(model.states.begin(), model.states.end(),
                     [](const NamedVector& state) { return KindOfState(state.name) != SeasonKind::kNone; });
}

// A season that is there three times and not yet four shows by values that follow those one season before them. The
// test asks for large autocorrelations beside those of a trend, which 12 quarters on a line never have. Held out, the
// model has the season that it has with all values.
bool ShowsInThree(const FitRequest& request, std::span<const double> x, std::size_t m) {
  if (request.seasons.size() != 1 || m < 2 || x.size() < 2 * m) return false;
  const std::size_t n = request.near != nullptr ? request.near->num_observations : x.size();
  if (n < 3 * m || n >= 4 * m) return false;
  return request.near != nullptr ? HasSeasonState(*request.near) : SeasonShows(x, request.seasons[0]);
}

// Takes the seasons out of `x` in place: those of `like` where they still fit, or those that pass the test or show.
std::vector<SeasonIndices> RemoveSeasons(const FitRequest& request, std::span<double> x) {
  std::vector<SeasonIndices> removed;
  const auto remove = [&](SeasonIndices season) {
    RemoveSeason(season, x);
    removed.push_back(std::move(season));
  };
  if (request.like != nullptr) {
    for (const NamedVector& state : request.like->states) {
      const SeasonKind kind = KindOfState(state.name);
      const std::size_t m = state.values.size();
      if (kind == SeasonKind::kNone || x.size() < 2 * m) continue;
      remove(kind == SeasonKind::kMultiplicative ? ClassicalSeason(x, m) : ClassicalSeason(x, m, kind));
    }
    return removed;
  }
  for (const int season : request.seasons) {
    const std::size_t m = static_cast<std::size_t>(std::max(season, 1));
    if (HasSeason(x, m) || ShowsInThree(request, x, m)) remove(ClassicalSeason(x, m));
  }
  return removed;
}

// Indices from the next step on, in the units of the series.
NamedVector SeasonState(const SeasonIndices& season, std::size_t n, int exponent) {
  NamedVector state{.name = SeasonName(season), .values = season.indices};
  const std::size_t m = season.indices.size();
  std::rotate(state.values.begin(), state.values.begin() + static_cast<std::ptrdiff_t>(n % m), state.values.end());
  if (season.kind == SeasonKind::kAdditive) {
    for (double& v : state.values) v = ScaleUp(v, exponent);
  }
  return state;
}

// The model of seasonally adjusted values `x`, which are the series times 2^-exponent.
void FitAdjusted(std::vector<double> x, int exponent, ThetaVariant variant, const FitRequest& request,
                 FitOutcome& outcome) {
  const double n = static_cast<double>(x.size());
  double centre = 0;
  for (const double v : x) centre += v / n;
  for (double& v : x) v -= centre;
  const int inner = ScaleExponent(x);
  x = ScaleDown(x, inner);
  const ThetaLine line = IsDynamic(variant) ? DynamicLine(x) : StaticLine(x);
  const ThetaFit fit = FitTheta(x, line, IsOptimised(variant));
  const ThetaState state = FilterTheta(x, fit, IsDynamic(variant));
  const double num_parameters = IsOptimised(variant) ? 3 : 2;
  const double sigma = std::sqrt(fit.sse / std::max(n - num_parameters, 1.0));

  const auto units = [&](double v) { return std::ldexp(v, inner); };
  const double far_weight = fit.weight * Power(1 - fit.alpha, x.size());
  const double level = units(state.level) + centre * (1 - far_weight);
  Model& model = outcome.model;
  model.parameters = {{"alpha", fit.alpha},
                      {"theta", 1 / std::max(1 - fit.weight, 1e-10)},
                      {"level0", ScaleUp(units(fit.level0) + centre * (1 - fit.weight), exponent)},
                      {"sigma", ScaleUp(units(sigma), exponent)}};
  model.states = {{"line",
                   {ScaleUp(level, exponent), ScaleUp(units(state.centre) + centre, exponent),
                    ScaleUp(units(state.slope), exponent)}}};
  constexpr int kEstimated = 3;  // alpha, where it begins, the slope
  model.states.push_back(EstimationState(x.size(), kEstimated));
  DescribeErrors(ThetaErrors(x, line, fit), sigma, request, model, ErrorSizes::kUndecided);
  model.criteria.sigma2 = std::ldexp(sigma * sigma, 2 * (inner + exponent));
  if (!std::isfinite(model.criteria.sigma2)) model.criteria.sigma2 = kNotAvailable;
  outcome.evaluations = fit.evaluations;
}

// Repeats the last value: the closed form for constants and for a handful of values.
void FitLastValue(std::span<const double> y, FitOutcome& outcome) {
  const int exponent = ScaleExponent(y);
  const std::vector<double> x = ScaleDown(y, exponent);
  double sse = 0;
  for (std::size_t t = 1; t < x.size(); ++t) sse += (x[t] - x[t - 1]) * (x[t] - x[t - 1]);
  const double sigma = std::sqrt(sse / std::max(static_cast<double>(x.size()) - 1, 1.0));
  outcome.model.parameters = {{"alpha", 1}, {"theta", 1}, {"level0", y.back()}, {"sigma", ScaleUp(sigma, exponent)}};
  outcome.model.states = {{"line", {y.back(), y.back(), 0}}};
}

class Theta final : public Algorithm {
 public:
  Theta(std::string_view name, ThetaVariant variant) : name_(name), variant_(variant) {}

  std::string_view name() const override { return name_; }
  FitOutcome Fit(const FitRequest& request) const override;
  std::string Damage(const Model& model) const override;
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override;
  double ExpectedSeconds(std::size_t n, std::span<const int>) const override {
    return kThetaSecondsPerFit + kThetaSecondsPerValue * static_cast<double>(n);
  }

 private:
  std::string_view name_;
  ThetaVariant variant_;
};

FitOutcome Theta::Fit(const FitRequest& request) const {
  const std::span<const double> y = request.y;
  FitOutcome outcome;
  outcome.reason.clear();
  outcome.model.algorithm = name_;
  outcome.model.spec = Abbreviation(variant_);
  outcome.model.num_observations = y.size();
  if (y.size() > 1 && IsConstant(y)) {
    outcome.status = FitStatus::kConstant;
    outcome.reason = "all values are equal";
    FitLastValue(y, outcome);
    return outcome;
  }
  if (y.size() < kThetaMinValues) {
    outcome.status = FitStatus::kShort;
    outcome.reason = "fewer than 5 values: the last value is repeated";
    FitLastValue(y, outcome);
    return outcome;
  }
  const int exponent = ScaleExponent(y);
  std::vector<double> x = ScaleDown(y, exponent);
  const std::vector<SeasonIndices> seasons = RemoveSeasons(request, x);
  FitAdjusted(std::move(x), exponent, variant_, request, outcome);
  for (const SeasonIndices& season : seasons) {
    outcome.model.spec += ',' + SeasonName(season);
    outcome.model.states.push_back(SeasonState(season, y.size(), exponent));
  }
  outcome.status = FitStatus::kFitted;
  return outcome;
}

// Puts a season back into means and deviations of steps 1..horizon.
void ApplySeason(const NamedVector& season, std::vector<double>& mean, std::vector<double>& deviation) {
  const bool multiplicative = KindOfState(season.name) == SeasonKind::kMultiplicative;
  for (std::size_t h = 0; h < mean.size(); ++h) {
    const double index = season.values[h % season.values.size()];
    mean[h] = multiplicative ? mean[h] * index : mean[h] + index;
    if (multiplicative) deviation[h] *= index;
  }
}

std::string Theta::Damage(const Model& model) const {
  ModelCheck check(model);
  check.HasState("line", 3).HasFinite("alpha").HasFinite("theta").HasNumber("sigma");
  check.MayHaveErrorSizes();
  check.Expect(model.Parameter("alpha") > 0 && model.Parameter("theta") > 0, "alpha or theta is not positive");
  for (const NamedVector& state : model.states) {
    if (KindOfState(state.name) != SeasonKind::kNone) check.HasSome(state);
  }
  return check.damage();
}

Forecast Theta::Predict(const Model& model, int horizon, std::span<const double> levels) const {
  const std::vector<double>& line = *model.State("line");
  // Headroom of 2^64 for the line's growth, so that nothing overflows before the last step.
  const int exponent = ScaleExponent(line) + 64;
  const std::vector<double> v = ScaleDown(line, exponent);
  const bool dynamic = IsDynamic(variant_);
  const double theta = model.Parameter("theta");
  const ThetaPath path = ForecastTheta({.level = v[0], .centre = v[1], .slope = v[2]}, model.Parameter("alpha"),
                                       1 - 1 / theta, dynamic, model.num_observations, horizon);
  Forecast forecast;
  std::vector<double> deviation;
  const double sigma = model.Parameter("sigma");
  for (std::size_t h = 0; h < path.mean.size(); ++h) {
    forecast.mean.push_back(ScaleUp(path.mean[h], exponent));
    deviation.push_back(ToFinite(sigma * std::sqrt(path.variance[h])));
  }
  ScaleDeviations(model, deviation);
  for (auto season = model.states.rbegin(); season != model.states.rend(); ++season) {
    if (KindOfState(season->name) != SeasonKind::kNone) ApplySeason(*season, forecast.mean, deviation);
  }
  for (double& m : forecast.mean) m = ToFinite(m);
  for (double& d : deviation) d = ToFinite(d);
  forecast.intervals = EstimatedIntervals(forecast.mean, deviation, levels, model);
  return forecast;
}

std::unique_ptr<ModelFilter> Theta::Resume(const Model& model) const {
  std::vector<ThetaSeason> seasons;
  for (const NamedVector& state : model.states) {
    const SeasonKind kind = KindOfState(state.name);
    if (kind != SeasonKind::kNone) seasons.push_back({state.name, kind == SeasonKind::kMultiplicative, state.values});
  }
  return ResumeThetaFrom(model, IsDynamic(variant_), seasons);
}

}  // namespace

std::unique_ptr<Algorithm> MakeTheta(std::string_view name, ThetaVariant variant) {
  return std::make_unique<Theta>(name, variant);
}

}  // namespace fitd
