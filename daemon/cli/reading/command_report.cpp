// fitd report: one HTML file about a run.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "common/atomic_file.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/reading/history_flags.h"
#include "daemon/cli/report.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/output_file.h"
#include "daemon/output/run_forecasts.h"
#include "daemon/report/report_page.h"
#include "daemon/report/run_report.h"

namespace fitd {
namespace {

constexpr const char* kReportExamples =
    "One self-contained page: what was run, data and repairs, accuracy and coverage, weights, time and memory, "
    "failures,\n"
    "and plots of the targets one would look at first; of up to 250 targets all of them. Nothing is loaded from "
    "anywhere.\n"
    "Examples:\n"
    "  fitd report --store metrics.db\n"
    "  fitd report --store metrics.db metrics.csv                the whole history, not only the last values\n"
    "  fitd report --store metrics.db -o /srv/www/metrics.html";

struct ReportOptions {
  std::string store = kDefaultStore;
  std::string output = "report.html";
  HistoryFlags history;
  bool allow_code = false;
  bool quiet = false;
};

// The exit code.
Result<int> MakeReport(const ReportOptions& options) {
  FITD_RETURN_IF_ERROR(CheckIsNoInput(options.output, options.history.data()));
  FITD_RETURN_IF_ERROR(
      CheckIsKind(options.output, "HTML page", [](std::string_view head) { return head.starts_with('<'); }));
  FITD_ASSIGN_OR_RETURN(const OpenedRun opened, OpenLatestRun(options.store));
  FITD_ASSIGN_OR_RETURN(const std::unique_ptr<HistorySource> history, options.history.Load(opened.store, opened.run));
  FITD_ASSIGN_OR_RETURN(const RunReport report,
                        CollectReport(opened.store, opened.run, history.get(), options.allow_code));
  FITD_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(options.output));
  file.sink().text() += FormatReportPage(report, FormatUtc(std::chrono::system_clock::now()), FITD_VERSION);
  FITD_RETURN_IF_ERROR(file.Commit());
  if (options.output != "-" && !options.quiet)
    std::fprintf(stderr, "fitd: the report is in %s\n", options.output.c_str());
  ReportUserFailures(report.user_failures);
  return report.user_failures.empty() ? 0 : kExitSomeFailed;
}

}  // namespace

void AddReportCommand(CLI::App& app, CommandRun& run) {
  CLI::App* report = app.add_subcommand("report", "Write one HTML file about the latest run of a store");
  report->footer(kReportExamples);
  auto options = std::make_shared<ReportOptions>();
  options->history.AddTo(*report);
  report->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  report->add_option("-o,--output", options->output, "File to write, - for stdout")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  report->add_flag("--allow-code", options->allow_code,
                   "Run the command, plugin or module that the store names, whoever owns the store");
  report->add_flag("--quiet,-q", options->quiet, "No word of where the report is");
  report->callback([&run, options] {
    run = [options] {
      const Result<int> code = MakeReport(*options);
      return code.ok() ? *code : ReportError(code.status());
    };
  });
}

}  // namespace fitd
