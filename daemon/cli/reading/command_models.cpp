// fitd models: what was fitted, as a table, CSV or JSON.
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/models_table.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/output_sink.h"

namespace fitd {
namespace {

constexpr const char* kModelsExamples =
    "Examples:\n"
    "  fitd models --store metrics.db\n"
    "  fitd models --store metrics.db --target web-17 --format json\n"
    "  fitd models --store metrics.db --failed --format csv";

struct ModelsOptions {
  std::string store = kDefaultStore;
  ModelsRequest request;
  bool targets_only = false;
  bool complete = false;
};

int ListModels(const ModelsOptions& options) {
  Result<OpenedRun> opened = OpenLatestRun(options.store, options.complete);
  if (!opened.ok()) return ReportError(opened.status());
  DescriptorSink out(STDOUT_FILENO, "stdout");
  if (options.targets_only) {
    const Status listed = WriteTargets(opened->store, opened->run, options.request, out);
    return listed.ok() ? 0 : ReportError(listed);
  }
  const Status status = WriteModels(opened->store, opened->run, options.request, out);
  return status.ok() ? 0 : ReportError(status);
}

}  // namespace

void AddModelsCommand(CLI::App& app, CommandRun& run) {
  CLI::App* models = app.add_subcommand("models", "Show the fitted models of a store");
  models->footer(kModelsExamples);
  auto options = std::make_shared<ModelsOptions>();
  models->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  models->add_option("--target", options->request.targets, "Only this target (repeatable)")
      ->allow_extra_args(false)
      ->type_name("ID");
  AddChoice<ModelsFormat>(*models, "--format", options->request.format,
                          {{"table", ModelsFormat::kTable}, {"csv", ModelsFormat::kCsv}, {"json", ModelsFormat::kJson}},
                          "table, csv or json [table]")
      ->type_name("FORMAT");
  CLI::Option* format = models->get_option("--format");
  models
      ->add_flag_callback(
          "--json", [options] { options->request.format = ModelsFormat::kJson; }, "Same as --format json")
      ->excludes(format);
  models->add_flag("--targets", options->targets_only, "Only the targets, a JSON object a line")->excludes(format);
  models->add_flag("--complete", options->complete, "Nothing of a training that is not finished: exit 65");
  models->add_flag("--failed", options->request.failed_only, "Only what could not be fitted");
  models->callback([&run, options] { run = [options] { return ListModels(*options); }; });
}

}  // namespace fitd
