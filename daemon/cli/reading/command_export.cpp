// fitd export: the canonical, byte-stable dump of a store.
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/export_run.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/output_sink.h"

namespace fitd {
namespace {

constexpr const char* kExportExamples =
    "The dump is the same, byte for byte, for the same data and options: whatever the number of workers, the chunks,\n"
    "and whatever died on the way.\n"
    "Examples:\n"
    "  fitd export --store metrics.db > metrics.json\n"
    "  fitd export --store metrics.db --format csv | sha256sum";

struct ExportOptions {
  std::string store = kDefaultStore;
  ExportFormat format = ExportFormat::kJson;
};

int RunExport(const ExportOptions& options) {
  Result<OpenedRun> opened = OpenLatestRun(options.store);
  if (!opened.ok()) return ReportError(opened.status());
  DescriptorSink out(STDOUT_FILENO, "stdout");
  const Status status = ExportRun(opened->store, opened->run, options.format, out);
  return status.ok() ? 0 : ReportError(status);
}

}  // namespace

void AddExportCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("export", "Dump a store in a canonical form");
  command->footer(kExportExamples);
  auto options = std::make_shared<ExportOptions>();
  command->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  AddChoice<ExportFormat>(*command, "--format", options->format,
                          {{"json", ExportFormat::kJson}, {"csv", ExportFormat::kCsv}}, "json or csv [json]")
      ->type_name("FORMAT");
  command->callback([&run, options] { run = [options] { return RunExport(*options); }; });
}

}  // namespace fitd
