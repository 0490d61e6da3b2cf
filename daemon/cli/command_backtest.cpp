// fitd backtest: what would have been forecast, held against what came.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <optional>

#include "common/atomic_file.h"
#include "common/fit/algorithm_host.h"
#include "common/process/log.h"
#include "daemon/backtest/backtest.h"
#include "daemon/backtest/backtest_summary.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/output_file.h"
#include "daemon/output/run_forecasts.h"
#include "daemon/store/model_store.h"

namespace fitd {
namespace {

constexpr const char* kBacktestExamples =
    "At each of K cuts everything is fitted to what came before, with the real pipeline, and forecasts what came. "
    "Without\n"
    "--summary or --json: CSV with the columns target,cutoff,time,actual and MODEL,MODEL-lo-80,MODEL-hi-80,... a "
    "model.\n"
    "Examples:\n"
    "  fitd backtest metrics.csv --summary\n"
    "  fitd backtest metrics.csv --windows 5 --horizon 24 --step 12 > forecasts.csv\n"
    "  fitd backtest --job cpu.toml --json -o forecasts.csv\n"
    "  fitd backtest metrics.csv --store metrics.db --save --summary    for fitd report";

struct Options {
  BacktestOptions backtest;
  std::string refit = "every";
  std::string output;
  bool summary = false;
  bool json = false;
  bool save = false;
  std::string select;
  ProgressStyle progress = ProgressStyle::kAuto;
  bool quiet = false;
};

Result<int> ParseRefit(const std::string& text) {
  if (text == "every") return 1;
  if (text == "never") return 0;
  int every = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), every);
  if (error == std::errc() && rest == text.data() + text.size() && every >= 1) return every;
  return Status(StatusCode::kUsage,
                fmt::format("--refit: '{}' is not every, never or a number of windows from 1", text));
}

// In the store that the job names, for its report.
Status Save(const std::string& path, const BacktestResult& result) {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(path, Store::Mode::kWrite));
  FITD_ASSIGN_OR_RETURN(const RunInfo run, store.LatestRun());
  return store.PutNote(run.run, "backtest", FormatBacktestJson(result, FITD_VERSION, false));
}

Status WriteText(const std::string& path, const std::string& text) {
  FITD_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  file.sink().text() += text;
  return file.Commit();
}

bool IsSameFile(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return false;
  std::error_code error;
  const auto place = [&error](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  };
  return a == b || place(a) == place(b);
}

// The exit code.
Result<int> Run(const Job& job, Options options, const SignalCancel& cancel, Progress& progress) {
  FITD_ASSIGN_OR_RETURN(options.backtest.refit, ParseRefit(options.refit));
  options.backtest.levels = WithoutRepeats(options.backtest.levels);
  options.backtest.pipeline.pool.log_level = LogLevel::kWarning;
  if (options.save) {
    if (job.store.path.empty()) return Status(StatusCode::kUsage, "--save: name the store with --store");
    FITD_ASSIGN_OR_RETURN(const Store store, Store::Open(job.store.path, Store::Mode::kRead));  // before the work
    FITD_RETURN_IF_ERROR(store.LatestRun().status());
  }
  if (IsSameFile(options.output, options.select)) {
    return Status(StatusCode::kUsage, "--output and --select name one file; give each its own");
  }
  for (const std::string& path : {options.output, options.select}) {
    FITD_RETURN_IF_ERROR(CheckIsNoInput(path, InputsOf(job)));
  }
  FITD_RETURN_IF_ERROR(CheckIsKind(options.output, "table of fitd backtest", [](std::string_view head) {
    return FirstLine(head).find(",cutoff,") != std::string_view::npos;
  }));
  FITD_RETURN_IF_ERROR(CheckIsKind(options.select, "table of fitd backtest --select",
                                   [](std::string_view head) { return FirstLine(head).ends_with(",model"); }));
  const bool rows_to_stdout = !options.summary && !options.json && options.output.empty();
  std::optional<OutputFile> rows;
  if (rows_to_stdout || !options.output.empty()) {
    FITD_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(rows_to_stdout ? "-" : options.output));
    rows.emplace(std::move(file));
    options.backtest.rows = &rows->sink();
  }
  std::optional<OutputFile> selection;
  if (!options.select.empty()) {
    FITD_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(options.select));
    selection.emplace(std::move(file));
  }
  FITD_ASSIGN_OR_RETURN(const BacktestResult result, Guarded("measuring models", [&] {
                          return RunBacktest(job, options.backtest, cancel, progress);
                        }));
  if (rows) FITD_RETURN_IF_ERROR(rows->Commit());
  if (options.save) FITD_RETURN_IF_ERROR(Save(job.store.path, result));
  if (selection) {
    selection->sink().text() += FormatSelection(result, job.data.target.empty() ? "target" : job.data.target);
    FITD_RETURN_IF_ERROR(selection->Commit());
  }
  if (options.json) FITD_RETURN_IF_ERROR(WriteText("-", FormatBacktestJson(result, FITD_VERSION, true) + "\n"));
  if (options.summary) FITD_RETURN_IF_ERROR(WriteText("-", FormatBacktestTable(result)));
  progress.Pause();
  ReportUserFailures(result.failures);
  return result.failures.empty() ? 0 : kExitSomeFailed;
}

int RunCommand(const Job& job, const Options& options) {
  LogOptions log;
  log.level = LogLevel::kWarning;
  if (const Status started = SetUpLog(log); !started.ok()) return ReportError(started);
  const SystemClock clock;
  const std::unique_ptr<Progress> progress =
      MakeProgress(options.quiet ? ProgressStyle::kNone : options.progress, STDERR_FILENO, clock);
  const BarStandsAside aside(*progress);
  Result<std::unique_ptr<SignalCancel>> cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  if (job.workers.count == 0) SignalCancel::EndByItself();
  const Result<int> exit_code = Run(job, options, **cancel, *progress);
  progress->Pause();
  if (exit_code.ok()) return *exit_code;
  const int code = ReportError(exit_code.status());
  return (*cancel)->Ended(exit_code.status()) ? (*cancel)->ExitCode() : code;
}

}  // namespace

void AddBacktestCommand(CLI::App& app, CommandRun& run) {
  CLI::App* backtest = app.add_subcommand("backtest", "Hold forecasts of the past against what came");
  backtest->footer(kBacktestExamples);
  auto flags = std::make_shared<JobFlags>();
  auto options = std::make_shared<Options>();
  flags->AddTo(*backtest);
  auto* group = backtest->add_option_group("Backtest");
  group->add_option("--windows", options->backtest.windows, "Cuts to forecast from [3]")
      ->check(WholeNumber(1, 10'000))
      ->type_name("K");
  group->add_option("--step", options->backtest.step, "Points between two cuts [the horizon]")
      ->check(WholeNumber(1, 1'000'000))
      ->type_name("S");
  group->add_option("--refit", options->refit, "Fit anew at every cut, never after the first, or at every Nth [every]")
      ->type_name("every|never|N");
  group->add_option("--level", options->backtest.levels, "Percent of the intervals in the rows [80,95]")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(NumberBetween(0.1, 99.99))
      ->type_name("P");
  AddChoice<bool>(*group, "--columns", options->backtest.nixtla_columns, {{"data", false}, {"nixtla", true}},
                  "Name target and time as the data does, or unique_id, ds and y (nixtla) [data]")
      ->type_name("HOW");
  CLI::Option* summary =
      group->add_flag("--summary", options->summary, "Print a table of measures instead of the rows");
  group->add_flag("--json", options->json, "Print the measures as one JSON object instead of the rows")
      ->excludes(summary);
  group->add_option("-o,--output", options->output, "Write the rows to this file, whatever is printed")
      ->check(NamesAFile())
      ->type_name("FILE");
  group->add_option("--select", options->select, "Write the best model of each target to this file (CSV: target,model)")
      ->check(NamesAFile())
      ->type_name("FILE");
  CLI::Option* save = group->add_flag("--save", options->save, "Keep the measures in the job's store, for fitd report");
  backtest->get_option("--store")->needs(save);
  AddProgressOption(*group, options->progress);
  group->add_flag("--quiet,-q", options->quiet, "No progress");
  backtest->callback([&run, flags, options] {
    run = [flags, options] {
      const Result<Job> job = flags->ToJob();
      return job.ok() ? RunCommand(*job, *options) : ReportError(job.status());
    };
  });
}

}  // namespace fitd
