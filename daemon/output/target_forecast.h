// Forecasts of one stored target: each of its models, and the combination. Daemon; one object per run; one thread.
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
#include "daemon/output/value_range.h"
#include "daemon/store/model_store.h"
#include "daemon/user/user_forecaster.h"

namespace fitd {

inline constexpr std::string_view kEnsembleName = "ensemble";

// What all targets of a run share.
struct RunModels {
  std::vector<std::string> algorithms;  // in the order of each target's models; pooled-ar last when there is one
  std::vector<PooledArGlobal> globals;
  std::optional<FleetCombination> fleet;   // absent: nothing is combined
  ValueRange range;                        // what forecasts are kept within
  UserContext user;                        // what users' algorithms are loaded with
  std::string store;                       // where all this comes from
  std::int64_t run = 0;                    // its number there
  std::string folder;                      // where users' algorithms were trained; empty: not known
  bool allow_code = false;                 // run users' code whoever owns the store
  Duration user_timeout = kUserCodeLoads;  // of one forecast by users' code
};
// Reads them from the store.
Result<RunModels> LoadRunModels(const Store& store, const RunInfo& run);

// What would have been forecast for a target's last values without having seen them.
struct HeldOutForecast {
  std::vector<double> actual;  // empty: nothing was held out
  Forecast forecast;           // of the combination, by weights that know how the models fared on just these values
  std::vector<std::vector<double>> models;  // of each algorithm, in the run's order; empty where it has none
  TargetTraits traits;                      // of the values before them
};

// What is forecast for a model that a target does not have.
enum class StandIn {
  kAnother,  // what the target has in its place: a fallback or its first model
  kNothing,  // an empty forecast, where models are compared; for users' algorithms with the reason in user_failures()
};

class TargetForecaster {
 public:
  explicit TargetForecaster(RunModels models, StandIn stand_in = StandIn::kAnother);

  // Column names a forecast can be asked for: the algorithms, and "ensemble" when there is a combination.
  std::vector<std::string> Names() const;
  // The column shown when none is asked for: the ensemble, the only model, or every model when nothing was combined.
  std::vector<std::string> DefaultNames() const;

  // Forecasts of `target` (with its models) for these columns, in their order. A target with a closed form or a
  // fallback has that model's forecast in the place of what could not be fitted. A user's algorithm that fails to
  // forecast leaves its column empty and the error in user_failures().
  Result<std::vector<Forecast>> Predict(const TargetRecord& target, std::span<const std::string> names, int horizon,
                                        std::span<const double> levels);
  // Needs no models of `target`. Empty when the run combines nothing or the target was too short.
  Result<HeldOutForecast> PredictHeldOut(const TargetRecord& target, std::span<const double> levels) const;
  const std::vector<std::string>& user_failures() const { return user_failures_; }
  // Algorithm -> how many of the targets forecast have several models and none of it: their first one was shown.
  const std::map<std::string, std::uint64_t>& stood_in() const { return stood_in_; }
  // How many of the targets forecast have a fallback: a simple model in the place of their own.
  std::uint64_t fallbacks() const { return fallbacks_; }
  const RunModels& models() const { return models_; }

 private:
  struct Component {
    FitStatus status = FitStatus::kFailed;
    std::string algorithm;          // whose model it is
    double lowest = kNotAvailable;  // value of a series with a closed form
    Forecast forecast;
  };
  Result<Component> PredictModel(std::string_view target, const ModelRecord& record, int horizon,
                                 std::span<const double> levels);
  // What the store holds of a target beside its models.
  struct Held {
    TargetTraits traits;
    Validation validation;
  };
  static std::span<const double> LastValues(const TargetRecord& target, const Held& held);
  // `last`: what the components go on from; empty: not known.
  Result<Forecast> Combine(std::string_view target, const Held& held, std::span<const Component> components,
                           std::span<const double> last, std::span<const double> levels) const;

  // An empty forecast is shown for `name`, whose model, if any, is `component`.
  bool IsLeftEmpty(const TargetRecord& target, const std::string& name, const Component* component) const {
    const bool stands_for_all = target.status == FitStatus::kConstant || target.status == FitStatus::kShort;
    if (stand_in_ == StandIn::kAnother || name == kEnsembleName || stands_for_all) return false;
    if (IsUserAlgorithm(name)) return component == nullptr || component->algorithm != name;
    return component == nullptr && target.status == FitStatus::kFitted;
  }

  RunModels models_;
  StandIn stand_in_;
  UserForecaster user_;
  std::vector<std::string> user_failures_;
  std::map<std::string, std::uint64_t> stood_in_;
  std::uint64_t fallbacks_ = 0;
};

}  // namespace fitd
