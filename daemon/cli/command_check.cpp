// fitd check: validates a job and its data and shows the plan; fits nothing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "common/job/job_places.h"
#include "common/series/usual_season.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/report.h"
#include "daemon/cli/run_output.h"
#include "daemon/detect/time_ranges.h"
#include "daemon/flags/job_flags.h"
#include "daemon/output/run_forecasts.h"
#include "daemon/plan/columns_json.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/worker_placement.h"
#include "daemon/service/service_sandbox.h"

namespace fitd {
namespace {

constexpr const char* kCheckExamples =
    "Examples:\n"
    "  fitd check metrics.csv\n"
    "  fitd check /etc/fitd/jobs.d/cpu.toml\n"
    "  fitd check 'data/*.csv.zst' --target-column host --json\n"
    "  sudo fitd check /etc/fitd/jobs.d/cpu.toml --as-service";

// What the data look like, for the plan.
struct FrameFigures {
  std::uint64_t shortest = 0;
  std::uint64_t longest = 0;
  std::uint64_t closed_forms = 0;                   // constant or too short: no worker needed
  std::map<std::string, std::uint64_t> by_step;     // step -> targets
  std::map<std::string, std::uint64_t> by_seasons;  // "24,168" -> targets
};

FrameFigures Measure(const Frame& frame, const ModelPlan& plan) {
  FrameFigures figures;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const SeriesView series = frame[i];
    const std::uint64_t n = series.values.size();
    figures.shortest = i == 0 ? n : std::min(figures.shortest, n);
    figures.longest = std::max(figures.longest, n);
    figures.closed_forms += !plan.only_user_code() && ClosedFormStatus(series) != FitStatus::kFitted ? 1 : 0;
    ++figures.by_step[FormatStep(series.grid.step)];
    const std::vector<int> seasons = SeasonsOf(series, plan.fit);
    ++figures.by_seasons[seasons.empty() ? "none" : fmt::format("{}", fmt::join(seasons, ","))];
  }
  return figures;
}

std::string Counts(const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts)
    text += fmt::format("{}{} ({} targets)", text.empty() ? "" : ", ", name, count);
  return text;
}

// Why a step is the step.
std::string ReasonOf(const Step& step, const Job& job) {
  if (job.data.frequency != "auto" && !job.data.frequency.empty()) return "as --frequency says";
  if (step.month_days() != 0) return "there are rows on these days of every month only";
  if (step.year_days() != 0) return "the distances begin anew on the first of January";
  if (step.session()) return "there are rows at these hours only";
  if (step.weekdays() == kBusinessDays) return "business days: there are no rows at weekends";
  if (step.weekdays() != 0) return "there are rows on these days of the week only";
  if (step.months()) return "the calendar's months explain the times best";
  if (step.count == 1) return "rows without times are counted";
  return "no other step loses or makes up less";
}

// What a fit will cost, by the algorithms' own estimates.
double CpuSeconds(const Frame& frame, const ModelPlan& plan) {
  double seconds = 0;
  for (const std::string& name : plan.fit.algorithms) {
    const Algorithm* const algorithm = FindAlgorithm(name);
    for (std::size_t i = 0; algorithm != nullptr && i < frame.size(); ++i) {
      const std::array<int, 1> season = {UsualSeason(frame[i].grid.step)};
      const auto seasons = std::span(season).first(season[0] > 1 ? 1 : 0);
      seconds += algorithm->ExpectedSeconds(frame[i].values.size(), seasons);
    }
  }
  return seconds * (plan.fit.validate ? 2 : 1);
}

std::string FormatTimes(const Frame& frame, const IngestReport& report) {
  std::string text = "time: ";
  text += report.time_option.empty() ? "ISO 8601" : report.time_option;
  if (!report.time_example.empty()) text += ", " + report.time_example;
  if (!frame.time_zone.empty()) text += ", days of " + frame.time_zone;
  return text + "\n";
}

// The first and the last time of all targets.
std::string FormatSpan(const Frame& frame) {
  const TimeWriter writer(frame.time_form());
  std::optional<std::size_t> first;
  std::optional<std::size_t> last;
  const auto end_of = [&](std::size_t i) {
    return frame[i].grid.At(static_cast<std::int64_t>(frame[i].values.size()) - 1);
  };
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (!first || frame[i].grid.start < frame[*first].grid.start) first = i;
    if (!last || end_of(i) > end_of(*last)) last = i;
  }
  if (!first) return {};
  return fmt::format("span: {} to {}\n", writer.Write(frame[*first].grid.start, frame[*first].grid.step),
                     writer.Write(end_of(*last), frame[*last].grid.step));
}

std::string FormatPlan(const Job& job, const IngestResult& loaded, const FrameFigures& figures, const ModelPlan& plan,
                       int workers) {
  const IngestReport& report = loaded.report;
  std::string text = fmt::format("data: {} targets, {} values, {} rows, {} files, {} bytes\n", loaded.frame.size(),
                                 loaded.frame.num_values(), report.rows, report.files, report.bytes);
  text += DescribeColumns(report.columns) + "\n";
  const std::string how = DescribeText(report.columns);
  if (!how.empty()) text += how + "\n";
  for (const std::string& note : report.columns.notes) text += "note: " + note + "\n";
  const std::string repairs = DescribeRepairs(report);
  if (!repairs.empty()) text += "repaired: " + repairs + "\n";
  for (const std::string& row : report.first_bad_rows) text += "  " + row + "\n";
  for (const std::string& cell : report.first_bad_cells) text += "  " + cell + "\n";
  for (const RepairedTarget& target : report.worst) {
    text += fmt::format("  {}: {}\n", target.id, DescribeRepair(target));
  }
  text += FormatTimes(loaded.frame, report) + FormatSpan(loaded.frame);
  text += fmt::format("length: {} to {} values\nstep: {}: {}\nseason: {}\n", figures.shortest, figures.longest,
                      Counts(figures.by_step), ReasonOf(loaded.frame[0].grid.step, job), Counts(figures.by_seasons));
  text += fmt::format(
      "models: {}{}\n", fmt::join(plan.names, ", "),
      plan.combine ? fmt::format("; combined by {}", plan.rule ? CombineRuleName(*plan.rule) : "what proves best")
                   : std::string());
  text += fmt::format("plan: {} targets to {} workers, {} constant or short ones in closed form\n",
                      loaded.frame.size() - figures.closed_forms, workers, figures.closed_forms);
  const double cpu = CpuSeconds(loaded.frame, plan);
  text += fmt::format("cost: about {:.2g} s of CPU time, {:.2g} s with these workers; {:.1f} MiB of values\n", cpu,
                      cpu / std::max(workers, 1), static_cast<double>(loaded.frame.num_values()) / 131072);
  text += "said in full: " + DescribeCommand(job, report) + "\n";
  return text;
}

std::string FormatPlanJson(const Job& job, const IngestResult& loaded, const FrameFigures& figures,
                           const ModelPlan& plan, int workers) {
  const IngestReport& report = loaded.report;
  nlohmann::ordered_json worst = nlohmann::ordered_json::array();
  for (const RepairedTarget& t : report.worst) {
    worst.push_back({{"target", t.id},
                     {"rows", t.rows},
                     {"lost", t.lost},
                     {"unread", t.unread},
                     {"first_unread", t.first_unread},
                     {"values", t.values},
                     {"made_up", t.made_up},
                     {"step", t.step}});
  }
  const nlohmann::ordered_json json = {{"targets", loaded.frame.size()},
                                       {"values", loaded.frame.num_values()},
                                       {"rows", report.rows},
                                       {"bad_rows", report.bad_rows},
                                       {"files", report.files},
                                       {"bytes", report.bytes},
                                       {"missing_values", report.missing_values},
                                       {"gaps_filled", report.gaps_filled},
                                       {"zeros_filled", report.zeros_filled},
                                       {"duplicates", report.duplicates},
                                       {"merged", report.merged},
                                       {"stray", report.stray},
                                       {"parts", report.parts},
                                       {"snapped", report.snapped},
                                       {"lost", report.lost},
                                       {"worst", std::move(worst)},
                                       {"outliers", report.outliers},
                                       {"sentinels", report.sentinels},
                                       {"refused", report.refusal},
                                       {"time_format", report.time_option},
                                       {"time_example", report.time_example},
                                       {"time_zone", loaded.frame.time_zone},
                                       {"cpu_seconds", CpuSeconds(loaded.frame, plan)},
                                       {"shortest", figures.shortest},
                                       {"longest", figures.longest},
                                       {"closed_forms", figures.closed_forms},
                                       {"steps", figures.by_step},
                                       {"seasons", figures.by_seasons},
                                       {"models", plan.names},
                                       {"workers", workers},
                                       {"columns", ColumnsJson(report.columns)},
                                       {"bad_cells", report.bad_cells},
                                       {"marked_times", report.marked_times},
                                       {"marked_values", report.marked_values},
                                       {"first_bad_cells", report.first_bad_cells},
                                       {"command", DescribeCommand(job, report)},
                                       {"job", FormatJob(job)}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

struct CheckOptions {
  bool json = false;
  bool as_service = false;
  bool writable = false;  // look whether the store could be written too
};

// What a detection would stumble over.
Status CheckDetect(const Job& job) {
  for (const std::string& mute : job.detect.mute) {
    const auto ranges = ParseMute(SaidAt(job, "detect.mute"), mute, job.data.timezone);
    if (!ranges.ok()) return {StatusCode::kBadConfig, ranges.status().message()};
  }
  return {};
}

Status Check(const Job& job, const SignalCancel& cancel, bool as_json) {
  FITD_RETURN_IF_ERROR(CheckDetect(job));
  FITD_RETURN_IF_ERROR(CheckPlaces(job, true));
  // Whoever checks a job of the service need not be able to write what the service writes.
  const Status place = CheckExport(job);
  if (place.code() != StatusCode::kPermission) FITD_RETURN_IF_ERROR(place);
  const ModelPlan plan = MakeModelPlan(job);
  Progress silent;
  FITD_ASSIGN_OR_RETURN(const IngestResult loaded, LoadJobData(job, cancel, silent, false));
  const FrameFigures figures = Measure(loaded.frame, plan);
  FITD_ASSIGN_OR_RETURN(const WorkerPlacement placement,
                        PlaceWorkers(job, DemandOf(loaded.frame, loaded.frame.size() - figures.closed_forms)));
  std::string text;
  if (as_json) {
    text = FormatPlanJson(job, loaded, figures, plan, placement.workers);
  } else {
    text = "# the effective job\n" + FormatJob(job) + "\n# the plan\n" +
           FormatPlan(job, loaded, figures, plan, placement.workers);
  }
  FITD_RETURN_IF_ERROR(Print(text));
  if (!loaded.report.refusal.empty()) return {StatusCode::kInvalidInput, loaded.report.refusal};
  return {};
}

// This command line again, for the service, which starts in another folder: without --as-service and with whole paths.
std::vector<std::string> ArgumentsForService(const JobFlags& flags) {
  std::vector<std::string> words = {"check"};
  std::ifstream line("/proc/self/cmdline", std::ios::binary);
  std::string word;
  std::getline(line, word, '\0');  // the program
  std::getline(line, word, '\0');  // the command
  while (std::getline(line, word, '\0')) {
    std::error_code error;
    const bool path = flags.IsPath(word) && word != "-";
    if (word != "--as-service") words.push_back(path ? std::filesystem::absolute(word, error).string() : word);
  }
  words.emplace_back("--writable");
  return words;
}

}  // namespace

void AddCheckCommand(CLI::App& app, CommandRun& run) {
  CLI::App* check = app.add_subcommand("check", "Validate a job or data and show the plan; fits nothing");
  check->footer(kCheckExamples);
  auto flags = std::make_shared<JobFlags>();
  auto options = std::make_shared<CheckOptions>();
  flags->AddTo(*check);
  check->add_flag("--json", options->json, "One JSON object instead of text");
  check->add_flag("--as-service", options->as_service,
                  "Look with the eyes of fitd.service: its user, its sandbox, the paths it may use (as root)");
  check->add_flag("--writable", options->writable)->group("");
  check->callback([&run, flags, options] {
    run = [flags, options] {
      const Result<Job> job = flags->ToJob();
      if (!job.ok()) return ReportError(job.status());
      if (options->as_service) return ReportError(BecomeService(ArgumentsForService(*flags)));
      const auto cancel = SignalCancel::Install();
      if (!cancel.ok()) return ReportError(cancel.status());
      Status status = Check(*job, **cancel, options->json);
      if (status.ok() && options->writable) status = CheckWritable(*job);
      if (status.ok()) return 0;
      const int code = ReportError(Status(status.code(), status.message() + ServiceHint(status, *job)));
      return (*cancel)->Ended(status) ? (*cancel)->ExitCode() : code;
    };
  });
}

}  // namespace fitd
