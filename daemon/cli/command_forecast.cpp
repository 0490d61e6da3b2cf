// fitd forecast: forecasts from a store, as CSV or JSON.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <map>

#include "daemon/cli/commands.h"
#include "daemon/cli/job_flags.h"
#include "daemon/cli/opened_run.h"
#include "daemon/cli/option_checks.h"
#include "daemon/cli/report.h"
#include "daemon/output/forecast_writer.h"
#include "daemon/output/output_sink.h"
#include "daemon/output/target_forecast.h"

namespace fitd {
namespace {

constexpr const char* kExamples =
    "Columns: the target and time columns of the data, then per model NAME, NAME-lo-80, NAME-hi-80, ... Without "
    "--model:\n"
    "the combination, named ensemble, or the only model.\n"
    "Examples:\n"
    "  fitd forecast --store metrics.db --horizon 24\n"
    "  fitd forecast --store metrics.db --horizon 24 --model ets --model arima --level 50,90\n"
    "  fitd forecast --store metrics.db --target web-17 --json";

struct ForecastOptions {
  std::string store = kDefaultStore;
  int horizon = 0;  // 0: what the run was tuned for
  std::vector<std::string> models;
  std::vector<std::string> targets;
  std::vector<double> levels = {80, 95};
  std::vector<std::string> python_path;  // empty: as when it was trained
  bool json = false;
};

// What the run was tuned for: its horizon, or the longest season of its targets.
Result<int> DefaultHorizon(const OpenedRun& opened) {
  int horizon = opened.run.header.horizon;
  if (horizon > 0) return horizon;
  TargetFilter filter;
  filter.with_models = false;
  FITD_RETURN_IF_ERROR(opened.store.ForEachTarget(opened.run.run, filter, [&](const TargetRecord& target) {
    horizon = std::max(horizon, target.seasons.empty() ? 1 : target.seasons[0]);
    return Status();
  }));
  return horizon;
}

Result<std::vector<std::string>> SelectColumns(const TargetForecaster& forecaster,
                                               const std::vector<std::string>& asked) {
  if (asked.empty()) return forecaster.DefaultNames();
  const std::vector<std::string> names = forecaster.Names();
  for (const std::string& name : asked) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Status(StatusCode::kUsage,
                    fmt::format("--model: the store has no '{}', it has {}", name, fmt::join(names, ", ")));
    }
  }
  return asked;
}

// What users' code could not forecast: the first few are named.
void ReportFailures(const std::vector<std::string>& failures) {
  constexpr std::size_t kNamed = 10;
  for (std::size_t i = 0; i < failures.size() && i < kNamed; ++i)
    std::fprintf(stderr, "fitd: %s\n", failures[i].c_str());
  if (failures.size() > kNamed) std::fprintf(stderr, "fitd: and %zu more\n", failures.size() - kNamed);
}

// What was given twice is meant once.
template <class T>
std::vector<T> WithoutRepeats(const std::vector<T>& given) {
  std::vector<T> kept;
  for (const T& one : given) {
    if (std::find(kept.begin(), kept.end(), one) == kept.end()) kept.push_back(one);
  }
  return kept;
}

Status CheckTimes(const TargetRecord& target, int horizon) {
  const std::int64_t last = static_cast<std::int64_t>(target.num_values) - 1 + horizon;
  if (target.grid.At(last) < std::numeric_limits<TimeNs>::max()) return {};
  return {StatusCode::kUsage, fmt::format("--horizon: {} steps of {} after the data of '{}' reach past the year 2261",
                                          horizon, FormatStep(target.grid.step), target.id)};
}

// The exit code when everything could be written.
Result<int> Forecasts(const ForecastOptions& options) {
  FITD_ASSIGN_OR_RETURN(const OpenedRun opened, OpenLatestRun(options.store));
  FITD_ASSIGN_OR_RETURN(RunModels models, LoadRunModels(opened.store, opened.run));
  if (!options.python_path.empty()) models.user.python_path = options.python_path;
  TargetForecaster forecaster(std::move(models));
  ForecastLayout layout;
  layout.format = options.json ? ForecastFormat::kJson : ForecastFormat::kCsv;
  layout.target_column = opened.run.header.target_column;
  layout.time_column = opened.run.header.time_column;
  layout.time_format = opened.run.header.time_format;
  layout.levels = WithoutRepeats(options.levels);
  FITD_ASSIGN_OR_RETURN(layout.models, SelectColumns(forecaster, WithoutRepeats(options.models)));
  layout.horizon = options.horizon;
  if (layout.horizon == 0) {
    FITD_ASSIGN_OR_RETURN(layout.horizon, DefaultHorizon(opened));
  }
  DescriptorSink out(STDOUT_FILENO, "stdout");
  ForecastWriter writer(layout, out);
  TargetFilter filter;
  filter.ids = WithoutRepeats(options.targets);
  std::vector<std::string> missing = filter.ids;
  writer.Begin();
  FITD_RETURN_IF_ERROR(opened.store.ForEachTarget(opened.run.run, filter, [&](const TargetRecord& target) -> Status {
    FITD_RETURN_IF_ERROR(CheckTimes(target, layout.horizon));
    FITD_ASSIGN_OR_RETURN(const auto forecasts,
                          forecaster.Predict(target, layout.models, layout.horizon, layout.levels));
    std::erase(missing, target.id);
    return writer.Add(target.id, target.grid, target.num_values, forecasts);
  }));
  if (!missing.empty()) {
    return Status(
        StatusCode::kNotFound,
        fmt::format("{} has no target '{}'{}; fitd models lists what is there", options.store, missing.front(),
                    missing.size() == 1 ? "" : fmt::format(" and {} others asked for", missing.size() - 1)));
  }
  FITD_RETURN_IF_ERROR(writer.End());
  ReportFailures(forecaster.user_failures());
  return forecaster.user_failures().empty() ? 0 : kExitSomeFailed;
}

}  // namespace

void AddForecastCommand(CLI::App& app, CommandRun& run) {
  CLI::App* forecast = app.add_subcommand("forecast", "Forecast from a store");
  forecast->footer(kExamples);
  auto options = std::make_shared<ForecastOptions>();
  forecast->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  forecast->add_option("--horizon", options->horizon, "Steps ahead [what the run was tuned for]")
      ->check(WholeNumber(1, 1'000'000))
      ->type_name("H");
  forecast->add_option("--model", options->models, "Column to print (repeatable) [ensemble, or the only model]")
      ->type_name("NAME");
  forecast->add_option("--target", options->targets, "Only this target (repeatable)")->type_name("ID");
  forecast->add_option("--level", options->levels, "Percent of the intervals, separated by commas [80,95]")
      ->delimiter(',')
      ->check(NumberBetween(0.1, 99.99))
      ->type_name("P");
  forecast
      ->add_option("--python-path", options->python_path, "Folder to import python: algorithms from [as when trained]")
      ->type_name("DIR");
  forecast->add_flag("--json", options->json, "One JSON array instead of CSV");
  forecast->callback([&run, options] {
    run = [options] {
      const Result<int> code = Forecasts(*options);
      return code.ok() ? *code : ReportError(code.status());
    };
  });
}

}  // namespace fitd
