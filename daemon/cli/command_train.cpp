// fitd train: the main job, in the foreground.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>

#include "common/job/job.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/train.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"

namespace fitd {
namespace {

constexpr const char* kTrainExamples =
    "Examples:\n"
    "  fitd train metrics.csv --store metrics.db\n"
    "  fitd train 'data/*.csv.zst' --target-column host --value-column cpu --season 24,168 --store cpu.db\n"
    "  zcat big.csv.gz | fitd train - --store big.db --models seasonal-naive --workers 8\n"
    "  fitd train --job /etc/fitd/jobs.d/cpu.toml --fresh\n"
    "Exit codes: 0 all targets fitted, 3 some failed, 64 usage, 65 data, 66 input missing, 73/74 store,\n"
    "75 store in use, 77 permission, 78 job file, 128+n ended by a signal (run the command again to go on).";

}  // namespace

void AddTrainCommand(CLI::App& app, CommandRun& run) {
  CLI::App* train = app.add_subcommand("train", "Fit one model per target and save them");
  train->footer(kTrainExamples);
  auto flags = std::make_shared<JobFlags>();
  auto options = std::make_shared<TrainOptions>();
  auto keep_history = std::make_shared<std::optional<std::string>>();
  flags->AddTo(*train);
  train->add_flag("--fresh", options->fresh,
                  "Fit everything from nothing: no earlier models, nothing of an unfinished run, no quarantine");
  train->add_flag("--reselect", options->reselect,
                  "Select the forms of all models again, also of targets that have only grown");
  train
      ->add_flag_function(
          "--resume", [](std::int64_t) {}, "Go on with an unfinished run of the same data and models (the default)")
      ->excludes("--fresh");
  train->add_flag("--retry-quarantined", options->retry_quarantined,
                  "Fit targets again that killed or hung their workers in an earlier run");
  train
      ->add_option("--keep-history", *keep_history,
                   "Last values of each target to keep for plots: N, all or none [by the size of the fleet]")
      ->type_name("N");
  train
      ->add_option("--shard", options->shard,
                   "Fit only part I of N of the targets, I from 1, or auto in an array of tasks; fitd merge joins them")
      ->type_name("I/N");
  train
      ->add_option("--global-from", options->global_from,
                   "Take the model over all targets from this file of fitd sums --merge")
      ->type_name("FILE");
  train
      ->add_option("--plan", options->plan_from,
                   "Take the targets from this file of fitd plan, a shard only its own, instead of reading DATA")
      ->type_name("FILE");
  options->AddTo(*train);
  train->callback([&run, flags, options, keep_history] {
    run = [flags, options, keep_history] {
      Result<Job> job = flags->ToJob();
      if (!job.ok()) return ReportError(job.status());
      if (*keep_history) {
        Result<KeepHistory> keep = ParseKeepHistory(**keep_history);
        if (!keep.ok()) return ReportError(keep.status().WithContext("--keep-history"));
        job->store.keep_history = *keep;
      }
      return RunTrain(*job, *options);
    };
  });
}

}  // namespace fitd
