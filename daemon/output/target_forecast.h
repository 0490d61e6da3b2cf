// Forecasts of a stored target: of each of its models, and of the combination. Daemon; one object per run; one thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "common/models/base/model.h"
#include "common/models/combination/combination.h"
#include "common/models/pooled_ar/pooled_ar.h"
#include "common/status.h"
#include "daemon/output/clock_steps.h"
#include "daemon/output/value_range.h"
#include "daemon/store/model_store.h"
#include "daemon/user/user_forecaster.h"

namespace fitd {

inline constexpr std::string_view kEnsembleName = "ensemble";

// What all targets of a run share.
struct RunModels {
  std::vector<std::string> algorithms;  // the models of a fitted target in their order; pooled-ar last, if any
  std::vector<PooledArGlobal> globals;
  std::optional<FleetCombination> fleet;   // nullopt: nothing is combined
  ValueRange range;                        // bounds for forecasts
  UserContext user;                        // for loading users' algorithms
  std::string timezone;                    // the place whose clock the models follow; empty: none
  std::string store;                       // the store that this was read from
  std::int64_t run = 0;                    // the run's number in the store
  std::string folder;                      // where users' algorithms were trained; empty: unknown
  bool allow_code = false;                 // run users' code even when another user owns the store
  Duration user_timeout = kUserCodeLoads;  // for one forecast by users' code
};
// Reads them from the store.
Result<RunModels> LoadRunModels(const Store& store, const RunInfo& run);

// Forecasts for a target's last values, made without having seen them.
struct HeldOutForecast {
  std::vector<double> actual;  // empty: nothing was held out
  Forecast forecast;           // of the combination; its weights know how the models fared on just these values
  std::vector<std::vector<double>> models;  // mean of each algorithm, in the run's order; empty: none
  TargetTraits traits;                      // of the values before `actual`
};

// What to forecast for a model that a target does not have.
enum class StandIn {
  kAnother,  // the model that the target has instead: a fallback, or its first model
  kNothing,  // an empty forecast, for comparing models; for users' algorithms the reason is in user_failures()
};

class TargetForecaster {
 public:
  explicit TargetForecaster(RunModels models, StandIn stand_in = StandIn::kAnother);

  // Names that a forecast can be requested for: the algorithms, and "ensemble" when there is a combination.
  std::vector<std::string> Names() const;
  // Names used by default: the ensemble, or the only model, or all models when nothing is combined.
  std::vector<std::string> DefaultNames() const;

  // Forecasts of `target` (with its models) for these names, in their order. A target with a simple model (constant,
  // short, fallback) has that model's forecast in place of others. When a user's algorithm fails to forecast, its
  // forecast is empty and the error is in user_failures(). Where the clock of the place changes within the horizon,
  // what is behind that is an hour earlier or later, but for users' algorithms.
  Result<std::vector<Forecast>> Predict(const TargetRecord& target, std::span<const std::string> names, int horizon,
                                        std::span<const double> levels);
  // Needs no models in `target`. Empty when the run combines nothing or the target was too short.
  Result<HeldOutForecast> PredictHeldOut(const TargetRecord& target, std::span<const double> levels) const;
  const std::vector<std::string>& user_failures() const { return user_failures_; }
  // By algorithm: for how many targets with several models, but not this one, the first model was shown instead.
  const std::map<std::string, std::uint64_t>& stood_in() const { return stood_in_; }
  // Number of targets so far with a fallback model.
  std::uint64_t fallbacks() const { return fallbacks_; }
  const RunModels& models() const { return models_; }

 private:
  struct Component {
    FitStatus status = FitStatus::kFailed;
    std::string algorithm;          // of the model
    double lowest = kNotAvailable;  // value of a constant or short series' simple model
    Forecast forecast;
  };
  Result<Component> PredictModel(std::string_view target, const ModelRecord& record, int horizon,
                                 std::span<const double> levels);
  // What the store has of a target besides its models.
  struct Held {
    TargetTraits traits;
    Validation validation;
  };
  static std::span<const double> LastValues(const TargetRecord& target, const Held& held);
  // `last`: values that the components continue; empty: unknown.
  Result<Forecast> Combine(std::string_view target, const Held& held, std::span<const Component> components,
                           std::span<const double> last, std::span<const double> levels) const;

  // True when the forecast for `name` is to be empty. `component`: the model of that name; null: there is none.
  bool IsLeftEmpty(const TargetRecord& target, const std::string& name, const Component* component) const {
    const bool stands_for_all = target.status == FitStatus::kConstant || target.status == FitStatus::kShort;
    if (stand_in_ == StandIn::kAnother || name == kEnsembleName || stands_for_all) return false;
    if (IsUserAlgorithm(name)) return component == nullptr || component->algorithm != name;
    return component == nullptr && target.status == FitStatus::kFitted;
  }

  RunModels models_;
  ClockSteps clock_;
  StandIn stand_in_;
  UserForecaster user_;
  std::vector<std::string> user_failures_;
  std::map<std::string, std::uint64_t> stood_in_;
  std::uint64_t fallbacks_ = 0;
};

}  // namespace fitd
