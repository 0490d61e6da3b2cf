#include "worker/plugin_host.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "common/process/log.h"
#include "worker/float_environment.h"
#include "worker/include/fitd/algorithm.h"

namespace fitd {
namespace {

// Receives what one call of a plugin hands out; a null pointer is nothing.
class Output {
 public:
  Output(Model* model, Forecast* forecast, std::size_t horizon)
      : model_(model), forecast_(forecast), horizon_(horizon) {
    c_.struct_size = sizeof(c_);
    c_.self = this;
    c_.model = [](void* self, const void* bytes, std::size_t size) {
      if (bytes != nullptr) static_cast<Output*>(self)->payload_.assign(static_cast<const char*>(bytes), size);
    };
    c_.number = [](void* self, const char* name, double value) {
      if (name != nullptr) static_cast<Output*>(self)->Number(name, value);
    };
    c_.error = [](void* self, const char* text) {
      if (text != nullptr && *text != '\0') static_cast<Output*>(self)->error_ = text;
    };
    c_.mean = [](void* self, const double* values, std::size_t count) {
      Forecast* const forecast = static_cast<Output*>(self)->forecast_;
      if (forecast != nullptr && values != nullptr) forecast->mean.assign(values, values + count);
    };
    c_.interval = [](void* self, double level, const double* lo, const double* hi) {
      if (lo != nullptr && hi != nullptr) static_cast<Output*>(self)->Interval(level, lo, hi);
    };
    c_.log = [](void*, int level, const char* text) {
      if (text == nullptr) return;
      constexpr LogLevel kLevels[] = {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError};
      Log(kLevels[level < 0 ? 0 : level > 3 ? 3 : level], text);
    };
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  const fitd_output* c() const { return &c_; }
  std::string TakePayload() { return std::move(payload_); }
  const std::string& error() const { return error_; }

 private:
  void Number(const char* name, double value) {
    if (model_ == nullptr) return;
    Criteria& c = model_->criteria;
    const std::pair<std::string_view, double*> criteria[] = {
        {"loglik", &c.loglik}, {"aic", &c.aic}, {"aicc", &c.aicc}, {"bic", &c.bic}, {"sigma2", &c.sigma2}};
    for (const auto& [criterion, place] : criteria) {
      if (criterion == name) {
        *place = value;
        return;
      }
    }
    model_->parameters.push_back({name, value});
  }
  void Interval(double level, const double* lo, const double* hi) {
    if (forecast_ != nullptr) forecast_->intervals.push_back({level, {lo, lo + horizon_}, {hi, hi + horizon_}});
  }

  fitd_output c_{};
  Model* model_;
  Forecast* forecast_;
  std::size_t horizon_;
  std::string payload_, error_ = "the plugin gave no reason";
};

// Bounds of no level that was asked for would be lost without a word, and a level such as 0.8 for 80 is a slip. As of
// other users' code, there are bounds of all levels or of none.
Status ExpectLevels(const Forecast& forecast, std::span<const double> levels) {
  std::vector<double> given;
  for (const ForecastInterval& interval : forecast.intervals) {
    const auto text = [](double level) { return fmt::format("{:g}", level); };
    if (std::find(levels.begin(), levels.end(), interval.level) == levels.end()) {
      std::vector<std::string> asked;
      std::transform(levels.begin(), levels.end(), std::back_inserter(asked), text);
      return {StatusCode::kInvalidInput, fmt::format("bounds of the level {}, where {} were asked for",
                                                     text(interval.level), fmt::join(asked, ", "))};
    }
    if (std::find(given.begin(), given.end(), interval.level) != given.end()) {
      return {StatusCode::kInvalidInput, fmt::format("bounds of the level {} twice", text(interval.level))};
    }
    given.push_back(interval.level);
  }
  if (given.empty() || given.size() == levels.size()) return {};
  return {StatusCode::kInvalidInput, fmt::format("bounds of {} of the {} levels", given.size(), levels.size())};
}

class PluginAlgorithm final : public UserAlgorithm {
 public:
  PluginAlgorithm(std::string name, const fitd_plugin* plugin) : name_(std::move(name)), plugin_(plugin) {}

  std::string_view name() const override { return name_; }

  FitOutcome Fit(const FitRequest& request) const override {
    const FloatEnvironmentKept kept;
    Model model;
    Output output(&model, nullptr, 0);
    fitd_series series{};
    series.struct_size = sizeof(series);
    series.target = request.target.data();
    series.target_size = request.target.size();
    series.values = request.grid_values.data();
    series.num_values = request.grid_values.size();
    series.start_ns = request.start_ns;
    series.step_ns = request.step_ns;
    series.step_months = request.step_months;
    series.seasons = request.seasons.data();
    series.num_seasons = request.seasons.size();
    series.horizon = request.horizon;
    series.step = request.step_text.data();
    series.step_size = request.step_text.size();
    if (plugin_->fit(&series, output.c()) != 0) return Failed(request, output.error());
    SetPayload(model, kPayloadBytes, output.TakePayload());
    return Fitted(request, std::move(model));
  }

  Result<Forecast> TryPredict(const Model& model, int horizon, std::span<const double> levels) const override {
    const FloatEnvironmentKept kept;
    if (plugin_->forecast == nullptr) return Status(StatusCode::kUsage, "'" + name_ + "' cannot forecast");
    Forecast forecast;
    Output output(nullptr, &forecast, static_cast<std::size_t>(horizon));
    if (plugin_->forecast(model.payload.data(), model.payload.size(), horizon, levels.data(), levels.size(),
                          output.c()) != 0) {
      return Status(StatusCode::kInvalidInput, output.error());
    }
    if (forecast.mean.size() != static_cast<std::size_t>(horizon)) {
      return Status(StatusCode::kInvalidInput,
                    "forecast " + std::to_string(forecast.mean.size()) + " values, not " + std::to_string(horizon));
    }
    FITD_RETURN_IF_ERROR(ExpectLevels(forecast, levels));
    return forecast;
  }

 private:
  std::string name_;
  const fitd_plugin* plugin_;
};

// The plugin's table, once its version is known to be ours.
Result<const fitd_plugin*> OpenPlugin(const std::string& path) {
  // Without a slash dlopen would search the system's folders.
  std::error_code error;
  const std::string full = std::filesystem::absolute(path, error).string();
  void* library = ::dlopen(full.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* said = ::dlerror();
    return Status(StatusCode::kBadConfig, "cannot load plugin " + path + ": " + (said != nullptr ? said : "?"));
  }
  const auto function = reinterpret_cast<fitd_plugin_function>(::dlsym(library, FITD_PLUGIN_SYMBOL));
  if (function == nullptr) {
    return Status(StatusCode::kBadConfig, "plugin " + path +
                                              " exports no " FITD_PLUGIN_SYMBOL
                                              "; it needs FITD_ALGORITHM(Class) from <fitd/algorithm.h>");
  }
  const fitd_plugin* plugin = function();
  const Status nothing(StatusCode::kBadConfig,
                       "plugin " + path + ": its " FITD_PLUGIN_SYMBOL " returned nothing to fit with");
  if (plugin == nullptr) return nothing;
  if (plugin->abi != FITD_PLUGIN_ABI || plugin->struct_size < sizeof(fitd_plugin)) {
    return Status(StatusCode::kBadConfig,
                  "plugin " + path + " was built for plugin ABI " + std::to_string(plugin->abi) + ", this fitd has " +
                      std::to_string(FITD_PLUGIN_ABI) + "; build it again with this fitd's headers");
  }
  return plugin->fit == nullptr ? Result<const fitd_plugin*>(nothing) : plugin;
}

class PluginHost final : public AlgorithmHost {
 public:
  Result<std::unique_ptr<UserAlgorithm>> Load(const std::string& name, const UserContext&) override {
    const FloatEnvironmentKept kept;
    FITD_ASSIGN_OR_RETURN(const fitd_plugin* plugin, OpenPlugin(name.substr(kPluginPrefix.size())));
    return std::unique_ptr<UserAlgorithm>(std::make_unique<PluginAlgorithm>(name, plugin));
  }
};

}  // namespace

std::unique_ptr<AlgorithmHost> MakePluginHost() {
  return std::make_unique<PluginHost>();
}

}  // namespace fitd
