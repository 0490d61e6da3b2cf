// fitd sample: deterministic demo telemetry as CSV on stdout.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/sample.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/output_sink.h"

namespace fitd {
namespace {

constexpr const char* kSampleExamples =
    "Examples:\n"
    "  fitd sample > telemetry.csv\n"
    "  fitd sample --targets 1000 --length 2000 --frequency 5min --seed 7 | zstd > big.csv.zst";

int RunSample(const SampleOptions& options) {
  DescriptorSink out(STDOUT_FILENO, "stdout");
  Status status = WriteSample(options, [&out](std::string_view text) -> Status {
    out.text() += text;
    return out.Drain();
  });
  if (status.ok()) status = out.Flush();
  return status.ok() ? 0 : ReportError(status);
}

}  // namespace

void AddSampleCommand(CLI::App& app, CommandRun& run) {
  CLI::App* sample = app.add_subcommand("sample", "Print deterministic demo telemetry as CSV");
  sample->footer(kSampleExamples);
  auto options = std::make_shared<SampleOptions>();
  sample->add_option("--targets", options->targets, "Number of targets")
      ->check(WholeNumber(1, 1'000'000'000))
      ->capture_default_str();
  sample->add_option("--length", options->length, "Values per target")
      ->check(WholeNumber(1, 1'000'000'000))
      ->capture_default_str();
  sample->add_option("--seed", options->seed, "Other seeds give other data, the same seed the same bytes")
      ->check(WholeNumber(0, std::numeric_limits<long long>::max()))
      ->capture_default_str();
  sample->add_option("--frequency", options->frequency, "Step, such as 5min, 1h, 1D, 1M")
      ->type_name("F")
      ->capture_default_str();
  sample->callback([&run, options] { run = [options] { return RunSample(*options); }; });
}

}  // namespace fitd
