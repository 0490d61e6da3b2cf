// fitd sample: deterministic demo telemetry as CSV on stdout.
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "daemon/cli/commands.h"
#include "daemon/cli/job_flags.h"
#include "daemon/cli/option_checks.h"
#include "daemon/cli/report.h"
#include "daemon/cli/sample.h"

namespace fitd {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  fitd sample > telemetry.csv\n"
    "  fitd sample --targets 1000 --length 2000 --frequency 5min --seed 7 | zstd > big.csv.zst";

int RunSample(const SampleOptions& options) {
  const Status status = WriteSample(options, [](std::string_view text) -> Status {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return {};
    return StatusFromErrno(errno, "writing to stdout");
  });
  if (!status.ok()) return ReportError(status);
  if (std::fflush(stdout) != 0) return ReportError(StatusFromErrno(errno, "writing to stdout"));
  return 0;
}

}  // namespace

void AddSampleCommand(CLI::App& app, CommandRun& run) {
  CLI::App* sample = app.add_subcommand("sample", "Print deterministic demo telemetry as CSV");
  sample->footer(kExamples);
  auto options = std::make_shared<SampleOptions>();
  sample->add_option("--targets", options->targets, "Number of targets")
      ->check(WholeNumber(1, 1'000'000'000))
      ->capture_default_str();
  sample->add_option("--length", options->length, "Values per target")
      ->check(WholeNumber(1, 1'000'000'000))
      ->capture_default_str();
  sample->add_option("--seed", options->seed, "Other seeds give other data, the same seed the same bytes")
      ->capture_default_str();
  sample->add_option("--frequency", options->frequency, "Step, such as 5min, 1h, 1D, 1M")
      ->type_name("F")
      ->capture_default_str();
  sample->callback([&run, options] { run = [options] { return RunSample(*options); }; });
}

}  // namespace fitd
