#include "daemon/flags/job_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>
#include <optional>

#include "common/ascii.h"
#include "common/job/job_check.h"
#include "common/text.h"
#include "daemon/flags/given.h"
#include "daemon/flags/input_flags.h"
#include "daemon/flags/option_checks.h"

namespace fitd {

// What was said on the command line; nullopt: nothing.
struct JobFlags::Given {
  std::vector<std::string> data;
  std::string job_file;
  InputFlags input;
  std::optional<std::string> models, global, combine, season, min, max;
  std::optional<std::string> workers, chunk_size, target_timeout, memory, max_failures, store, recycle_memory;
  std::optional<std::uint64_t> recycle_targets;
  std::optional<int> horizon, retries;
  std::vector<std::string> python_path;
  bool integer = false;
  bool no_prior = false;
  bool fail_fast = false;
};

namespace {

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = TrimBlanks(text.substr(0, comma));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(text.size(), comma + 1));
  }
  return parts;
}

Status ApplyFailures(const std::string& text, Job::Failures& failures) {
  if (ParseFailureLimit(text, failures)) return {};
  return {StatusCode::kUsage, fmt::format("--max-failures: '{}' is neither a count nor a percentage such as 5%", text)};
}

// Usage errors name the option they come from.
template <class T, class Parse>
Status ApplyParsed(const std::optional<std::string>& text, const char* option, Parse parse, T& out) {
  if (!text) return {};
  auto value = parse(*text);
  if (!value.ok()) return {StatusCode::kUsage, fmt::format("{}: {}", option, value.status().message())};
  out = *value;
  return {};
}

Status ApplyBound(const std::optional<std::string>& text, const char* option, std::optional<double>& out) {
  if (!text) return {};
  double value = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, value);
  if (*text != "none" && (error != std::errc() || rest != end)) {
    return {StatusCode::kUsage, fmt::format("{}: '{}' is neither a number nor none", option, *text)};
  }
  out = *text == "none" ? std::optional<double>() : value;
  return {};
}

// The same for choices whose message begins with the text given: "--workers many: must be ...".
template <class T, class Parse>
Status ApplyChoice(const std::optional<std::string>& text, const char* option, Parse parse, T& out) {
  if (!text) return {};
  auto value = parse(*text);
  if (!value.ok()) return {StatusCode::kUsage, fmt::format("{} {}", option, value.status().message())};
  out = *std::move(value);
  return {};
}

}  // namespace

JobFlags::JobFlags() : given_(std::make_unique<Given>()) {}
JobFlags::~JobFlags() = default;

void JobFlags::AddTo(CLI::App& command) {
  AddInputTo(command);
  AddModelsTo(command);
  AddWorkersTo(command);
}

bool JobFlags::HasData() const {
  const bool job_as_data = given_->job_file.empty() && given_->data.size() == 1 && given_->data[0].ends_with(".toml");
  return !given_->data.empty() && !job_as_data;
}

bool JobFlags::IsPath(const std::string& word) const {
  return word == given_->job_file || word == given_->store ||
         std::ranges::find(given_->data, word) != given_->data.end();
}

void JobFlags::AddWithoutModelsTo(CLI::App& command) {
  AddInputTo(command);
  AddWorkersTo(command);
}

void JobFlags::AddInputTo(CLI::App& command) {
  Given& g = *given_;
  command.add_option("DATA", g.data, "CSV files, globs, .gz or .zst, - for stdin");
  command.add_option("--job", g.job_file, "Job file (TOML); options override it")
      ->check(NamesAFile())
      ->type_name("FILE");
  command.add_option("--store", g.store, "SQLite file the models are saved in")->check(NamesAFile())->type_name("FILE");
  g.input.AddTo(command);
}

void JobFlags::AddModelsTo(CLI::App& command) {
  Given& g = *given_;
  auto* models = command.add_option_group("Models");
  models
      ->add_option(
          "--models", g.models,
          "Algorithms, separated by commas [auto: ets,arima,ces,theta; lgt without season, mstl for long ones]")
      ->type_name("LIST");
  models->add_option("--global", g.global, "Model over all targets: pooled-ar or none [pooled-ar when combining]");
  models->add_option("--combine", g.combine, "median, mean, weighted or none [the best by measurement]");
  models->add_option("--season", g.season, "Season lengths M or M1,M2, or auto [auto]")->type_name("M");
  models
      ->add_option("--horizon", g.horizon,
                   "Steps ahead that weights and intervals are tuned for [one season; 10 without one]")
      ->check(WholeNumber(0, kMaxHorizon))
      ->type_name("H");
  models->add_option("--min", g.min, "No forecast is lower, or none [0 where no value ever was negative]")
      ->type_name("X");
  models->add_option("--max", g.max, "No forecast is higher, such as 100 for percentages, or none")->type_name("X");
  models->add_flag("--integer", g.integer, "Forecasts are whole numbers");
  models->add_flag("--no-prior", g.no_prior, "The fleet learns from its own targets alone, not from M3 too");
  models->add_option("--python-path", g.python_path, "Folder to import python: algorithms from")
      ->allow_extra_args(false)
      ->type_name("DIR");
}

void JobFlags::AddWorkersTo(CLI::App& command) {
  Given& g = *given_;
  auto* workers = command.add_option_group("Workers");
  workers->add_option("--workers", g.workers, "Worker processes: a number, physical, or 0 to fit here [physical]")
      ->type_name("N");
  workers->add_option("--chunk-size", g.chunk_size, "Targets a chunk: auto, even or a number [auto]")->type_name("N");
  workers->add_option("--target-timeout", g.target_timeout, "Longest time one target may take, such as 30s")
      ->type_name("D");
  workers->add_option("--memory-per-worker", g.memory, "Memory limit of a worker, such as 1G")->type_name("SIZE");
  workers
      ->add_option("--retries", g.retries,
                   "Times a target is tried again after a worker's death [1, or 5 after a kill]")
      ->check(WholeNumber(0, kMaxRetries))
      ->type_name("N");
  workers->add_option("--recycle-targets", g.recycle_targets, "Replace a worker after N targets [never]")
      ->check(WholeNumber(0, std::numeric_limits<long long>::max()))
      ->type_name("N");
  workers->add_option("--recycle-memory", g.recycle_memory, "Replace a worker that grew by SIZE [never]")
      ->type_name("SIZE");
  workers->add_option("--max-failures", g.max_failures, "Targets that may fail: N or P% [any]")->type_name("N|P%");
  workers->add_flag("--fail-fast", g.fail_fast, "End the run at the first failed target");
}

// Names what was said on the command line as it was said there, and the rest by its key in the job file.
Status JobFlags::CheckAll(Job& job, const std::string& job_file) const {
  const Given& g = *given_;
  std::vector<GivenOption> options = {{"models.local", "--models", g.models.has_value()},
                                      {"models.global", "--global", g.global.has_value()},
                                      {"models.horizon", "--horizon", g.horizon.has_value()},
                                      {"models.min", "--min", g.min.has_value()},
                                      {"models.max", "--max", g.max.has_value()},
                                      {"workers.target_timeout", "--target-timeout", g.target_timeout.has_value()},
                                      {"workers.memory", "--memory-per-worker", g.memory.has_value()},
                                      {"workers.retries", "--retries", g.retries.has_value()},
                                      {"workers.recycle_memory", "--recycle-memory", g.recycle_memory.has_value()},
                                      {"failures.max", "--max-failures", g.max_failures.has_value()}};
  g.input.AppendGiven(options);
  for (const GivenOption& option : options) {
    if (option.given) job.said_at.erase(std::string(option.key));
  }
  std::string sentences;
  bool usage = job_file.empty();
  for (const JobViolation& violation : CheckJob(job)) {
    const auto option =
        std::find_if(options.begin(), options.end(), [&](const GivenOption& o) { return o.key == violation.key; });
    const bool said = option != options.end() && option->given;
    usage |= said;
    std::string name = job_file + ": " + violation.key;
    if (job_file.empty()) name = violation.key;
    if (option != options.end() && (said || job_file.empty())) name = option->name;
    if (violation.key == "data.files" && job_file.empty()) name = "DATA";
    const bool of_value = said && violation.text.starts_with("= ");  // "= 3: must be ..."
    sentences += fmt::format("{}{} {}", sentences.empty() ? "" : "\nfitd: ", name,
                             of_value ? violation.text.substr(2) : violation.text);
  }
  if (sentences.empty()) return OkStatus();
  return {usage ? StatusCode::kUsage : StatusCode::kBadConfig, sentences};
}

Result<Job> JobFlags::ToJob() const {
  const Given& g = *given_;
  // `fitd check JOB.toml`: a single .toml file is a job, not data.
  const bool job_as_data = g.job_file.empty() && g.data.size() == 1 && g.data[0].ends_with(".toml");
  const std::string& job_file = job_as_data ? g.data[0] : g.job_file;
  Job job;
  const auto job_among = std::ranges::find_if(g.data, [](const auto& word) { return word.ends_with(".toml"); });
  if (!job_as_data && job_among != g.data.end()) {
    return Status(StatusCode::kUsage,
                  fmt::format("{} is a job file and no data: say --job {}", *job_among, *job_among));
  }
  if (!job_file.empty()) {
    FITD_ASSIGN_OR_RETURN(job, ParseJobFile(job_file));
  }
  if (!g.data.empty() && !job_as_data) {
    job.data.files = g.data;
    job.said_at.erase("data.files");
  }
  Apply(g.store, job.store.path);
  FITD_RETURN_IF_ERROR(g.input.ApplyTo(job.data));
  if (g.models) job.models.local = SplitList(*g.models);
  Apply(g.global, job.models.global);
  FITD_RETURN_IF_ERROR(ApplyChoice(g.combine, "--combine", ParseCombine, job.models.combine));
  FITD_RETURN_IF_ERROR(ApplyChoice(g.season, "--season", ParseSeasons, job.models.season));
  Apply(g.horizon, job.models.horizon);
  FITD_RETURN_IF_ERROR(ApplyBound(g.min, "--min", job.models.min));
  FITD_RETURN_IF_ERROR(ApplyBound(g.max, "--max", job.models.max));
  job.models.integer |= g.integer;
  if (g.no_prior) job.models.prior = false;
  FITD_RETURN_IF_ERROR(CheckPythonPath(g.python_path));
  if (!g.python_path.empty()) job.models.python_path = g.python_path;
  FITD_RETURN_IF_ERROR(ApplyChoice(g.workers, "--workers", ParseWorkerCount, job.workers.count));
  FITD_RETURN_IF_ERROR(ApplyChoice(g.chunk_size, "--chunk-size", ParseChunkSize, job.workers.chunk_size));
  FITD_RETURN_IF_ERROR(ApplyParsed(g.target_timeout, "--target-timeout", ParseDuration, job.workers.target_timeout));
  FITD_RETURN_IF_ERROR(ApplyParsed(g.memory, "--memory-per-worker", ParseSize, job.workers.memory_bytes));
  FITD_RETURN_IF_ERROR(ApplyParsed(g.recycle_memory, "--recycle-memory", ParseSize, job.workers.recycle_bytes));
  Apply(g.recycle_targets, job.workers.recycle_targets);
  if (g.retries) job.workers.retries = g.retries;
  if (g.max_failures) FITD_RETURN_IF_ERROR(ApplyFailures(*g.max_failures, job.failures));
  job.failures.fail_fast |= g.fail_fast;
  FITD_RETURN_IF_ERROR(CheckAll(job, job_file));
  return job;
}

}  // namespace fitd
