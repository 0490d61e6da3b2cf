#include "common/models/arima/arima.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/models/arima/differencing.h"
#include "common/models/arima/estimate.h"
#include "common/models/arima/filter.h"
#include "common/models/arima/forecast.h"
#include "common/models/arima/other_maxima.h"
#include "common/models/arima/search.h"
#include "common/models/arima/series.h"
#include "common/models/base/error_scale.h"
#include "common/models/base/model_check.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/information.h"
#include "common/models/numeric/vectors.h"

namespace fitd {
namespace {

using arima::ArimaOrder;
using arima::Coefficients;
using arima::Estimate;
using arima::EstimateOptions;
using arima::Estimator;
using arima::PreparedSeries;

double Scaled(double x, int exponent) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  return std::clamp(std::ldexp(x, exponent), -kLargest, kLargest);
}

FitOutcome Failed(std::string reason) {
  FitOutcome out;
  out.reason = std::move(reason);
  return out;
}

// What an estimate leaves behind in its estimator, in the prepared series' units.
struct Residue {
  double sum_of_squares = 0;
  double constant = 0;               // of the differenced series
  double constant_information = 0;   // its variance is sigma2 over this; 0: there is none
  std::vector<double> unit_process;  // what a constant that is one too small adds to `process`
  std::vector<double> process;
  std::vector<double> gain = {1.0};
  std::vector<double> innovations;  // standardised
};

Model BuildModel(const FitRequest& request, const PreparedSeries& prepared, const ArimaOrder& order,
                 const Coefficients& coefficients, const Residue& residue) {
  Model model;
  model.algorithm = "arima";
  model.spec = SpecOf(order);
  const std::span<const double> y = request.y;
  model.num_observations = y.size();
  const std::vector<std::string> names = arima::CoefficientNames(order);
  for (std::size_t i = 0; i < names.size(); ++i) model.parameters.push_back({names[i], coefficients[i]});
  if (order.constant) {
    const double constant = Scaled(residue.constant + prepared.centre, prepared.exponent);
    if (order.d + order.D == 0) {
      model.parameters.push_back({"mean", constant});
    } else {
      model.parameters.push_back({"drift", order.D == 1 ? constant / order.m : constant});
    }
  }
  model.parameters.push_back({"season", static_cast<double>(order.m)});
  const std::size_t kept = static_cast<std::size_t>(order.d) + static_cast<std::size_t>(order.D * order.m);
  model.states.push_back({"recent", {y.end() - static_cast<std::ptrdiff_t>(kept), y.end()}});
  std::vector<double> process = residue.process;
  for (double& s : process) s = Scaled(s, prepared.exponent);
  model.states.push_back({"process", std::move(process)});
  const double left = static_cast<double>(prepared.values.size()) - order.NumParameters() + 1;
  const double deviation = std::sqrt(residue.sum_of_squares / std::max(left, 1.0));
  model.states.push_back({"innovation_sd", {Scaled(deviation, prepared.exponent)}});
  model.states.push_back({"gain", residue.gain});
  model.states.push_back(EstimationState(prepared.values.size(), order.NumCoefficients(), order.constant ? 1 : 0));
  if (order.constant && residue.constant_information > 0) {
    std::vector<double> error = {Scaled(deviation / std::sqrt(residue.constant_information), prepared.exponent)};
    error.insert(error.end(), residue.unit_process.begin(), residue.unit_process.end());
    model.states.push_back({"constant_error", std::move(error)});
  }
  DescribeErrors(residue.innovations, deviation, request, model, ErrorSizes::kUndecided);
  model.criteria.sigma2 = Scaled(deviation * deviation, 2 * prepared.exponent);
  return model;
}

void SetCriteria(const Estimate& estimate, const PreparedSeries& prepared, Model* model) {
  const std::size_t count = prepared.values.size();
  const auto n = static_cast<double>(count);
  const int parameters = estimate.order.NumParameters();
  const double loglik =
      -estimate.objective - 0.5 * n * (1 + Log(2 * std::numbers::pi)) - n * prepared.exponent * std::numbers::ln2;
  Criteria& c = model->criteria;
  c.loglik = loglik;
  c.aic = -2 * loglik + 2 * parameters;
  c.bic = c.aic + parameters * (Log(n) - 2);
  c.aicc = CorrectedAic(-2 * loglik, parameters, count);
  if (!std::isfinite(c.aicc)) c.aicc = kNotAvailable;
}

// Models without ARMA part: nothing to estimate but a constant, by the mean.
FitOutcome ClosedForm(const FitRequest& request, const PreparedSeries& prepared, ArimaOrder order, FitStatus status) {
  order.p = order.q = order.P = order.Q = 0;
  Residue residue;
  if (order.constant) {
    if (prepared.constant) {
      residue.constant = prepared.values.front();
    } else {
      for (const double v : prepared.values) residue.constant += v / static_cast<double>(prepared.values.size());
    }
  }
  for (const double v : prepared.values) {
    residue.sum_of_squares += (v - residue.constant) * (v - residue.constant);
    residue.innovations.push_back(v - residue.constant);
  }
  if (prepared.constant && order.constant) residue.sum_of_squares = 0;
  residue.constant_information = static_cast<double>(prepared.values.size());
  FitOutcome out;
  out.status = status;
  if (status == FitStatus::kFitted) out.reason.clear();
  if (status == FitStatus::kConstant) out.reason = "all values are equal";
  if (status == FitStatus::kShort) out.reason = "fewer than 4 values";
  out.model = BuildModel(request, prepared, order, {}, residue);
  return out;
}

FitOutcome Finish(const FitRequest& request, const PreparedSeries& prepared, Estimator* estimator,
                  const Estimate& estimate, int evaluations) {
  estimator->Revisit(estimate);
  Residue residue;
  residue.sum_of_squares = estimator->likelihood().sum_of_squares();
  residue.constant = estimator->likelihood().constant();
  if (estimate.order.constant) residue.constant_information = estimator->likelihood().constant_information();
  residue.unit_process = estimator->likelihood().UnitState(estimator->polynomials());
  residue.process = estimator->likelihood().FinalState(estimator->polynomials());
  residue.gain = estimator->likelihood().FinalGain();
  estimator->likelihood().StandardisedInnovations(&residue.innovations);
  FitOutcome out;
  out.status = FitStatus::kFitted;
  out.reason.clear();
  out.evaluations = static_cast<std::uint32_t>(evaluations + estimate.evaluations + 1);
  out.model = BuildModel(request, prepared, estimate.order, estimate.coefficients, residue);
  SetCriteria(estimate, prepared, &out.model);
  return out;
}

EstimateOptions FinalOptions() {
  EstimateOptions options;
  options.max_evaluations = 200;
  options.tolerance = 1e-9;
  return options;
}

// The order is searched on so many of the last differenced values.
std::size_t SearchedLength(int m) {
  return static_cast<std::size_t>(std::max(1000, 12 * std::min(m, 1000)));
}

// True of a handful of values none of which is on the other side of zero. AICc asks so much for a mean there, 6.7 for
// that of five values, that 100, 20, 150, 40, 90 would be noise around zero.
bool MeanIsNotZero(std::span<const double> y) {
  constexpr std::size_t kHandful = 7;
  if (y.size() > kHandful) return false;
  const auto [least, most] = std::minmax_element(y.begin(), y.end());
  return *least >= 0 || *most <= 0;
}

bool HasOneSign(std::span<const double> y) {
  const auto [least, most] = std::minmax_element(y.begin(), y.end());
  return *least > 0 || *most < 0;
}

// Where a search may begin, if `near` is a model of the same differences.
std::optional<arima::SearchStart> StartOf(const Model* near, const ArimaOrder& differencing) {
  arima::SearchStart start;
  Coefficients coefficients;
  if (near == nullptr || !arima::ReadModel(*near, &start.order, &coefficients)) return std::nullopt;
  const ArimaOrder& order = start.order;
  if (order.d != differencing.d || order.D != differencing.D || order.m != differencing.m) return std::nullopt;
  start.partials = Estimator::PartialsOf(order, coefficients);
  return start;
}

FitOutcome SelectAndFit(const FitRequest& request, const PreparedSeries& prepared, const ArimaOrder& differencing) {
  const std::size_t longest = SearchedLength(differencing.m);
  const std::span<const double> all(prepared.values);
  Estimator searching(all.size() > longest ? all.last(longest) : all);
  arima::SearchLimits limits = arima::LimitsFor(request.y.size(), differencing.m);
  const bool level = differencing.d + differencing.D == 0;
  limits.constant_required = prepared.centre != 0 || (level && MeanIsNotZero(request.y));
  limits.noise_has_mean = level && HasOneSign(request.y);
  const std::optional<arima::SearchStart> near = StartOf(request.near, differencing);
  const arima::Selection selection =
      SelectOrder(&searching, differencing, limits, request.y.size(), near ? &*near : nullptr);
  if (!selection.best.usable) {
    ArimaOrder order = differencing;
    order.constant = limits.constant_required;
    return ClosedForm(request, prepared, order, FitStatus::kFitted);
  }
  Estimator whole(all);
  const Coefficients& start = selection.best.partials;
  const Estimate estimate = whole.Fit(selection.best.order, {&start, 1}, FinalOptions());
  if (!estimate.usable) return Failed("the likelihood is not finite at the selected model's estimate");
  return Finish(request, prepared, &whole, estimate, selection.evaluations);
}

ArimaOrder DifferencingFor(std::span<const double> normalised, int m) {
  const arima::DifferencingOrders chosen = arima::ChooseDifferencing(normalised, m);
  ArimaOrder order;
  order.m = m;
  order.d = chosen.d;
  order.D = chosen.D;
  return order;
}

FitOutcome RefitArima(const FitRequest& request, std::span<const double> normalised, int exponent) {
  const Model& like = *request.like;
  ArimaOrder order;
  Coefficients coefficients;
  if (!arima::ReadModel(like, &order, &coefficients)) return Failed("not an ARIMA model to refit: " + like.spec);
  const PreparedSeries prepared = Prepare(normalised, exponent, order, order.constant);
  if (prepared.values.empty()) return Failed("too few values for " + like.spec);
  if (prepared.constant) return ClosedForm(request, prepared, order, FitStatus::kFitted);
  Estimator estimator(prepared.values);
  const Coefficients start = arima::Estimator::PartialsOf(order, coefficients);
  EstimateOptions options;
  options.tolerance = 1e-6;
  Estimate estimate = estimator.Fit(order, {&start, 1}, options);
  if (!estimate.usable) {
    // Near-cancelling or near-perfect factors may have no finite likelihood where they were left.
    const Coefficients zero{};
    estimate = estimator.Fit(order, {&zero, 1}, options);
  }
  int evaluations = 0;
  if (estimate.usable) {
    for (const Coefficients& other : OtherStarts(&estimator, estimate, &evaluations)) {
      EstimateOptions better = options;
      better.max_evaluations = FinalOptions().max_evaluations;
      better.abandon_above = estimate.aicc;
      const Estimate there = estimator.Fit(order, {&other, 1}, better);
      evaluations += there.evaluations;
      if (there.usable && !there.abandoned && there.aicc < estimate.aicc) estimate = there;
    }
  }
  if (!estimate.usable && order.NumCoefficients() == 0) return ClosedForm(request, prepared, order, FitStatus::kFitted);
  if (!estimate.usable) return Failed("too few values for " + like.spec);
  return Finish(request, prepared, &estimator, estimate, evaluations);
}

class ArimaAlgorithm : public Algorithm {
 public:
  std::string_view name() const override { return "arima"; }

  FitOutcome Fit(const FitRequest& request) const override {
    const std::span<const double> y = request.y;
    if (y.empty()) return Failed("no values");
    if (!AllFinite(y)) {
      return Failed("a value is not finite");
    }
    int exponent = 0;
    const std::vector<double> normalised = arima::Normalised(y, &exponent);
    ArimaOrder order;
    order.m = request.seasons.empty() ? 1 : std::max(1, request.seasons.front());
    order.constant = true;
    if (y.size() > 1 && arima::IsConstant(normalised, 1.0)) {
      return ClosedForm(request, Prepare(normalised, exponent, order, false), order, FitStatus::kConstant);
    }
    if (y.size() < 4) {
      order.d = y.size() > 1 ? 1 : 0;
      order.constant = y.size() == 1;
      return ClosedForm(request, Prepare(normalised, exponent, order, false), order, FitStatus::kShort);
    }
    if (request.like != nullptr) return RefitArima(request, normalised, exponent);
    order = DifferencingFor(normalised, order.m);
    const PreparedSeries prepared = Prepare(normalised, exponent, order, order.d + order.D <= 1);
    if (!prepared.constant) return SelectAndFit(request, prepared, order);
    order.constant = order.d + order.D <= 1;
    return ClosedForm(request, prepared, order, FitStatus::kFitted);
  }

  std::string Damage(const Model& model) const override {
    ArimaOrder order;
    Coefficients coefficients;
    if (!arima::ReadModel(model, &order, &coefficients)) {
      return "'" + model.spec + "' is no ARIMA model, or a coefficient of it is missing";
    }
    ModelCheck check(model);
    const auto kept =
        static_cast<std::size_t>(order.d) + static_cast<std::size_t>(order.D) * static_cast<std::size_t>(order.m);
    check.HasState("recent", kept).HasState("innovation_sd", 1).MayHaveErrorSizes();
    if (model.State("constant_error") != nullptr) check.HasSomeState("constant_error");
    if (order.constant) check.HasFinite(order.d + order.D == 0 ? "mean" : "drift");
    return check.Expect(model.State("process") != nullptr, "state 'process' is missing").damage();
  }

  Forecast Predict(const Model& model, int horizon, std::span<const double> levels) const override {
    return arima::PredictFromModel(model, horizon, levels);
  }

  std::unique_ptr<ModelFilter> Resume(const Model& model) const override { return arima::ResumeArima(model); }

  double ExpectedSeconds(std::size_t n, std::span<const int> seasons) const override {
    const int m = seasons.empty() ? 1 : seasons.front();
    const auto searched = static_cast<double>(std::min(n, SearchedLength(m)));
    const double states = m > arima::kMaxSeasonalStates ? 5 : std::min(2 * m, arima::kMaxSeasonalStates) + 5;
    const double evaluations = m > 1 ? 400 : 150;
    return 2e-5 + evaluations * searched * (2e-8 + 2.5e-9 * states) + 5e-7 * static_cast<double>(n);
  }
};

}  // namespace

std::unique_ptr<Algorithm> MakeArima() {
  return std::make_unique<ArimaAlgorithm>();
}

}  // namespace fitd
