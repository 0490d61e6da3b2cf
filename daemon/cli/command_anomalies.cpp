// fitd anomalies: the events that detections have found, from a store.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "common/job/job.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/detect/event_hook.h"
#include "daemon/detect/kept_events.h"
#include "daemon/detect/time_ranges.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/models_table.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/output_sink.h"
#include "daemon/store/anomaly_table.h"

namespace fitd {
namespace {

constexpr const char* kAnomaliesExamples =
    "Events in the order in which they were found, as fitd detect --events prints them; JSON has a number for each.\n"
    "Examples:\n"
    "  fitd anomalies --store metrics.db\n"
    "  fitd anomalies --store metrics.db --target web-17 --since 2024-12-01 --json\n"
    "  fitd anomalies --store metrics.db --json --after 4711                what is new since event 4711\n"
    "  fitd anomalies --job /etc/fitd/jobs.d/cpu.toml --tell                what fitd-detect@cpu.service does";

struct AnomaliesOptions {
  std::string store = kDefaultStore;
  std::string since, until;
  AnomalyFilter filter;
  bool parts = false;
  bool json = false;
  std::string job;
  bool tell = false;
  bool quiet = false;
};

// No event of a target that there never was does not mean that it is healthy. One that is gone may have events.
Status ExpectWatched(const OpenedRun& opened, const std::vector<std::string>& targets) {
  if (targets.empty()) return {};
  std::vector<std::string> silent = targets;
  std::erase(silent, "*");  // the fleet
  AnomalyFilter ever;
  ever.targets = targets;
  ever.parts_of_fleet = true;
  FITD_RETURN_IF_ERROR(opened.store.ForEachAnomaly(ever, [&silent](const StoredAnomaly& anomaly) -> Status {
    std::erase(silent, anomaly.target);
    return {};
  }));
  return ExpectTargets(opened.store, opened.run, silent);
}

Status WriteAnomalies(const AnomaliesOptions& options, OutputSink& out) {
  AnomalyFilter filter = options.filter;
  filter.parts_of_fleet = options.parts || !filter.targets.empty();
  FITD_ASSIGN_OR_RETURN(const OpenedRun opened, OpenLatestRun(options.store));
  const TimeForm form = opened.run.header.time_form();
  if (!options.since.empty()) {
    FITD_ASSIGN_OR_RETURN(filter.since, ParseRangeStart("--since", options.since, form.zone));
  }
  if (!options.until.empty()) {
    FITD_ASSIGN_OR_RETURN(filter.until, ParseRangeStart("--until", options.until, form.zone));
  }
  FITD_RETURN_IF_ERROR(ExpectWatched(opened, filter.targets));
  if (!options.json) out.text() += kEventHeader;
  FITD_RETURN_IF_ERROR(opened.store.ForEachAnomaly(filter, [&](const StoredAnomaly& anomaly) -> Status {
    options.json ? AppendAnomalyJson(out.text(), anomaly, form) : AppendEventCsv(out.text(), EventOf(anomaly), form);
    return out.Drain();
  }));
  return out.Flush();
}

// Runs the command of the job's [detect] section for what it has not been told of.
int TellJob(const AnomaliesOptions& options) {
  const Result<Job> job = ParseJobFile(options.job);
  if (!job.ok()) return ReportError(job.status());
  if (job->detect.exec.empty()) return 0;
  const Result<Told> told =
      TellOfStored(job->store.path, Telling{job->detect.exec, job->name, job->detect.exec_timeout});
  if (!told.ok()) return ReportError(told.status());
  if (told->told + told->left > 0 && !options.quiet) {
    std::fprintf(stderr, "fitd: told of %llu events, %llu are left for the next time\n",
                 static_cast<unsigned long long>(told->told), static_cast<unsigned long long>(told->left));
  }
  return told->left > 0 ? ExitCode(Status(StatusCode::kIo, {})) : 0;
}

int RunAnomalies(AnomaliesOptions options) {
  if (options.tell && options.job.empty()) {
    return ReportError(Status(StatusCode::kUsage, "--tell: name the job whose command is to be told: --job FILE"));
  }
  if (options.tell) return TellJob(options);
  if (!options.job.empty()) {
    const Result<Job> job = ParseJobFile(options.job);
    if (!job.ok()) return ReportError(job.status());
    if (!job->store.path.empty() && options.store == kDefaultStore) options.store = job->store.path;
  }
  DescriptorSink out(STDOUT_FILENO, "stdout");
  const Status written = WriteAnomalies(options, out);
  return written.ok() ? 0 : ReportError(written);
}

}  // namespace

void AddAnomaliesCommand(CLI::App& app, CommandRun& run) {
  CLI::App* anomalies = app.add_subcommand("anomalies", "Print the events that fitd detect has found");
  anomalies->footer(kAnomaliesExamples);
  auto options = std::make_shared<AnomaliesOptions>();
  AnomalyFilter& filter = options->filter;
  anomalies->add_option("--store", options->store, "Store to read")
      ->check(NamesAFile())
      ->type_name("FILE")
      ->capture_default_str();
  anomalies->add_option("--target", filter.targets, "Only events of this target (repeatable)")
      ->allow_extra_args(false)
      ->type_name("ID");
  anomalies->add_option("--since", options->since, "Only events that end then or later")->type_name("TIME");
  anomalies->add_option("--until", options->until, "Only events that begin then or earlier")->type_name("TIME");
  anomalies->add_option("--after", filter.after, "Only events with larger numbers than this")
      ->check(WholeNumber(0, std::int64_t{1} << 53))
      ->type_name("N");
  anomalies->add_option("--limit", filter.limit, "At most so many")
      ->check(WholeNumber(1, std::int64_t{1} << 53))
      ->type_name("N");
  anomalies->add_flag("--newest", filter.newest_first, "The newest first");
  anomalies->add_flag("--parts", options->parts, "Also each target's part of an event of the fleet");
  anomalies->add_option("--job", options->job, "Job file, for its store")->check(NamesAFile())->type_name("FILE");
  anomalies->add_flag("--json", options->json, "JSON lines");
  CLI::Option* tell = anomalies->add_flag(
      "--tell", options->tell,
      "Print nothing: run the exec command of the job's [detect] for each event it was not told of");
  anomalies->add_flag("--quiet,-q", options->quiet, "With --tell: no word of how many events there were");
  for (const char* const choice :
       {"--target", "--since", "--until", "--after", "--limit", "--newest", "--parts", "--json"})
    tell->excludes(anomalies->get_option(choice));
  anomalies->callback([&run, options] { run = [options] { return RunAnomalies(*options); }; });
}

}  // namespace fitd
