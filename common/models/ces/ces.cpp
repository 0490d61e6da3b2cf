#include "common/models/ces/ces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <string>

#include "common/models/base/error_scale.h"
#include "common/models/base/model_check.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/ces/filter.h"
#include "common/models/ces/recursion.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/information.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::size_t kMinValues = 4;
constexpr double kSecondsPerValue = 2.5e-6;
constexpr double kSecondsPerFit = 5e-6;
constexpr CesForm kForms[] = {CesForm::kNone, CesForm::kSimple, CesForm::kPartial, CesForm::kFull};
// Relative decrease of the sum of squares at which a search stops: while forms compete, and for the one that is kept.
constexpr double kRoughTolerance = 1e-5;
constexpr double kTolerance = 1e-9;
// Below this the errors of a series of magnitude 1 are rounding.
constexpr double kSmallestSquares = 1e-30;

std::string_view FormName(CesForm form) {
  switch (form) {
    case CesForm::kNone:
      return "none";
    case CesForm::kSimple:
      return "simple";
    case CesForm::kPartial:
      return "partial";
    case CesForm::kFull:
      return "full";
  }
  return "none";
}

std::vector<std::string_view> ParameterNames(CesForm form) {
  if (form == CesForm::kPartial) return {"alpha0", "alpha1", "beta"};
  if (form == CesForm::kFull) return {"alpha0", "alpha1", "beta0", "beta1"};
  return {"alpha0", "alpha1"};
}

struct CesStructure {
  CesForm form = CesForm::kNone;
  std::size_t season = 0;
};

CesParameters FirstParameters(CesForm form) {
  if (form == CesForm::kPartial) return {1.3, 1, 0.1, 0};
  return {1.3, 1, 1.3, 1};
}

// Form, season and parameters of a model; nothing when it is not one of ours.
std::optional<CesStructure> StructureOf(const Model& model, CesParameters& parameters) {
  for (const CesForm form : kForms) {
    if (!model.spec.starts_with(FormName(form))) continue;
    const std::vector<double>* season = model.State("season");
    const std::vector<std::string_view> names = ParameterNames(form);
    parameters = FirstParameters(form);
    for (std::size_t i = 0; i < names.size(); ++i) parameters[i] = model.Parameter(names[i]);
    return CesStructure{.form = form, .season = season == nullptr ? 0 : season->size()};
  }
  return std::nullopt;
}

struct Candidate {
  CesStructure structure;
  SquaresMinimum minimum;
  double aicc = std::numeric_limits<double>::infinity();
};

// Smoothing parameters, variance and first states.
double CountParameters(const CesStructure& s) {
  const double m = static_cast<double>(s.season);
  const double smoothing = static_cast<double>(CesParameterCount(s.form));
  switch (s.form) {
    case CesForm::kNone:
      return smoothing + 3;
    case CesForm::kSimple:
      return smoothing + 1 + 2 * m;
    case CesForm::kPartial:
      return smoothing + 2 + m;
    case CesForm::kFull:
      return smoothing + 2 + 2 * m;
  }
  return smoothing;
}

// Criteria of errors of the series times 2^-exponent.
Criteria CriteriaOf(const CesStructure& structure, double sse, std::size_t num_values, int exponent) {
  Criteria c;
  const double n = static_cast<double>(num_values);
  const double k = CountParameters(structure);
  const double smoothing = static_cast<double>(CesParameterCount(structure.form));
  const double sigma2 = std::ldexp(sse / std::max(n - smoothing, 1.0), 2 * exponent);
  if (std::isfinite(sigma2)) c.sigma2 = sigma2;
  if (!(sse > 0)) return c;
  c.loglik = -0.5 * n * (Log(sse) + 2.0 * exponent * std::numbers::ln2);
  c.aic = -2 * c.loglik + 2 * k;
  if (n > k + 1) c.aicc = CorrectedAic(-2 * c.loglik, k, num_values);
  c.bic = -2 * c.loglik + k * Log(n);
  return c;
}

// `settles`: with alpha1 = 1, where forecasts are the level for ever, rather than go to zero (below) or grow.
Candidate FitStructure(std::span<const double> y, const CesStructure& structure, const CesParameters& start,
                       double tolerance, bool settles = false) {
  Candidate candidate{.structure = structure, .minimum = {}};
  const CesStates last = CesLastStates(y, structure.form, structure.season);
  SquaresProblem problem{.size = CesParameterCount(structure.form),
                         .lower = {1, settles ? 1.0 : 0.8, 0, 0},
                         .upper = {2, settles ? 1.0 : 1.2, 1.5, 1.5},
                         .max_evaluations = 60,
                         .tolerance = tolerance};
  const auto squares = [&](const CesParameters& p) { return CesSquares(y, structure.form, structure.season, p, last); };
  candidate.minimum = MinimizeSquares(problem, squares, start);
  const double sse = candidate.minimum.sse;
  if (!std::isfinite(sse)) return candidate;
  const Criteria c = CriteriaOf(structure, std::max(sse, kSmallestSquares), y.size(), 0);
  if (std::isfinite(c.aicc)) candidate.aicc = c.aicc;
  return candidate;
}

// The best structure for the seasons asked for; without a season when no other has an AICc.
Candidate Select(std::span<const double> y, std::span<const int> seasons, std::uint32_t& evaluations) {
  Candidate best = FitStructure(y, {}, FirstParameters(CesForm::kNone), kRoughTolerance);
  evaluations = best.minimum.evaluations;
  for (const int length : seasons) {
    const std::size_t season = static_cast<std::size_t>(std::max(length, 0));
    if (season < 2 || y.size() <= 2 * season) continue;
    for (const CesForm form : {CesForm::kSimple, CesForm::kPartial, CesForm::kFull}) {
      const CesStructure structure{.form = form, .season = season};
      if (static_cast<double>(y.size()) <= CountParameters(structure) + 1) continue;
      const Candidate candidate = FitStructure(y, structure, FirstParameters(form), kRoughTolerance);
      evaluations += candidate.minimum.evaluations;
      if (candidate.aicc < best.aicc) best = candidate;
    }
  }
  return best;
}

NamedVector SeasonState(std::string_view name, std::vector<double> values, std::size_t n, int exponent) {
  std::rotate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n % values.size()), values.end());
  for (double& v : values) v = ScaleUp(v, exponent);
  return {.name = std::string(name), .values = std::move(values)};
}

// Fills in what depends on the parameters found for `y`, the series times 2^-exponent.
void DescribeCes(std::span<const double> y, int exponent, const Candidate& best, const FitRequest& request,
                 Model& model) {
  const CesStructure& s = best.structure;
  CesStates states;
  std::vector<double> errors;
  const CesStates last = CesLastStates(y, s.form, s.season);
  const double sse = CesFilter(y, s.form, s.season, best.minimum.x, last, states, &errors);
  const double n = static_cast<double>(y.size());
  const double smoothing = static_cast<double>(CesParameterCount(s.form));
  model.spec = FormName(s.form);
  if (s.season > 0) model.spec += '[' + std::to_string(s.season) + ']';
  model.criteria = CriteriaOf(s, sse, y.size(), exponent);
  const std::vector<std::string_view> names = ParameterNames(s.form);
  for (std::size_t i = 0; i < names.size(); ++i) {
    model.parameters.push_back({std::string(names[i]), best.minimum.x[i]});
  }
  const double sigma = std::sqrt(sse / std::max(n - smoothing, 1.0));
  model.parameters.push_back({"sigma", ScaleUp(sigma, exponent)});
  if (s.form != CesForm::kSimple) {
    model.states.push_back({"complex", {ScaleUp(states.level, exponent), ScaleUp(states.potential, exponent)}});
  }
  if (!states.season.empty()) {
    model.states.push_back(SeasonState("season", std::move(states.season), y.size(), exponent));
  }
  if (!states.season_potential.empty()) {
    model.states.push_back(SeasonState("season_potential", std::move(states.season_potential), y.size(), exponent));
  }
  const int estimated = static_cast<int>(CesParameterCount(s.form)) + 2;  // and the level with its potential
  model.states.push_back(EstimationState(y.size(), estimated));
  DescribeErrors(errors, sigma, request, model, ErrorSizes::kUndecided);
}

// Repeats the last value: the closed form for constants and for a handful of values.
void DescribeLastValue(std::span<const double> y, Model& model) {
  const int exponent = ScaleExponent(y);
  const std::vector<double> x = ScaleDown(y, exponent);
  double sse = 0;
  for (std::size_t t = 1; t < x.size(); ++t) sse += (x[t] - x[t - 1]) * (x[t] - x[t - 1]);
  const double sigma = std::sqrt(sse / std::max(static_cast<double>(x.size()) - 1, 1.0));
  model.spec = FormName(CesForm::kNone);
  model.parameters = {{"alpha0", 2}, {"alpha1", 1}, {"sigma", ScaleUp(sigma, exponent)}};
  model.states = {{"complex", {y.back(), y.back() / 2}}};
}

class Ces final : public Algorithm {
 public:
  std::string_view name() const override { return "ces"; }
  FitOutcome Fit(const FitRequest& request) const override;
  std::string Damage(const Model& model) const override;
  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override;
  std::unique_ptr<ModelFilter> Resume(const Model& model) const override {
    CesParameters parameters{};
    const std::optional<CesStructure> structure = StructureOf(model, parameters);
    return structure ? ResumeCesFrom(model, structure->form, structure->season, parameters) : nullptr;
  }
  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override {
    const double forms = 1 + 3 * static_cast<double>(seasons.size());
    return kSecondsPerFit + kSecondsPerValue * static_cast<double>(n) * forms / 4;
  }
};

// False for forecasts that take a series of positive values to less than a third or more than three times where they
// begin, season by season: an alpha1 away from 1 goes exponentially to zero or beyond all bounds. Of spikes that come
// every 12 hours, without a season, all forecasts 72 hours ahead were below a hundredth of the mean.
bool IsPlausible(std::span<const double> y, const Candidate& candidate, int horizon) {
  constexpr double kMostChange = 3;  // as of the trends of ets (ets/select.cpp)
  constexpr int kFewestSteps = 6;
  constexpr int kMostSteps = 10000;
  if (!std::all_of(y.begin(), y.end(), [](double v) { return v > 0; })) return true;
  const CesStructure& s = candidate.structure;
  CesStates states;
  CesFilter(y, s.form, s.season, candidate.minimum.x, CesLastStates(y, s.form, s.season), states);
  const std::size_t round = std::max<std::size_t>(s.season, 1);
  const int steps = std::clamp(horizon, kFewestSteps, kMostSteps) + static_cast<int>(round);
  const std::vector<double> path = CesForecast(std::move(states), s.form, candidate.minimum.x, steps);
  double first = 0;
  double last = 0;
  for (std::size_t i = 0; i < round; ++i) {
    first += path[i];
    last += path[path.size() - 1 - i];
  }
  return first > 0 && last * kMostChange >= first && last <= kMostChange * first;
}

FitOutcome Ces::Fit(const FitRequest& request) const {
  const std::span<const double> y = request.y;
  FitOutcome outcome;
  outcome.reason.clear();
  outcome.model.algorithm = name();
  outcome.model.num_observations = y.size();
  if (y.size() < kMinValues || IsConstant(y)) {
    const bool constant = y.size() > 1 && IsConstant(y);
    outcome.status = constant ? FitStatus::kConstant : FitStatus::kShort;
    outcome.reason = constant ? "all values are equal" : "fewer than 4 values: the last value is repeated";
    DescribeLastValue(y, outcome.model);
    return outcome;
  }
  const int exponent = ScaleExponent(y);
  const std::vector<double> x = ScaleDown(y, exponent);
  CesParameters start{};
  const std::optional<CesStructure> kept = request.like != nullptr ? StructureOf(*request.like, start) : std::nullopt;
  CesStructure structure;
  if (kept.has_value() && x.size() >= 2 * kept->season) {
    structure = *kept;
  } else {
    const Candidate best = Select(x, request.seasons, outcome.evaluations);
    structure = best.structure;
    start = best.minimum.x;
  }
  Candidate best = FitStructure(x, structure, start, kTolerance);
  outcome.evaluations += best.minimum.evaluations;
  if (kept.has_value()) {
    // The sum of squares may have another valley by now, where a search from nothing would end.
    const Candidate rough = FitStructure(x, structure, FirstParameters(structure.form), kRoughTolerance);
    outcome.evaluations += rough.minimum.evaluations;
    if (rough.minimum.sse < best.minimum.sse) {
      best = FitStructure(x, structure, rough.minimum.x, kTolerance);
      outcome.evaluations += best.minimum.evaluations;
    }
  }
  if (!IsPlausible(x, best, request.horizon)) {
    const Candidate settled = FitStructure(x, best.structure, FirstParameters(best.structure.form), kTolerance, true);
    outcome.evaluations += settled.minimum.evaluations;
    if (std::isfinite(settled.minimum.sse)) best = settled;
  }
  DescribeCes(x, exponent, best, request, outcome.model);
  outcome.status = FitStatus::kFitted;
  return outcome;
}

std::string Ces::Damage(const Model& model) const {
  CesParameters parameters{};
  const std::optional<CesStructure> structure = StructureOf(model, parameters);
  ModelCheck check(model);
  check.Expect(structure.has_value(), "'" + model.spec + "' is no form of complex smoothing").HasNumber("sigma");
  check.MayHaveErrorSizes();
  if (!structure) return check.damage();
  for (const std::string_view name : ParameterNames(structure->form)) check.HasFinite(name);
  const bool seasonal = structure->form != CesForm::kNone;
  const bool complex_season = structure->form == CesForm::kSimple || structure->form == CesForm::kFull;
  check.Expect(seasonal == (structure->season > 0), "its season does not fit its form");
  if (structure->form != CesForm::kSimple) check.HasState("complex", 2);
  check.HasState("season", structure->season);
  check.HasState("season_potential", complex_season ? structure->season : 0);
  return check.damage();
}

Forecast Ces::Predict(const Model& model, int horizon, std::span<const double> levels) const {
  CesParameters parameters{};
  const CesStructure structure = StructureOf(model, parameters).value_or(CesStructure{});
  CesStates states;
  int exponent = 0;
  for (const std::string_view name : {"complex", "season", "season_potential"}) {
    if (const std::vector<double>* state = model.State(name)) exponent = std::max(exponent, ScaleExponent(*state));
  }
  exponent += 64;  // headroom for growth before the last step
  if (const std::vector<double>* complex = model.State("complex")) {
    const std::vector<double> scaled = ScaleDown(*complex, exponent);
    states.level = scaled[0];
    states.potential = scaled[1];
  }
  if (const std::vector<double>* season = model.State("season")) states.season = ScaleDown(*season, exponent);
  if (const std::vector<double>* season = model.State("season_potential")) {
    states.season_potential = ScaleDown(*season, exponent);
  }
  Forecast forecast;
  forecast.mean = CesForecast(std::move(states), structure.form, parameters, horizon);
  std::vector<double> deviation = CesVariance(structure.form, structure.season, parameters, horizon);
  const double sigma = model.Parameter("sigma");
  for (double& m : forecast.mean) m = ScaleUp(m, exponent);
  for (double& d : deviation) d = ToFinite(sigma * std::sqrt(d));
  ScaleDeviations(model, deviation);
  forecast.intervals = EstimatedIntervals(forecast.mean, deviation, levels, model);
  return forecast;
}

}  // namespace

std::unique_ptr<Algorithm> MakeCes() {
  return std::make_unique<Ces>();
}

}  // namespace fitd
