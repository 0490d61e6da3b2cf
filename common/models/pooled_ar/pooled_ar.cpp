#include "common/models/pooled_ar/pooled_ar.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "common/models/base/model_check.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/scaling.h"
#include "common/models/pooled_ar/layout.h"
#include "common/models/pooled_ar/series.h"
#include "common/models/pooled_ar/windows.h"

namespace fitd {
namespace {

using namespace pooled_ar;

// Forecasts on the regression's scale.
struct Path {
  std::vector<double> z;         // season not put back
  std::vector<double> variance;  // same scale, squared
};

// Steps 1..horizon of the coefficients, from one origin; between steps with coefficients of their own, straight lines.
Path PredictBlock(const PooledState& state, const PooledArCoefficients& coefficients,
                  std::span<const std::size_t> steps) {
  const double scale = state.scale();
  std::vector<double> x(coefficients.weights.size() / steps.size());
  if (scale > 0) state.Features(x);
  Path path;
  double z = state.last();
  double variance = 0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    double next_z = state.last();
    double next_variance = 0;
    if (scale > 0) {
      double change = 0;
      for (std::size_t i = 0; i < x.size(); ++i) change += coefficients.weights[k * x.size() + i] * x[i];
      next_z += change * scale;
      next_variance = coefficients.sigma[k] * scale * coefficients.sigma[k] * scale;
    }
    const double gap = static_cast<double>(steps[k] - path.z.size());
    for (double i = 1; path.z.size() < steps[k]; ++i) {
      path.z.push_back(z + i / gap * (next_z - z));
      path.variance.push_back(variance + i / gap * (next_variance - variance));
    }
    z = next_z;
    variance = next_variance;
  }
  return path;
}

Path PredictPath(PooledState state, const PooledArCoefficients& coefficients, int trained, int horizon) {
  const std::vector<std::size_t> steps = StepsOf(trained);
  Path path;
  double variance = 0;  // of the forecasts that a later block starts from
  while (path.z.size() < static_cast<std::size_t>(horizon)) {
    const Path block = PredictBlock(state, coefficients, steps);
    for (std::size_t h = 0; h < block.z.size(); ++h) {
      path.z.push_back(block.z[h]);
      path.variance.push_back(variance + block.variance[h]);
      state.Update(block.z[h]);
    }
    variance = path.variance.back();
  }
  path.z.resize(static_cast<std::size_t>(horizon));
  path.variance.resize(static_cast<std::size_t>(horizon));
  return path;
}

// Steps of a window that is as long as its state; the season is in it.
Path PredictWindow(const std::vector<double>& window, std::span<const double> weights, double sigma, int horizon) {
  Path path;
  std::vector<double> z = window;
  for (int h = 0; h < horizon; ++h) z.push_back(ToFinite(WindowStep(weights, z)));
  path.z.assign(z.end() - horizon, z.end());
  for (const double d : WindowDeviations(weights, static_cast<std::size_t>(horizon))) {
    path.variance.push_back(sigma * d * sigma * d);
  }
  return path;
}

}  // namespace

FitOutcome FitPooledAr(std::span<const double> y, const PooledArGlobal& global, bool held_out) {
  FitOutcome outcome;
  if (y.empty()) {
    outcome.reason = "the series has no values";
    return outcome;
  }
  if (global.version != kVersion) {
    outcome.reason = "the pooled coefficients are of another version";
    return outcome;
  }
  const PooledSeries series = PreparePooledSeries(y, global.season);
  const bool is_short = y.size() < kFewestValues;
  outcome.reason.clear();
  outcome.status = is_short ? FitStatus::kShort : IsConstant(y) ? FitStatus::kConstant : FitStatus::kFitted;
  PooledState state(global.season);
  const std::span<const double> z(series.z);
  for (const double v : is_short ? z.last(1) : z) state.Update(v);  // one value alone: nothing moves, flat forecast
  Model& model = outcome.model;
  model.algorithm = "pooled-ar";
  model.spec = series.log ? "log" : "linear";
  model.num_observations = y.size();
  model.parameters = {{"season", static_cast<double>(global.season)},
                      {"log", series.log ? 1.0 : 0.0},
                      {"unit", series.unit},
                      {"held_out", held_out ? 1.0 : 0.0}};
  model.states = {{"recursion", state.Pack()}, {"seasonal", series.seasonal}};
  if (outcome.status != FitStatus::kFitted) return outcome;
  const PooledArCoefficients& coefficients = held_out ? global.held_out : global.all;
  // The window that validation has too: what it says of another one is nothing to weigh by.
  const auto last_horizon = static_cast<std::size_t>(held_out ? 0 : global.horizon);
  const std::size_t known = y.size() - std::min(y.size(), last_horizon);
  if (const WindowWeights* window = WindowFor(coefficients.long_windows, known); window != nullptr) {
    const WindowSeries clean = CleanForWindows(WithSeason(series), global.season);
    const std::span<const double> last = std::span(clean.z).last(window->weights.size());
    model.parameters.push_back({"window_sigma", WindowSigma(window->weights, clean.z)});
    model.parameters.push_back({"window_limit", clean.limit});
    model.states.push_back({"window", {last.begin(), last.end()}});
  }
  return outcome;
}

std::string PooledArDamage(const Model& model, const PooledArGlobal& global) {
  ModelCheck check(model);
  check.Expect(HasItsShape(global), "the pooled coefficients are of another version or cut off");
  check.HasSomeState("recursion").HasSomeState("seasonal").HasFinite("unit").HasFinite("log").HasFinite("held_out");
  if (!check.damage().empty()) return check.damage();
  if (const std::vector<double>* window = model.State("window"); window != nullptr) {
    const PooledArCoefficients& coefficients = model.Parameter("held_out") != 0 ? global.held_out : global.all;
    check.HasSomeState("window").HasFinite("window_sigma").HasFinite("window_limit");
    check.Expect(WindowOfSize(coefficients.long_windows, window->size()) != nullptr,
                 "state 'window' has no coefficients");
  }
  const bool readable = PooledState::Unpack(global.season, *model.State("recursion")).has_value();
  return check.Expect(readable, "state 'recursion' does not fit season " + std::to_string(global.season)).damage();
}

Forecast PredictPooledAr(const Model& model, const PooledArGlobal& global, int horizon,
                         std::span<const double> levels) {
  const std::vector<double>* recursion = model.State("recursion");
  const std::vector<double>* seasonal = model.State("seasonal");
  assert(recursion != nullptr && seasonal != nullptr && !seasonal->empty() && global.version == kVersion);
  const std::optional<PooledState> state = PooledState::Unpack(global.season, *recursion);
  assert(state.has_value());
  if (!state.has_value()) return {};
  const PooledArCoefficients& coefficients = model.Parameter("held_out") != 0 ? global.held_out : global.all;
  const std::vector<double>* window = model.State("window");
  const WindowWeights* weights = window != nullptr ? WindowOfSize(coefficients.long_windows, window->size()) : nullptr;
  const Path path = weights != nullptr
                        ? PredictWindow(*window, weights->weights, model.Parameter("window_sigma"), horizon)
                        : PredictPath(*state, coefficients, global.horizon, horizon);
  const bool log = model.Parameter("log") != 0;
  const double unit = model.Parameter("unit");
  const auto value = [&](std::size_t h, double quantile) {
    const double season = weights != nullptr ? 0.0 : (*seasonal)[h % seasonal->size()];
    const double v = path.z[h] + quantile * std::sqrt(path.variance[h]) + season;
    return ToFinite(unit * (log ? Exp(std::clamp(v, -kLargestLog, kLargestLog)) : v));
  };
  Forecast forecast;
  for (std::size_t h = 0; h < path.z.size(); ++h) forecast.mean.push_back(value(h, 0));
  for (const double level : levels) {
    const double quantile = NormalIntervalQuantile(level);
    ForecastInterval interval{level, {}, {}};
    for (std::size_t h = 0; h < path.z.size(); ++h) {
      interval.lo.push_back(value(h, -quantile));
      interval.hi.push_back(value(h, quantile));
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

}  // namespace fitd
