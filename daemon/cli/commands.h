// The commands of `fitd`: command_NAME.cpp here or, for what only reads a store, in reading/; those that talk to the
// daemon are in command_client.cpp, `plan` in command_sums.cpp. Daemon executable, main thread.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace fitd {

// A command fills in `run` with what to do once the command line is parsed; it returns the exit code.
using CommandRun = std::function<int()>;

void AddTrainCommand(CLI::App& app, CommandRun& run);
void AddDetectCommand(CLI::App& app, CommandRun& run);
void AddUpdateCommand(CLI::App& app, CommandRun& run);
void AddForecastCommand(CLI::App& app, CommandRun& run);
void AddPlotCommand(CLI::App& app, CommandRun& run);
void AddBacktestCommand(CLI::App& app, CommandRun& run);
void AddReportCommand(CLI::App& app, CommandRun& run);
void AddModelsCommand(CLI::App& app, CommandRun& run);
void AddAnomaliesCommand(CLI::App& app, CommandRun& run);
void AddExportCommand(CLI::App& app, CommandRun& run);
void AddUiCommand(CLI::App& app, CommandRun& run);
void AddSampleCommand(CLI::App& app, CommandRun& run);
void AddMergeCommand(CLI::App& app, CommandRun& run);
void AddPlanCommand(CLI::App& app, CommandRun& run);
void AddSumsCommand(CLI::App& app, CommandRun& run);
void AddSlurmCommand(CLI::App& app, CommandRun& run);
void AddCheckCommand(CLI::App& app, CommandRun& run);
void AddNewAlgorithmCommand(CLI::App& app, CommandRun& run);
void AddServeCommand(CLI::App& app, CommandRun& run);
void AddClientCommands(CLI::App& app, CommandRun& run);  // start, runs, status, watch, cancel, logs, metrics

}  // namespace fitd
