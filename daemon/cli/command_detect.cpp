// fitd detect: what is unusual about new observations, or about a history.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>

#include "common/job/detect_values.h"
#include "common/job/job.h"
#include "common/job/job_places.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/detect/detect_run.h"
#include "daemon/detect/event_hook.h"
#include "daemon/detect/event_publisher.h"
#include "daemon/detect/time_ranges.h"
#include "daemon/flags/job_flags.h"
#include "daemon/flags/option_checks.h"
#include "daemon/output/opened_run.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/service/service_sandbox.h"
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
    "  fitd detect --job /etc/fitd/jobs.d/cpu.toml          by its [detect] section\n"
    "  fitd detect --store metrics.db new.csv --alarm-rate 1/week --direction up --mute 2024-12-24/2024-12-26\n"
    "Exit codes: 0 whether or not something was found, 3 some targets are not judged, 64 usage, 65 data,\n"
    "66 input or store missing, 74 events are left that --exec was not told of, 75 store in use,\n"
    "128+n ended by a signal.";

struct DetectFlags {
  RunOutput output;
  bool replay = false, events = false, json = false;
  bool leave_telling = false;  // new events are noted as not told; somebody else tells
  std::string warmup, since;
  // Said on the command line; what was not is the job's.
  std::optional<double> threshold;
  std::optional<std::string> alarm_rate, direction, min_change, exec;
  std::optional<int> persist;
  std::vector<std::string> mute;

  // A process of the service: what it finds goes into the store, the log and the progress, and is not printed.
  bool of_service() const { return output.progress_fd >= 0; }
  DetectChoice Over(DetectChoice choice) const {
    if (threshold) {
      choice.threshold = *threshold;
      choice.alarm_rate.clear();
    }
    if (alarm_rate) choice.alarm_rate = *alarm_rate;
    if (direction) choice.direction = *direction;
    if (min_change) choice.min_change = *min_change;
    if (exec) choice.exec = *exec;
    if (persist) choice.persist = *persist;
    if (!mute.empty()) choice.mute = mute;
    return choice;
  }
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
  const bool good = ParseNumberOrPercent(text, number, percent) &&
                    (percent ? number > 0 && number <= 100 : number >= 1 && number < 1e15);
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
  return {};
}

Status ApplyMute(const DetectFlags& flags, const Job& job, const std::string& zone, DetectOptions& options) {
  const bool of_job = flags.mute.empty();
  for (const std::string& mute : job.detect.mute) {
    const auto ranges = ParseMute(of_job ? SaidAt(job, "detect.mute") : "--mute", mute, zone);
    if (!ranges.ok()) {
      return {of_job ? StatusCode::kBadConfig : ranges.status().code(), std::string(ranges.status().message())};
    }
    options.mute.insert(options.mute.end(), ranges->begin(), ranges->end());
  }
  return {};
}

// The zone of times without an offset: what was said of the data, or that of the store, which they are written in.
std::string ZoneOf(const Job& job, bool replay) {
  if (replay || !job.data.timezone.empty()) return job.data.timezone;
  const Result<OpenedRun> opened = OpenLatestRun(job.store.path);
  return opened.ok() ? opened->run.header.time_zone : std::string();  // whoever opens it next says what is wrong
}

Result<DetectSettings> MakeSettings(const DetectFlags& flags, const Job& job) {
  const DetectChoice& detect = job.detect;
  DetectSettings settings;
  settings.detect.replay = flags.replay;
  FITD_RETURN_IF_ERROR(ApplyWarmup(flags.warmup, settings.detect));
  if (!flags.warmup.empty() && !flags.replay) {
    return Status(StatusCode::kUsage, "--warmup: only a --replay warms up; a store's models were trained before");
  }
  FITD_RETURN_IF_ERROR(ApplyRules(detect, settings.detect));
  if (!flags.since.empty() || !detect.mute.empty()) {
    const std::string zone = ZoneOf(job, flags.replay);
    FITD_RETURN_IF_ERROR(ApplyMute(flags, job, zone, settings.detect));
    if (!flags.since.empty()) {
      FITD_ASSIGN_OR_RETURN(settings.since, ParseRangeStart("--since", flags.since, zone));
    }
  }
  settings.format = flags.json ? DetectionFormat::kJsonLines : DetectionFormat::kCsv;
  settings.events = flags.events;
  settings.tell = !detect.exec.empty();
  flags.output.ApplyTo(settings.pool);
  return settings;
}

// Says on stderr what the rows do not show.
void SaySummary(const DetectSummary& summary, bool quiet) {
  const auto say = [](const std::string& text) { WriteErrorLine("fitd: " + PrintableLines(text)); };
  if (summary.lost > 0) {
    say(fmt::format("{} of {} targets lost their worker and have no scores, first {}", summary.lost, summary.targets,
                    summary.first_lost));
  }
  if (summary.unjudged > 0) {
    say(fmt::format(
        "{} of {} targets are no longer than the first part of the replay, and nothing of them is judged: say "
        "a smaller --warmup",
        summary.unjudged, summary.targets));
  }
  if (summary.refused > 0) {
    say(fmt::format("{} of {} targets are not judged, first {}", summary.refused, summary.targets,
                    summary.first_refused));
  }
  if (quiet) return;
  if (summary.repeated > 0) {
    say(fmt::format("{} rows are of a time or a period that has a later one; the last row won", summary.repeated));
  }
  if (summary.off_grid > 0) {
    say(fmt::format("{} rows are of days or hours that the steps have none of; they are left out", summary.off_grid));
  }
  if (summary.without > 0) {
    say(fmt::format("{} of {} targets go without a model, first {}", summary.without, summary.targets,
                    summary.first_without));
  }
  const std::string known =
      summary.known > 0
          ? fmt::format(" ({} more are no later than what a training, an update or a detection has seen last)",
                        summary.known)
          : "";
  say(fmt::format("{} alerts in {} observations of {} targets{}", summary.alerts, summary.observations, summary.targets,
                  known));
}

// Tells the job's command, and what became of that: 0, or the exit code that says that events are left. A store keeps
// what is not told; of a replay it is lost.
int Tell(const Job& job, const DetectFlags& flags, const DetectSummary& summary) {
  const DetectChoice& choice = job.detect;
  // Of a history only whoever is named for it is told, not the job's.
  if (choice.exec.empty() || flags.leave_telling || (flags.replay && !flags.exec)) return 0;
  const Telling telling{choice.exec, job.name, choice.exec_timeout};
  const Result<Told> told =
      flags.replay ? TellHook(telling, summary.events, summary.time_form) : TellOfStored(job.store.path, telling);
  if (!told.ok()) {
    Log(LogLevel::kWarning, "events that were told of are told again next time: " + told.status().message());
  }
  if (told.ok() && told->left == 0) return 0;
  if (!flags.replay) {
    if (!told.ok()) return ExitCode(told.status());
    const std::size_t all = told->left + told->told;
    std::fprintf(stderr, "fitd: %zu of %zu events were not told by --exec and are left for the next time\n", told->left,
                 all);
    return ExitCode(StatusCode::kIo);
  }
  std::fprintf(stderr, "fitd: %llu of %llu events of the replay were not told by --exec, and nothing keeps them\n",
               static_cast<unsigned long long>(told.ok() ? told->left : summary.events.size()),
               static_cast<unsigned long long>(summary.events.size()));
  return kExitSomeFailed;
}

// The end of the run, for its progress and its exit code.
RunEnded EndOf(const Result<DetectSummary>& summary, const Job& job, const SignalCancel& cancel, double seconds) {
  RunEnded ended;
  if (summary.ok()) {
    ended.state = "complete";
    ended.exit_code = summary->lost + summary->refused > 0 ? kExitSomeFailed : 0;
    ended.summary_json = FormatDetectJson(*summary, seconds);
  } else {
    ended.state = cancel.Ended(summary.status()) ? "cancelled" : "failed";
    ended.exit_code = cancel.Ended(summary.status()) ? cancel.ExitCode() : ExitCode(summary.status());
    ended.message = summary.status().message() + ServiceHint(summary.status(), job);
  }
  return ended;
}

int Detect(const JobFlags& job_flags, const DetectFlags& flags) {
  Result<Job> job = job_flags.ToJob();
  if (!job.ok()) return ReportError(job.status());
  if (job->store.path.empty()) job->store.path = kDefaultStore;
  job->detect = flags.Over(job->detect);
  if (!job_flags.HasData() && !flags.replay && !job->detect.files.empty()) job->data.files = job->detect.files;
  Result<DetectSettings> settings = MakeSettings(flags, *job);
  if (!settings.ok()) return ReportError(settings.status());
  if (const Status log = flags.output.StartLog(); !log.ok()) return ReportError(log);
  const SystemClock clock;
  const Monotonic start = clock.Now();
  const std::unique_ptr<Progress> progress = flags.output.StartProgress(clock);
  const BarStandsAside aside(*progress);
  Result<std::unique_ptr<SignalCancel>> cancel = SignalCancel::Install();
  if (!cancel.ok()) return ReportError(cancel.status());
  if (job->workers.count == 0) SignalCancel::EndByItself();
  DescriptorSink out(STDOUT_FILENO, "stdout");
  NullSink nowhere;
  settings->events |= flags.of_service();
  OutputSink& sink = flags.of_service() ? static_cast<OutputSink&>(nowhere) : out;
  const Result<DetectSummary> summary =
      Guarded("detecting", [&] { return RunDetect(*job, *settings, **cancel, *progress, sink); });
  if (summary.ok() && flags.of_service()) PublishEvents(*summary, job->name, *progress);
  const double seconds = std::chrono::duration<double>(clock.Now() - start).count();
  const RunEnded ended = EndOf(summary, *job, **cancel, seconds);
  progress->On(ended);
  if (!summary.ok()) {
    // The service has the message from the event; what else would be written to its log stands there twice.
    if (flags.of_service()) {
      LogBesidesJournal(LogLevel::kError, ended.message);
    } else {
      WriteErrorLine("fitd: " + PrintableLines(ended.message));
    }
    return ended.exit_code;
  }
  // All is saved: from here on a signal ends the process, and what is not told yet is left for the next time.
  cancel->reset();
  const int told = Tell(*job, flags, *summary);
  if (flags.of_service()) {
    Log(LogLevel::kInfo, fmt::format("{} in {} observations of {} targets", DescribeFound(*summary),
                                     summary->observations, summary->targets));
  }
  SaySummary(*summary, flags.output.quiet);
  return told != 0 ? told : ended.exit_code;
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
  CLI::Option* replay =
      rules->add_flag("--replay", flags->replay, "Fit on the first part of DATA and follow the rest; no store")
          ->excludes(detect->get_option("--store"));
  rules->add_option("--warmup", flags->warmup, "First part of a replay: a share or a number [15%, at most 750]")
      ->needs(replay)
      ->type_name("P%|N");
  rules->add_option("--since", flags->since, "Print only observations from then on; those before are followed")
      ->type_name("TIME");
  auto* threshold = rules->add_option("--threshold", flags->threshold, "Novelty that alerts [29.5]");
  threshold->check(NumberBetween(kLeastThreshold, kMostThreshold))->type_name("SCORE");
  rules
      ->add_option("--alarm-rate", flags->alarm_rate,
                   "Alerts to expect of a target, such as 1/week: the threshold follows from its history")
      ->excludes(threshold)
      ->type_name("N/PERIOD");
  rules->add_option("--direction", flags->direction, "Alert for values that are up, down or both [both]")
      ->type_name("WHERE");
  rules->add_option("--min-change", flags->min_change, "Least distance from what was expected, a number or a share")
      ->type_name("X|P%");
  rules->add_option("--for", flags->persist, "Alert when so many observations in a row are unusual [1]")
      ->check(WholeNumber(1, kMostPersist))
      ->type_name("N");
  rules->add_option("--mute", flags->mute, "No alerts in FROM/TO, or in the lines FROM/TO of a file (repeatable)")
      ->allow_extra_args(false)
      ->type_name("FROM/TO|FILE");
  rules->add_option("--exec", flags->exec, "Command that gets each event as a line of JSON on stdin")->type_name("CMD");
  rules->add_flag("--events", flags->events, "One line an event, and one for events of many targets at once");
  rules->add_flag("--leave-telling", flags->leave_telling)->group("");
  // A store's models are what they are.
  for (const char* const option : {"--models", "--global", "--combine", "--season", "--horizon", "--min", "--max",
                                   "--integer", "--no-prior", "--python-path"})
    detect->get_option(option)->needs(replay);
  flags->output.AddWithoutJsonTo(*detect);
  detect->add_flag("--json", flags->json, "JSON lines with the same keys");
  detect->callback([&run, job, flags] { run = [job, flags] { return Detect(*job, *flags); }; });
}

}  // namespace fitd
