#include "common/models/ets/ets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "common/models/base/error_scale.h"
#include "common/models/base/model_check.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/ets/filter.h"
#include "common/models/ets/forecast.h"
#include "common/models/ets/select.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::size_t kShortest = 5;  // values for which the smallest form has an AICc

int ChooseSeason(std::span<const int> seasons, std::size_t n) {
  int chosen = 1;
  for (const int m : seasons) {
    if (m > chosen && m <= kEtsMaxPeriod && static_cast<std::size_t>(m) < n) chosen = m;
  }
  return chosen;
}

std::vector<double> SeasonFrom(const EtsState& state, std::size_t first, int period) {
  std::vector<double> season(static_cast<std::size_t>(period));
  for (std::size_t j = 0; j < season.size(); ++j) season[j] = ToFinite(state.season[(first + j) % season.size()]);
  return season;
}

// Everything of the model but its criteria. States in the data's units, `final` indexed by observation.
Model Describe(const EtsForm& form, const EtsSmoothing& p, double sigma, const EtsState& initial, const EtsState& final,
               std::size_t n) {
  Model model;
  model.algorithm = "ets";
  model.spec = EtsFormName(form);
  model.num_observations = n;
  model.parameters.push_back({"alpha", p.alpha});
  if (form.has_trend()) model.parameters.push_back({"beta", p.beta});
  if (form.has_season()) model.parameters.push_back({"gamma", p.gamma});
  if (form.trend == EtsTrend::kDamped) model.parameters.push_back({"phi", p.phi});
  model.parameters.push_back({"season", static_cast<double>(form.period)});
  model.parameters.push_back({"sigma", sigma});
  model.states.push_back({"level", {ToFinite(final.level)}});
  if (form.has_trend()) model.states.push_back({"trend", {ToFinite(final.growth)}});
  if (form.has_season()) model.states.push_back({"seasonal", SeasonFrom(final, n, form.period)});
  model.states.push_back({"initial_level", {ToFinite(initial.level)}});
  if (form.has_trend()) model.states.push_back({"initial_trend", {ToFinite(initial.growth)}});
  if (form.has_season()) model.states.push_back({"initial_seasonal", SeasonFrom(initial, 0, form.period)});
  model.criteria.sigma2 = ToFinite(sigma * sigma);
  return model;
}

FitOutcome FitConstant(double value, std::size_t n) {
  FitOutcome outcome;
  outcome.status = FitStatus::kConstant;
  outcome.reason = n == 1 ? "a single value" : "all values are equal";
  EtsState state;
  state.level = value;
  outcome.model = Describe({}, {kEtsHighest, 0, 0, 1}, 0, state, state, n);
  return outcome;
}

// Two to four values: simple exponential smoothing from the first value, half way to each new one.
FitOutcome FitShort(std::span<const double> y) {
  FitOutcome outcome;
  outcome.status = FitStatus::kShort;
  outcome.reason = "too few values to estimate: smoothing parameter fixed at 0.5";
  EtsState initial;
  EtsState state;
  initial.level = state.level = y[0];
  double largest = 0;
  for (const double v : y) largest = std::max(largest, std::fabs(v));
  double sum = 0;
  for (const double v : y) {
    const double e = v / largest - state.level / largest;
    sum += e * e;
    state.level = 0.5 * state.level + 0.5 * v;
  }
  const double sigma = ToFinite(std::sqrt(sum / static_cast<double>(y.size() - 1)) * largest);
  outcome.model = Describe({}, {0.5, 0, 0, 1}, sigma, initial, state, y.size());
  return outcome;
}

Model ToModel(EtsEstimator& estimator, const EtsFit& fit, const FitRequest& request) {
  const auto n = static_cast<double>(estimator.size());
  EtsState initial = fit.initial;
  NormalizeSeason(fit.form, initial);
  const EtsState final = EtsFinalState(fit.form, estimator.Data(fit.form), fit.smoothing, initial);
  const double sum = estimator.SumOfSquares(fit.form, fit.smoothing, initial);
  double sigma = std::sqrt(sum / (n - fit.form.num_parameters()));
  const double of_errors = sigma;  // in the estimator's unit, or of shares
  if (fit.form.error == EtsError::kAdditive) sigma = ToFinite(sigma * estimator.unit());
  Model model = Describe(fit.form, fit.smoothing, sigma, estimator.ToDataUnits(fit.form, initial),
                         estimator.ToDataUnits(fit.form, final), estimator.size());
  // Of counts that have been zero none with shares was tried.
  const bool positive = std::all_of(request.y.begin(), request.y.end(), [](double v) { return v > 0; });
  const ErrorSizes additive = positive ? ErrorSizes::kAlike : ErrorSizes::kUndecided;
  const bool shares = fit.form.error == EtsError::kMultiplicative;
  DescribeErrors(estimator.Errors(fit.form), of_errors, request, model, shares ? ErrorSizes::kShares : additive);
  const double deviance = estimator.DevianceInDataUnits(fit.deviance);
  const EtsCriteria criteria = EtsInformationCriteria(deviance, fit.form, estimator.size());
  model.criteria.loglik = -0.5 * deviance;
  model.criteria.aic = criteria.aic;
  model.criteria.aicc = criteria.aicc;
  model.criteria.bic = criteria.bic;
  return model;
}

double StateOr(const Model& model, std::string_view name, double otherwise) {
  const std::vector<double>* values = model.State(name);
  return values != nullptr && !values->empty() ? values->front() : otherwise;
}

double ParameterOr(const Model& model, std::string_view name, double otherwise) {
  const double value = model.Parameter(name);
  return std::isnan(value) ? otherwise : value;
}

std::optional<EtsForm> FormOf(const Model& model) {
  const double season = ParameterOr(model, "season", 1);
  if (!(season >= 1 && season <= kEtsMaxPeriod)) return std::nullopt;
  return ParseEtsForm(model.spec, static_cast<int>(season));
}

// The model's point: states before the first observation (prefix "initial_") or after the last (no prefix).
EtsFit PointOf(const Model& model, const EtsForm& form, const std::string& prefix) {
  EtsFit point;
  point.form = form;
  point.smoothing.alpha = ParameterOr(model, "alpha", 0.5);
  point.smoothing.beta = ParameterOr(model, "beta", 0);
  point.smoothing.gamma = ParameterOr(model, "gamma", 0);
  point.smoothing.phi = ParameterOr(model, "phi", 1);
  point.initial.level = StateOr(model, prefix + "level", 0);
  point.initial.growth = StateOr(model, prefix + "trend", 0);
  const std::vector<double>* season = model.State(prefix + "seasonal");
  if (season != nullptr) {
    std::copy_n(season->begin(), std::min<std::size_t>(season->size(), kEtsMaxPeriod), point.initial.season.begin());
  }
  return point;
}

// What forecasts start from; nothing when the model is none of exponential smoothing.
std::optional<EtsOrigin> OriginOf(const Model& model) {
  const std::optional<EtsForm> form = FormOf(model);
  if (!form || model.State("level") == nullptr) return std::nullopt;
  const std::vector<double>* season = model.State("seasonal");
  if (form->has_season() && (season == nullptr || season->size() != static_cast<std::size_t>(form->period))) {
    return std::nullopt;
  }
  const EtsFit point = PointOf(model, *form, "");
  return EtsOrigin{*form, point.smoothing, point.initial, ParameterOr(model, "sigma", 0)};
}

// The form of `like` estimated again; nothing when it cannot be (too few values, or values it does not allow).
std::optional<EtsFit> Refit(EtsEstimator& estimator, const Model& like) {
  const std::optional<EtsForm> form = FormOf(like);
  if (like.algorithm != "ets" || !form) return std::nullopt;
  const std::vector<EtsForm> admissible = AdmissibleEtsForms(estimator.size(), estimator.positive(), form->period);
  if (std::find(admissible.begin(), admissible.end(), *form) == admissible.end()) return std::nullopt;
  EtsFit start = PointOf(like, *form, "initial_");
  start.initial = estimator.FromDataUnits(*form, start.initial);
  EtsFit fit = EstimateEts(estimator, start);
  if (!fit.usable()) return std::nullopt;
  return fit;
}

class Ets : public Algorithm {
 public:
  std::string_view name() const override { return "ets"; }

  FitOutcome Fit(const FitRequest& request) const override {
    const std::span<const double> y = request.y;
    if (y.empty()) return {FitStatus::kFailed, "no values", {}, 0};
    if (std::all_of(y.begin(), y.end(), [&](double v) { return v == y[0]; })) return FitConstant(y[0], y.size());
    if (y.size() < kShortest) return FitShort(y);
    EtsEstimator estimator(y);
    FitOutcome outcome;
    std::optional<EtsFit> fit;
    if (request.like != nullptr) fit = Refit(estimator, *request.like);
    if (!fit) {
      const EtsSelection selection = SelectEts(estimator, ChooseSeason(request.seasons, y.size()), request.horizon);
      outcome.evaluations = static_cast<std::uint32_t>(selection.evaluations);
      if (!selection.best.usable()) {
        outcome.reason = "no form of exponential smoothing has a finite likelihood";
        return outcome;
      }
      fit = selection.best;
    } else {
      outcome.evaluations = static_cast<std::uint32_t>(fit->evaluations);
    }
    outcome.status = FitStatus::kFitted;
    outcome.reason.clear();
    outcome.model = ToModel(estimator, *fit, request);
    return outcome;
  }

  std::string Damage(const Model& model) const override {
    const std::optional<EtsForm> form = FormOf(model);
    if (!form) return "'" + model.spec + "' is no form of exponential smoothing, or its season is impossible";
    ModelCheck check(model);
    check.HasFinite("alpha").HasNumber("sigma").HasState("level", 1).MayHaveErrorSizes();
    if (form->has_trend()) check.HasFinite("beta").HasState("trend", 1);
    if (form->trend == EtsTrend::kDamped) check.HasFinite("phi");
    if (form->has_season()) check.HasFinite("gamma").HasState("seasonal", static_cast<std::size_t>(form->period));
    return check.damage();
  }

  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    const EtsForm form = FormOf(model).value_or(EtsForm{});
    const EtsFit point = PointOf(model, form, "");
    const EtsOrigin origin{form, point.smoothing, point.initial, ParameterOr(model, "sigma", 0)};
    Forecast forecast;
    forecast.mean = EtsMeans(origin, horizon);
    if (levels.empty()) return forecast;
    std::vector<double> deviations = EtsStandardDeviations(origin, horizon);
    ScaleDeviations(model, deviations);
    forecast.intervals = NormalIntervals(forecast.mean, deviations, levels);
    return forecast;
  }

  std::unique_ptr<ModelFilter> Resume(const Model& model) const override {
    const std::optional<EtsOrigin> origin = OriginOf(model);
    return origin ? ResumeEtsFrom(model, *origin) : nullptr;
  }

  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override {
    const int m = ChooseSeason(seasons, n);
    const double per_value = m > 1 ? 6e-6 + 0.3e-6 * m : 2e-6;
    return 3e-5 + per_value * static_cast<double>(n);
  }
};

}  // namespace

std::unique_ptr<Algorithm> MakeEts() {
  return std::make_unique<Ets>();
}

}  // namespace fitd
