#include "common/models/arima/forecast.h"

#include <algorithm>
#include <cmath>

#include "common/models/base/error_scale.h"
#include "common/models/base/normal_forecast.h"
#include "common/models/numeric/scaling.h"

namespace fitd::arima {
namespace {

// Contributions of the ARMA process to steps 1..horizon, shocks being zero.
std::vector<double> ProcessPath(const LagPolynomials& polynomials, std::vector<double> state, std::size_t horizon) {
  state.resize(std::max(state.size(), polynomials.phi.size()) + 1, 0.0);
  std::vector<double> out;
  out.reserve(horizon);
  for (std::size_t h = 0; h < horizon; ++h) {
    const double value = state[0];
    out.push_back(value);
    for (std::size_t i = 0; i + 1 < state.size(); ++i) {
      state[i] = state[i + 1] + (i < polynomials.phi.size() ? polynomials.phi[i] * value : 0.0);
    }
  }
  return out;
}

// psi_0..psi_{horizon-1} of the whole model, differences included.
std::vector<double> PsiWeights(const LagPolynomials& polynomials, std::span<const double> integration,
                               std::size_t horizon) {
  std::vector<double> process(horizon, 0.0);
  std::vector<double> out(horizon, 0.0);
  for (std::size_t k = 0; k < horizon; ++k) {
    double sum = k == 0 ? 1.0 : (k <= polynomials.theta.size() ? polynomials.theta[k - 1] : 0.0);
    for (const int lag : polynomials.phi_lags) {
      const auto back = static_cast<std::size_t>(lag);
      if (back > k) break;
      sum += polynomials.phi[back - 1] * process[k - back];
    }
    process[k] = sum;
    for (std::size_t i = 0; i < std::min(k, integration.size()); ++i) sum += integration[i] * out[k - 1 - i];
    out[k] = sum;
  }
  return out;
}

// How far forecasts move when the constant of the differenced series moves by one, and what was estimated with it.
std::vector<double> ConstantWeights(const LagPolynomials& polynomials, std::span<const double> unit_process,
                                    std::span<const double> integration, std::size_t horizon) {
  std::vector<double> out;
  out.reserve(horizon);
  for (const double known : ProcessPath(polynomials, {unit_process.begin(), unit_process.end()}, horizon)) {
    double weight = 1 - known;
    for (std::size_t i = 0; i < std::min(out.size(), integration.size()); ++i) {
      weight += integration[i] * out[out.size() - 1 - i];
    }
    out.push_back(weight);
  }
  return out;
}

// Standard deviations of steps 1.. over the innovations': of the shocks to come, and of a constant that was estimated,
// whose error has its own way through the steps: h errors of a drift at step h. `constant`: in the same unit, or empty.
std::vector<double> Widths(const std::vector<double>& psi, std::span<const double> constant) {
  std::vector<double> widths;
  double sum = 0;
  for (std::size_t h = 0; h < psi.size(); ++h) {
    sum += psi[h] * psi[h];
    widths.push_back(std::sqrt(constant.empty() ? sum : sum + constant[h] * constant[h]));
  }
  return widths;
}

}  // namespace

std::vector<std::string> CoefficientNames(const ArimaOrder& o) {
  std::vector<std::string> out;
  const auto add = [&out](const char* name, int count) {
    for (int i = 1; i <= count; ++i) out.push_back(name + std::to_string(i));
  };
  add("ar", o.p);
  add("ma", o.q);
  add("sar", o.P);
  add("sma", o.Q);
  return out;
}

bool ReadModel(const Model& model, ArimaOrder* order, Coefficients* coefficients) {
  const std::optional<ArimaOrder> parsed = ParseSpec(model.spec);
  if (!parsed) return false;
  *order = *parsed;
  const std::vector<std::string> names = CoefficientNames(*order);
  *coefficients = {};
  for (std::size_t i = 0; i < names.size(); ++i) {
    (*coefficients)[i] = model.Parameter(names[i]);
    if (!std::isfinite((*coefficients)[i])) return false;
  }
  return true;
}

Forecast PredictFromModel(const Model& model, int horizon, std::span<const double> levels) {
  Forecast out;
  ArimaOrder order;
  Coefficients coefficients;
  const std::vector<double>* recent = model.State("recent");
  const std::vector<double>* process = model.State("process");
  const std::vector<double>* deviation = model.State("innovation_sd");
  if (horizon < 1 || recent == nullptr || process == nullptr || deviation == nullptr || deviation->size() != 1 ||
      !ReadModel(model, &order, &coefficients)) {
    return out;
  }
  if (recent->size() !=
      static_cast<std::size_t>(order.d) + static_cast<std::size_t>(order.D) * static_cast<std::size_t>(order.m))
    return out;
  const std::vector<double> integration = IntegrationWeights(order);
  LagPolynomials polynomials;
  Expand(order, coefficients, &polynomials);
  const auto steps = static_cast<std::size_t>(horizon);
  double constant = 0;
  if (order.constant) {
    constant = order.d + order.D == 0 ? model.Parameter("mean") : model.Parameter("drift");
    if (order.D == 1) constant *= order.m;
  }
  std::vector<double> path = *recent;
  for (const double contribution : ProcessPath(polynomials, *process, steps)) {
    double value = constant + contribution;
    for (std::size_t i = 0; i < integration.size(); ++i) value += integration[i] * path[path.size() - 1 - i];
    path.push_back(ToFinite(value, 0));
  }
  out.mean.assign(path.end() - static_cast<std::ptrdiff_t>(steps), path.end());
  if (levels.empty()) return out;
  const std::vector<double> psi = PsiWeights(polynomials, integration, steps);
  std::vector<double> constant_errors;
  const std::vector<double>* error = model.State("constant_error");  // none in models of earlier versions
  if (error != nullptr && !error->empty() && (*deviation)[0] > 0) {
    constant_errors = ConstantWeights(polynomials, std::span(*error).subspan(1), integration, steps);
    for (double& weight : constant_errors) weight *= error->front() / (*deviation)[0];
  }
  std::vector<double> widths = Widths(psi, constant_errors);
  ScaleDeviations(model, widths);
  for (const double level : levels) {
    ForecastInterval interval;
    interval.level = level;
    const double reach = EstimatedQuantile(level, model) * (*deviation)[0];
    for (std::size_t h = 0; h < steps; ++h) {
      interval.lo.push_back(ToFinite(out.mean[h] - reach * widths[h], 0));
      interval.hi.push_back(ToFinite(out.mean[h] + reach * widths[h], 0));
    }
    out.intervals.push_back(std::move(interval));
  }
  return out;
}

}  // namespace fitd::arima
