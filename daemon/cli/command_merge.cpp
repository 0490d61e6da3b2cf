// fitd merge: one complete run from the shards of one.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/cluster/merge_shards.h"
#include "daemon/flags/option_checks.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"

namespace fitd {
namespace {

constexpr const char* kMergeExamples =
    "The shards are stores that `fitd train --shard I/N` made of the same data with the same options; they stay as "
    "they\n"
    "are. The merged store exports the same bytes as that of a run on one host. The same command again does only what "
    "is\n"
    "missing.\n"
    "Examples:\n"
    "  fitd train metrics.csv --shard 1/2 --store s1.db    # on one host\n"
    "  fitd train metrics.csv --shard 2/2 --store s2.db    # on another\n"
    "  fitd merge --store metrics.db s1.db s2.db\n"
    "Exit codes: 0 merged, 3 merged, some targets failed, 65 shards that do not belong together or are missing.";

struct MergeFlags {
  MergeOptions merge;
  bool json = false;
  bool quiet = false;
};

int PrintMerge(const MergeReport& report, const MergeFlags& given) {
  if (given.json) {
    const nlohmann::ordered_json json = {{"run", report.run},         {"targets", report.targets},
                                         {"failed", report.failed},   {"shards", given.merge.shards.size()},
                                         {"missing", report.missing}, {"already_merged", report.already_merged},
                                         {"combine", report.rule}};
    fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (!given.quiet) {
    if (report.already_merged) {
      fmt::print("run {} of {} has these shards already\n", report.run, given.merge.out);
    } else {
      fmt::print("run {}: {} targets of {} shards{}{}\n", report.run, report.targets, given.merge.shards.size(),
                 report.failed > 0 ? fmt::format(", {} failed", report.failed) : "",
                 report.rule.empty() ? "" : fmt::format("; ensemble: {}", report.rule));
    }
    if (!report.missing.empty()) fmt::print("without the shards {}\n", fmt::join(report.missing, ", "));
  }
  if (std::fflush(stdout) != 0) return StdoutFailed(errno);
  return report.failed > 0 ? kExitSomeFailed : 0;
}

int RunMerge(MergeFlags given) {
  const SystemClock clock;
  const auto cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  const std::unique_ptr<Progress> progress =
      MakeProgress(given.quiet ? ProgressStyle::kNone : ProgressStyle::kAuto, STDERR_FILENO, clock);
  const BarStandsAside aside(*progress);
  given.merge.check_cancelled = [&] { return (*cancel)->cancelled() ? (*cancel)->status() : OkStatus(); };
  given.merge.progress = [&](std::uint64_t done, std::uint64_t total) {
    RunAdvanced advanced;
    advanced.stage = Stage::kMerge;
    advanced.done = done;
    advanced.total = total;
    progress->On(advanced);
  };
  const Result<MergeReport> report = MergeShards(given.merge, clock);
  progress->Pause();
  if (report.ok()) return PrintMerge(*report, given);
  const int code = ReportError(report.status());
  return (*cancel)->Ended(report.status()) ? (*cancel)->ExitCode() : code;
}

}  // namespace

void AddMergeCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("merge", "Make one complete run of the shards of one");
  command->footer(kMergeExamples);
  auto given = std::make_shared<MergeFlags>();
  given->merge.out = kDefaultStore;
  command->add_option("SHARD", given->merge.shards, "Stores of the shards, in any order")->required();
  command->add_option("--store", given->merge.out, "Store the merged run is saved in")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  command->add_flag("--partial", given->merge.partial, "Go on without shards that are missing");
  command->add_option("--keep-runs", given->merge.keep_runs, "Runs that the store keeps, the newest [10]")
      ->check(WholeNumber(1, 1'000'000))
      ->type_name("N");
  command->add_flag("--allow-code", given->merge.allow_code,
                    "Take shards of others that name users' algorithms, which then run as yours");
  command->add_flag("--quiet,-q", given->quiet, "No progress and no summary, only warnings and errors");
  command->add_flag("--json", given->json, "Print the summary as one JSON object on stdout");
  command->callback([&run, given] { run = [given] { return RunMerge(*given); }; });
}

}  // namespace fitd
