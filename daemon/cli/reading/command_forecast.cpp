// fitd forecast: forecasts from a store, as CSV or JSON.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/client/client_commands.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/run_forecasts.h"

namespace fitd {
namespace {

constexpr const char* kForecastExamples =
    "Columns: the target and time columns of the data, then per model NAME, NAME-lo-80, NAME-hi-80, ... Without "
    "--model:\n"
    "the combination, named ensemble, or the only model.\n"
    "Examples:\n"
    "  fitd forecast --store metrics.db --horizon 24\n"
    "  fitd forecast --store metrics.db --horizon 24 --model ets --model arima --level 50,90\n"
    "  fitd forecast --store metrics.db --target web-17 --json\n"
    "  fitd forecast --store metrics.db --columns nixtla     unique_id, ds, as statsforecast names them\n"
    "  fitd forecast cpu --horizon 24    (of a job of the service, through its socket)";

// What the command line gave, and where to.
struct ForecastFlags {
  ForecastOptions forecast;
  std::string target_timeout;
  ClientOptions client;
  JobForecastOptions job;
};

int PrintForecasts(ForecastFlags& settings) {
  if (!settings.target_timeout.empty()) {
    const auto timeout = ParseDuration(settings.target_timeout);
    if (!timeout.ok()) return ReportError({StatusCode::kUsage, "--target-timeout: " + timeout.status().message()});
    settings.forecast.user_timeout = *timeout;
  }
  if (const Status there = CheckPythonPath(settings.forecast.python_path); !there.ok()) return ReportError(there);
  if (settings.job.job.empty()) {
    const Result<int> code = WriteForecasts(settings.forecast, STDOUT_FILENO, "stdout");
    return code.ok() ? *code : ReportError(code.status());
  }
  settings.job.json = settings.forecast.json;
  settings.job.horizon = settings.forecast.horizon;
  settings.job.levels = settings.forecast.levels;
  settings.job.models = settings.forecast.models;
  settings.job.targets = settings.forecast.targets;
  return ForecastCommand(settings.client, settings.job);
}

}  // namespace

void AddForecastCommand(CLI::App& app, CommandRun& run) {
  CLI::App* forecast = app.add_subcommand("forecast", "Forecast from a store");
  forecast->footer(kForecastExamples);
  auto settings = std::make_shared<ForecastFlags>();
  ForecastOptions* options = &settings->forecast;
  CLI::Option* job = forecast->add_option("job", settings->job.job, "A job of the service instead of a store");
  forecast->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str()
      ->excludes(job);
  forecast
      ->add_option("--socket", settings->client.socket,
                   "With a job: the daemon's socket (default: $FITD_SOCKET, /run/fitd/fitd.sock)")
      ->check(NamesAFile())
      ->needs(job);
  forecast
      ->add_option("--horizon", options->horizon, "Steps ahead, of a job at most 100000 [what the run was tuned for]")
      ->check(WholeNumber(1, 1'000'000))
      ->type_name("H");
  forecast->add_option("--model", options->models, "Column to print (repeatable) [ensemble, or the only model]")
      ->allow_extra_args(false)
      ->type_name("NAME");
  forecast->add_option("--target", options->targets, "Only this target (repeatable)")
      ->allow_extra_args(false)
      ->type_name("ID");
  forecast->add_option("--level", options->levels, "Percent of the intervals, separated by commas [80,95]")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(NumberBetween(0.1, 99.99))
      ->type_name("P");
  forecast
      ->add_option("--python-path", options->python_path, "Folder to import python: algorithms from [as when trained]")
      ->allow_extra_args(false)
      ->type_name("DIR")
      ->excludes(job);
  forecast
      ->add_option("--target-timeout", settings->target_timeout,
                   "Longest time a users' algorithm may take for a target, such as 30s [5min]")
      ->type_name("DURATION")
      ->excludes(job);
  forecast
      ->add_flag("--allow-code", options->allow_code,
                 "Run the users' algorithms that the store names, though it belongs to somebody else")
      ->excludes(job);
  forecast->add_flag("--complete", options->complete, "Nothing of a training that is not finished: exit 65");
  AddChoice<bool>(*forecast, "--columns", options->nixtla, {{"data", false}, {"nixtla", true}},
                  "Name target and time as the data does, or unique_id and ds (nixtla) [data]")
      ->type_name("HOW")
      ->excludes(job);
  forecast->add_flag("--json", options->json, "One JSON array instead of CSV");
  forecast->callback([&run, settings] { run = [settings] { return PrintForecasts(*settings); }; });
}

}  // namespace fitd
