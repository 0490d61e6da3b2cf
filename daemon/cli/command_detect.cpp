// fitd detect: what is unusual about new observations, or about a history.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <tuple>

#include "common/job/detect_values.h"
#include "common/job/job.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/detect/detect_run.h"
#include "daemon/detect/event_hook.h"
#include "daemon/detect/time_ranges.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"

namespace fitd {
namespace {

// A history's warm-up without --warmup: 15 % of it, at most this many. NAB's own is 15 % of 5000.
constexpr std::uint64_t kWarmupMost = 750;

constexpr const char* kDetectExamples =
    "Rows: target,time,value,expected,lo,hi,novelty,severity,alert,kind; one an observation. novelty and severity are\n"
    "0 to 100: novelty falls for what repeats, severity does not; alert is 1 where an event begins.\n"
    "Examples:\n"
    "  fitd train metrics.csv --store metrics.db && fitd detect --store metrics.db new.csv\n"
    "  fitd detect --replay history.csv                     what it would have said\n"
    "  fitd detect --replay --events --json history.csv     one line an event\n"
    "  fitd detect --store metrics.db new.csv --alarm-rate 1/week --direction up --mute 2024-12-24/2024-12-26\n"
    "Exit codes: 0 whether or not something was found, 3 some targets lost their worker, 64 usage, 65 data,\n"
    "66 input or store missing, 75 store in use, 128+n ended by a signal.";

struct DetectFlags {
  bool replay = false, events = false, json = false, quiet = false;
  std::string warmup, since;
  DetectChoice choice;
  ProgressStyle progress = ProgressStyle::kAuto;
};

Status Usage(const char* option, const std::string& text, const char* expected) {
  return {StatusCode::kUsage, fmt::format("{}: '{}' is not {}", option, text, expected)};
}

Status ApplyWarmup(const std::string& text, DetectOptions& options) {
  if (text.empty()) {
    options.warmup_most = kWarmupMost;
    return {};
  }
  double number = 0;
  bool percent = false;
  const bool good =
      ParseNumberOrPercent(text, number, percent) && (percent ? number <= 100 : number >= 1 && number < 1e15);
  if (!good) return Usage("--warmup", text, "a share such as 15% or a number of observations");
  if (percent) {
    options.warmup_percent = number;
  } else {
    options.warmup_count = static_cast<std::uint64_t>(number);
  }
  return {};
}

Status ApplyRules(const DetectChoice& detect, DetectOptions& options) {
  AlertRules& rules = options.rules;
  rules.threshold = detect.threshold;
  rules.persist = detect.persist;
  if (detect.direction != "up" && detect.direction != "down" && detect.direction != "both") {
    return Usage("--direction", detect.direction, "one of up, down, both");
  }
  rules.direction = detect.direction == "up"     ? AnomalyDirection::kUp
                    : detect.direction == "down" ? AnomalyDirection::kDown
                                                 : AnomalyDirection::kBoth;
  if (!detect.min_change.empty()) {
    const Result<LeastChange> least = ParseLeastChange(detect.min_change);
    if (!least.ok()) return least.status().WithContext("--min-change");
    rules.min_change = least->difference;
    rules.min_change_share = least->share;
  }
  if (!detect.alarm_rate.empty()) {
    const Result<double> rate = ParseAlarmRate(detect.alarm_rate);
    if (!rate.ok()) return rate.status().WithContext("--alarm-rate");
    options.alarms_per_ns = *rate;
  }
  for (const std::string& mute : detect.mute) {
    FITD_ASSIGN_OR_RETURN(const auto ranges, ParseMute(mute));
    options.mute.insert(options.mute.end(), ranges.begin(), ranges.end());
  }
  return {};
}

Result<DetectSettings> MakeSettings(const DetectFlags& flags, const DetectChoice& detect) {
  DetectSettings settings;
  settings.detect.replay = flags.replay;
  FITD_RETURN_IF_ERROR(ApplyWarmup(flags.warmup, settings.detect));
  if (!flags.warmup.empty() && !flags.replay) {
    return Status(StatusCode::kUsage, "--warmup: only a --replay warms up; a store's models were trained before");
  }
  FITD_RETURN_IF_ERROR(ApplyRules(detect, settings.detect));
  if (!flags.since.empty()) {
    FITD_ASSIGN_OR_RETURN(settings.since, ParseRangeStart("--since", flags.since));
  }
  settings.format = flags.json ? DetectionFormat::kJsonLines : DetectionFormat::kCsv;
  settings.events = flags.events;
  settings.tell = !detect.exec.empty();
  settings.pool.log_level = LogLevel::kWarning;
  return settings;
}

int ReportEnd(const DetectSummary& summary, const DetectFlags& flags) {
  if (summary.lost > 0) {
    std::fprintf(stderr, "fitd: %s\n",
                 PrintableLines(fmt::format("{} of {} targets lost their worker and have no scores, first {}",
                                            summary.lost, summary.targets, summary.first_lost))
                     .c_str());
  }
  if (summary.without > 0 && !flags.quiet) {
    std::fprintf(stderr, "fitd: %s\n",
                 PrintableLines(fmt::format("{} of {} targets go without a model, first {}", summary.without,
                                            summary.targets, summary.first_without))
                     .c_str());
  }
  if (!flags.quiet) {
    const std::string known =
        summary.known > 0 ? fmt::format(" ({} more were known already)", summary.known) : std::string();
    std::fprintf(stderr, "fitd: %s\n",
                 fmt::format("{} alerts in {} observations of {} targets{}", summary.alerts, summary.observations,
                             summary.targets, known)
                     .c_str());
  }
  return summary.lost > 0 ? kExitSomeFailed : 0;
}

int Detect(const JobFlags& job_flags, const DetectFlags& flags) {
  Result<Job> job = job_flags.ToJob();
  if (!job.ok()) return ReportError(job.status());
  if (job->store.path.empty()) job->store.path = kDefaultStore;
  const Result<DetectSettings> settings = MakeSettings(flags, flags.choice);
  if (!settings.ok()) return ReportError(settings.status());
  LogOptions log;
  log.level = LogLevel::kWarning;
  if (const Status started = SetUpLog(log); !started.ok()) return ReportError(started);
  const SystemClock clock;
  const ProgressStyle style = flags.quiet ? ProgressStyle::kNone : flags.progress;
  const std::unique_ptr<Progress> progress = MakeProgress(style, STDERR_FILENO, clock);
  const BarStandsAside aside(*progress);
  Result<std::unique_ptr<SignalCancel>> cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  if (job->workers.count == 0) SignalCancel::EndByItself();
  DescriptorSink out(STDOUT_FILENO, "stdout");
  const Result<DetectSummary> summary = RunDetect(*job, *settings, **cancel, *progress, out);
  RunEnded ended;
  ended.state = summary.ok() ? "complete" : (*cancel)->cancelled() ? "cancelled" : "failed";
  progress->On(ended);
  if (summary.ok() && !flags.choice.exec.empty()) {
    const auto& [command, timeout] = std::tie(flags.choice.exec, flags.choice.exec_timeout);
    if (flags.replay) {
      TellHook(command, summary->events, summary->time_form, timeout);
    } else if (const Status told = TellOfStored(job->store.path, command, summary->time_form, timeout); !told.ok()) {
      Log(LogLevel::kWarning, "events that were told of are told again next time: " + told.message());
    }
  }
  if (!summary.ok()) {
    const int code = ReportError(summary.status());
    return (*cancel)->cancelled() ? (*cancel)->ExitCode() : code;
  }
  return ReportEnd(*summary, flags);
}

}  // namespace

void AddDetectCommand(CLI::App& app, CommandRun& run) {
  CLI::App* detect =
      app.add_subcommand("detect", "Say which observations are unusual, by stored models or in a replay");
  detect->footer(kDetectExamples);
  auto job = std::make_shared<JobFlags>();
  auto flags = std::make_shared<DetectFlags>();
  job->AddTo(*detect);
  auto* rules = detect->add_option_group("Detection");
  rules->add_flag("--replay", flags->replay, "Fit on the first part of DATA and follow the rest; no store");
  rules->add_option("--warmup", flags->warmup, "First part of a replay: a share or a number [15%, at most 750]")
      ->type_name("P%|N");
  rules->add_option("--since", flags->since, "Print only observations from then on; those before are followed")
      ->type_name("TIME");
  rules->add_option("--threshold", flags->choice.threshold, "Novelty that alerts [29.5]")
      ->check(NumberBetween(0.1, 99.99))
      ->type_name("SCORE");
  rules
      ->add_option("--alarm-rate", flags->choice.alarm_rate,
                   "Alerts to expect of a target, such as 1/week: the threshold follows from its history")
      ->type_name("N/PERIOD");
  rules->add_option("--direction", flags->choice.direction, "Alert for values that are up, down or both [both]")
      ->type_name("WHERE");
  rules
      ->add_option("--min-change", flags->choice.min_change,
                   "Least distance from what was expected, a number or a share")
      ->type_name("X|P%");
  rules->add_option("--for", flags->choice.persist, "Alert when so many observations in a row are unusual [1]")
      ->check(WholeNumber(1, 1'000'000))
      ->type_name("N");
  rules
      ->add_option("--mute", flags->choice.mute, "No alerts in FROM/TO, or in the lines FROM/TO of a file (repeatable)")
      ->type_name("FROM/TO|FILE");
  rules->add_option("--exec", flags->choice.exec, "Command that gets each event as a line of JSON on stdin")
      ->type_name("CMD");
  rules->add_flag("--events", flags->events, "One line an event, and one for events of many targets at once");
  AddProgressOption(*detect, flags->progress);
  detect->add_flag("--quiet,-q", flags->quiet, "No progress and no summary, only errors");
  detect->add_flag("--json", flags->json, "JSON lines with the same keys");
  detect->callback([&run, job, flags] { run = [job, flags] { return Detect(*job, *flags); }; });
}

}  // namespace fitd
