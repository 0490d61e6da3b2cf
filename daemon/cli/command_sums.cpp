// fitd plan and fitd sums: what the shards of a fleet share, its data read once and its global stage.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "common/atomic_file.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/cluster/make_plan.h"
#include "daemon/cluster/sum_shard.h"
#include "daemon/cluster/sums_file.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"

namespace fitd {
namespace {

constexpr const char* kSumsExamples =
    "The model over all targets is one regression, whose sums every shard makes of its own targets. Without it each "
    "shard\n"
    "sums all targets for itself: the same models, for more work.\n"
    "Examples:\n"
    "  fitd sums metrics.csv --shard 1/2 -o 1.sums         # on one host\n"
    "  fitd sums metrics.csv --shard 2/2 -o 2.sums         # on another\n"
    "  fitd sums --merge 1.sums --merge 2.sums -o global\n"
    "  fitd train metrics.csv --shard 1/2 --global-from global --store s1.db";

constexpr const char* kPlanExamples =
    "Reads the data once and writes them in the order of the targets, with what depends on all of them, so that each\n"
    "shard reads only its own part. Without it each shard reads everything: the same models, for more work.\n"
    "Examples:\n"
    "  fitd plan metrics.csv --shards 2 -o plan\n"
    "  fitd train metrics.csv --shard 1/2 --plan plan --store s1.db";

struct SumsFlags {
  std::string shard;
  std::string out;
  std::string plan;
  std::vector<std::string> merge;
  bool quiet = false;
};

// Of the sums of all shards.
Status CheckMerged(const SumsFlags& given) {
  FITD_RETURN_IF_ERROR(CheckIsNoInput(given.out, given.merge));
  return CheckIsKind(given.out, "regression of fitd sums --merge",
                     [](std::string_view head) { return head.starts_with("fitd-global "); });
}

int RunSums(const JobFlags& flags, const SumsFlags& given) {
  if (!given.merge.empty()) {
    if (flags.HasData()) {
      return ReportError(
          {StatusCode::kUsage, "--merge adds up sums that are there, and DATA would be summed: say one of them"});
    }
    if (const Status kept = CheckMerged(given); !kept.ok()) return ReportError(kept);
    const Result<GlobalFile> merged = MergeSumsFiles(given.merge);
    if (!merged.ok()) return ReportError(merged.status());
    const Status written = WriteGlobalFile(given.out, *merged);
    return written.ok() ? 0 : ReportError(written);
  }
  const Result<Job> job = flags.ToJob();
  if (!job.ok()) return ReportError(job.status());
  const Result<Shard> shard = ParseShard(given.shard);
  if (!shard.ok()) return ReportError(shard.status());
  const auto cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  const SystemClock clock;
  const std::unique_ptr<Progress> progress =
      MakeProgress(given.quiet ? ProgressStyle::kNone : ProgressStyle::kAuto, STDERR_FILENO, clock);
  const BarStandsAside aside(*progress);
  const Status status = SumShard(*job, *shard, given.plan, given.out, **cancel, *progress);
  progress->Pause();
  if (status.ok()) return 0;
  const int code = ReportError(status);
  return (*cancel)->Ended(status) ? (*cancel)->ExitCode() : code;
}

int RunPlan(const JobFlags& flags, const FleetPlanOptions& given, bool quiet) {
  const Result<Job> job = flags.ToJob();
  if (!job.ok()) return ReportError(job.status());
  const auto cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  const SystemClock clock;
  const std::unique_ptr<Progress> progress =
      MakeProgress(quiet ? ProgressStyle::kNone : ProgressStyle::kAuto, STDERR_FILENO, clock);
  const BarStandsAside aside(*progress);
  const Result<FleetPlan> plan = MakeFleetPlan(*job, given, **cancel, *progress);
  progress->Pause();
  if (plan.ok() && quiet) return 0;
  if (plan.ok()) {
    fmt::print("{} targets, {} values for {} shards in {}\n", plan->targets, plan->values, given.shards, given.path);
    return std::fflush(stdout) == 0 ? 0 : StdoutFailed(errno);
  }
  const int code = ReportError(plan.status());
  return (*cancel)->Ended(plan.status()) ? (*cancel)->ExitCode() : code;
}

}  // namespace

void AddPlanCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("plan", "Read the data once for all shards of a fleet");
  command->footer(kPlanExamples);
  auto flags = std::make_shared<JobFlags>();
  auto given = std::make_shared<FleetPlanOptions>();
  flags->AddTo(*command);
  command->add_option("--shards", given->shards, "Parts of the fleet")
      ->required()
      ->check(WholeNumber(1, kMostShards))
      ->type_name("N");
  command->add_option("-o,--output", given->path, "File to write")->required()->check(NamesAFile())->type_name("FILE");
  command->add_option("--spill", given->spill, "Keep values in a file in this folder while the data are read")
      ->check(NamesAFile())
      ->type_name("DIR");
  auto quiet = std::make_shared<bool>(false);
  command->add_flag("--quiet,-q", *quiet, "No progress and no summary, only warnings and errors");
  command->callback(
      [&run, flags, given, quiet] { run = [flags, given, quiet] { return RunPlan(*flags, *given, *quiet); }; });
}

void AddSumsCommand(CLI::App& app, CommandRun& run) {
  CLI::App* command = app.add_subcommand("sums", "Add up the model over all targets, a shard at a time");
  command->footer(kSumsExamples);
  auto flags = std::make_shared<JobFlags>();
  auto given = std::make_shared<SumsFlags>();
  flags->AddTo(*command);
  auto* shard = command->add_option("--shard", given->shard, "Sum part I of N of the targets, I from 1, or auto");
  shard->type_name("I/N");
  command->add_option("--merge", given->merge, "Sums of one shard; once for each")->excludes(shard)->type_name("FILE");
  command->add_option("--plan", given->plan, "Take the targets from this file of fitd plan instead of reading the data")
      ->type_name("FILE");
  command->add_option("-o,--output", given->out, "File to write")->required()->check(NamesAFile())->type_name("FILE");
  command->add_flag("--quiet,-q", given->quiet, "No progress, only warnings and errors");
  command->callback([&run, flags, given] { run = [flags, given] { return RunSums(*flags, *given); }; });
}

}  // namespace fitd
