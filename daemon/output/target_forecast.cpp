#include "daemon/output/target_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "common/fit/local_fit.h"
#include "common/fit/target_history.h"
#include "common/models/base/algorithm.h"
#include "common/models/combination/season_spread.h"
#include "common/models/combination/weights.h"
#include "daemon/store/run_globals.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

const PooledArGlobal* FindGlobal(const std::vector<PooledArGlobal>& globals, const Model& model) {
  const double season = model.Parameter("season");
  for (const PooledArGlobal& global : globals) {
    if (static_cast<double>(global.season) == season) return &global;
  }
  return nullptr;
}

Status Damaged(std::string_view target, const Model& model, std::string_view damage) {
  return {StatusCode::kCorrupt,
          fmt::format("the model {} of target '{}' is damaged: {}; restore the store from a backup or train again",
                      model.algorithm, target, damage)};
}

// Raises negative lower bounds to 0 where the mean is not negative; for values that were never negative.
void RaiseBounds(Forecast& forecast) {
  for (ForecastInterval& interval : forecast.intervals) {
    for (std::size_t h = 0; h < interval.lo.size(); ++h) {
      if (forecast.mean[h] >= 0) interval.lo[h] = std::max(interval.lo[h], 0.0);
    }
  }
}

}  // namespace

Result<RunModels> LoadRunModels(const Store& store, const RunInfo& run) {
  RunModels models;
  FITD_ASSIGN_OR_RETURN(models.algorithms, GetAlgorithmNames(store, run.run));
  FITD_ASSIGN_OR_RETURN(models.globals, GetPooledAr(store, run.run));
  FITD_ASSIGN_OR_RETURN(models.fleet, GetFleet(store, run.run));
  models.user.python_path = PythonPathOf(run.header.options);
  models.user.options = run.header.options;
  models.folder = TrainedIn(run.header.options);
  models.timezone = run.header.time_zone;
  models.store = store.path();
  models.run = run.run;
  models.range = ValueRangeOf(run.header.options);
  FITD_ASSIGN_OR_RETURN(const auto global_result, GetUserGlobal(store, run.run));
  models.user.global_result = global_result.value_or("");
  return models;
}

TargetForecaster::TargetForecaster(RunModels models, StandIn stand_in)
    : models_(std::move(models)), clock_(models_.timezone), stand_in_(stand_in), user_([this] {
        UserForecastOptions options;
        for (const std::string& name : models_.algorithms) {
          if (IsUserAlgorithm(name)) options.algorithms.push_back(name);
        }
        options.context = models_.user;
        options.store = models_.store;
        options.run = models_.run;
        options.folder = models_.folder;
        options.allow_code = models_.allow_code;
        options.timeout = models_.user_timeout;
        return options;
      }()) {}

// The held-out values if they are the last values that the models know; else empty.
std::span<const double> TargetForecaster::LastValues(const TargetRecord& target, const Held& held) {
  const Validation& v = held.validation;
  // An update has added values since: members that follow those would seem to be far off.
  const std::optional<TargetHistory> history = DecodeHistory(target.history);
  if (history && history->fitted_values > 0 && history->fitted_values < target.num_values) return {};
  const bool last = v.traits.num_observations + v.actual.size() == held.traits.num_observations;
  return last ? std::span<const double>(v.actual) : std::span<const double>();
}

std::vector<std::string> TargetForecaster::Names() const {
  std::vector<std::string> names = models_.algorithms;
  if (models_.fleet) names.emplace_back(kEnsembleName);
  return names;
}

std::vector<std::string> TargetForecaster::DefaultNames() const {
  if (models_.fleet) return {std::string(kEnsembleName)};
  return models_.algorithms;
}

Result<TargetForecaster::Component> TargetForecaster::PredictModel(std::string_view target, const ModelRecord& record,
                                                                   int horizon, std::span<const double> levels) {
  FITD_ASSIGN_OR_RETURN(const FitOutcome outcome, DecodeOutcome(record.archive));
  Component component;
  component.status = outcome.status;
  component.algorithm = outcome.model.algorithm;
  component.lowest = outcome.model.Parameter(kLowestValue);
  if (outcome.model.algorithm == kPooledArName) {
    const PooledArGlobal* global = FindGlobal(models_.globals, outcome.model);
    if (global == nullptr) return Status(StatusCode::kCorrupt, "the run's pooled-ar model is missing from the store");
    if (const std::string damage = PooledArDamage(outcome.model, *global); !damage.empty()) {
      return Damaged(target, outcome.model, damage);
    }
    component.forecast = PredictPooledAr(outcome.model, *global, horizon, levels);
    return component;
  }
  if (IsUserAlgorithm(outcome.model.algorithm)) {
    Result<Forecast> forecast = user_.Predict(target, outcome.model, horizon, levels);
    const StatusCode code = forecast.status().code();
    if (code == StatusCode::kBadConfig || code == StatusCode::kUsage || code == StatusCode::kPermission) {
      return forecast.status();
    }
    if (forecast.ok()) {
      component.forecast = *std::move(forecast);
    } else {
      user_failures_.push_back(forecast.status().message());
    }
    return component;
  }
  const Algorithm* algorithm = FindAlgorithm(outcome.model.algorithm);
  if (algorithm == nullptr) {
    return Status(StatusCode::kNotFound,
                  fmt::format("algorithm '{}' is not known to this fitd; forecast with the version that fitted it",
                              outcome.model.algorithm));
  }
  if (const std::string damage = algorithm->Damage(outcome.model); !damage.empty()) {
    return Damaged(target, outcome.model, damage);
  }
  component.forecast = algorithm->Predict(outcome.model, horizon, levels);
  return component;
}

Result<Forecast> TargetForecaster::Combine(std::string_view target, const Held& held,
                                           std::span<const Component> components, std::span<const double> last,
                                           std::span<const double> levels) const {
  std::vector<std::string_view> names(models_.algorithms.begin(), models_.algorithms.end());
  std::vector<bool> usable(names.size(), false);
  std::vector<Forecast> forecasts(names.size());
  const std::size_t count = std::min(components.size(), names.size());
  // Where no member could be fitted, as to values that are all equal, what stands in their places is what there is.
  bool any_fitted = false;
  for (std::size_t i = 0; i < count; ++i) {
    any_fitted |= components[i].status == FitStatus::kFitted && !IsUserAlgorithm(names[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const bool stands = any_fitted ? components[i].status == FitStatus::kFitted : IsUsable(components[i].forecast.mean);
    usable[i] = stands && !IsUserAlgorithm(names[i]);
    if (usable[i]) forecasts[i] = components[i].forecast;
  }
  if (models_.fleet->algorithms != names.size() || held.validation.forecast.size() > names.size()) {
    return Status(StatusCode::kCorrupt,
                  fmt::format("the validation of target '{}' or the combination of its run is not "
                              "of the {} models there are; train again",
                              target, names.size()));
  }
  const Model ensemble = FitCombination(*models_.fleet, names, held.traits, held.validation, usable, last);
  Forecast combined = PredictCombination(ensemble, *models_.fleet, forecasts, levels);
  // Values that were never negative get no negative forecast: CPU, requests and bytes have a floor that models do not
  // know.
  if (held.traits.lowest >= 0 && !models_.range.lowest) BringInside({.lowest = 0, .highest = {}}, combined);
  return combined;
}

Result<HeldOutForecast> TargetForecaster::PredictHeldOut(const TargetRecord& target,
                                                         std::span<const double> levels) const {
  HeldOutForecast held_out;
  if (!models_.fleet || target.validation.empty()) return held_out;
  Held held;
  FITD_RETURN_IF_ERROR(UnpackFitValidation(target.validation, held.traits, held.validation));
  Validation& validation = held.validation;
  if (validation.actual.empty()) return held_out;
  std::vector<Component> components(validation.forecast.size());
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (validation.forecast[i].empty()) continue;
    components[i].status = FitStatus::kFitted;
    Forecast& forecast = components[i].forecast;
    forecast.mean = validation.forecast[i];
    if (i >= validation.deviation.size() || validation.deviation[i].size() != forecast.mean.size()) continue;
    ForecastInterval& deviation =
        forecast.intervals.emplace_back();  // the combination makes its intervals from deviations
    deviation.level = kOneDeviation;
    for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
      deviation.lo.push_back(forecast.mean[h] - validation.deviation[i][h]);
      deviation.hi.push_back(forecast.mean[h] + validation.deviation[i][h]);
    }
  }
  FITD_ASSIGN_OR_RETURN(held_out.forecast, Combine(target.id, held, components, {}, levels));
  held_out.traits = validation.traits;
  held_out.actual = std::move(validation.actual);
  held_out.models = std::move(validation.forecast);
  return held_out;
}

Result<std::vector<Forecast>> TargetForecaster::Predict(const TargetRecord& target, std::span<const std::string> names,
                                                        int horizon, std::span<const double> levels) {
  if (target.models.empty()) {
    return Status(StatusCode::kNotFound, fmt::format("target '{}' has no model: {}", target.id, target.reason));
  }
  fallbacks_ += target.status == FitStatus::kFallback ? 1 : 0;
  const bool ensemble = std::find(names.begin(), names.end(), kEnsembleName) != names.end();
  const bool closed_form = target.status != FitStatus::kFitted || target.validation.empty();
  std::vector<double> member_levels(levels.begin(), levels.end());
  if (ensemble) member_levels.push_back(kOneDeviation);  // the combination makes its intervals from deviations
  Held held;
  if (!target.validation.empty()) {
    FITD_RETURN_IF_ERROR(UnpackFitValidation(target.validation, held.traits, held.validation));
  }
  const std::optional<TargetHistory> history = DecodeHistory(target.history);
  if (!target.validation.empty()) {
    const bool knows = history && history->fitted_values > 0;
    const std::uint64_t fitted = knows ? history->fitted_values : held.traits.num_observations;
    MoveSpread(held.validation.traits.spread,
               static_cast<std::ptrdiff_t>(target.num_values) - static_cast<std::ptrdiff_t>(fitted));
  }
  const double remembered = history ? history->lowest : std::numeric_limits<double>::quiet_NaN();
  const double lowest_value = held.traits.num_observations > 0 ? held.traits.lowest : remembered;
  const std::vector<int>& members = held.validation.members;
  const auto place_of = [&](std::size_t i) { return i < members.size() ? static_cast<std::size_t>(members[i]) : i; };
  std::vector<Component> components(std::max(models_.algorithms.size(), target.models.size()));
  std::vector<bool> present(components.size(), false);
  const bool complete = target.models.size() >= models_.algorithms.size();
  const int steps = clock_.Take(target.grid, target.num_values, horizon);
  for (std::size_t i = 0; i < target.models.size(); ++i) {
    const std::size_t place = place_of(i);
    if (place >= components.size()) {
      return Status(StatusCode::kCorrupt,
                    fmt::format("target '{}' names models that its run does not have", target.id));
    }
    const bool known = place < models_.algorithms.size();
    const bool stands_in = i == 0 && !complete;  // for models that the target does not have
    const bool wanted = !known || stands_in || (ensemble && !IsUserAlgorithm(models_.algorithms[place])) ||
                        std::find(names.begin(), names.end(), models_.algorithms[place]) != names.end();
    if (!wanted) continue;
    const bool user = known && IsUserAlgorithm(models_.algorithms[place]);
    FITD_ASSIGN_OR_RETURN(components[place],
                          PredictModel(target.id, target.models[i], user ? horizon : steps, member_levels));
    present[place] = true;
  }
  std::vector<Forecast> forecasts;
  for (const std::string& name : names) {
    if (name == kEnsembleName && !closed_form) {
      FITD_ASSIGN_OR_RETURN(Forecast combined, Combine(target.id, held, components, LastValues(target, held), levels));
      clock_.Apply(combined);
      forecasts.push_back(std::move(combined));
      continue;
    }
    const auto at = static_cast<std::size_t>(std::find(models_.algorithms.begin(), models_.algorithms.end(), name) -
                                             models_.algorithms.begin());
    // A simple model stands for all names; a fitted target without a model of that name shows its first one.
    const bool has_it = at < present.size() && present[at];
    if (IsLeftEmpty(target, name, has_it ? &components[at] : nullptr)) {
      forecasts.emplace_back();
      ++stood_in_[name];
      if (IsUserAlgorithm(name)) {
        const std::string why = target.reason.empty() ? name + " could not be fitted" : std::string(target.reason);
        user_failures_.push_back(fmt::format("target '{}': {}", target.id, why));
      }
      continue;
    }
    const Component& component = components[has_it ? at : place_of(0)];
    forecasts.push_back(component.forecast);
    if (!IsUserAlgorithm(component.algorithm)) clock_.Apply(forecasts.back());
    if (!has_it && !closed_form && at < models_.algorithms.size()) ++stood_in_[name];
    const double lowest = component.lowest;
    if (name == kEnsembleName && lowest >= 0 && !models_.range.lowest) {
      BringInside({.lowest = 0, .highest = {}}, forecasts.back());
    }
    if (lowest_value >= 0 && !models_.range.lowest && !IsUserAlgorithm(name)) {
      RaiseBounds(forecasts.back());
    }
    std::vector<ForecastInterval>& intervals = forecasts.back().intervals;
    if (intervals.size() > levels.size()) intervals.resize(levels.size());
  }
  ValueRange range = models_.range;
  range.integer = range.integer && !(history && history->has_fractions);
  for (Forecast& forecast : forecasts) BringInside(range, forecast);
  return forecasts;
}

}  // namespace fitd
