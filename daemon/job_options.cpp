#include "daemon/job_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

namespace fitd {

// What was said on the command line; nullopt: nothing.
struct JobFlags::Given {
  std::vector<std::string> data;
  std::string job_file;
  std::optional<std::string> target, time, value, gaps, frequency, models, global, combine, season;
  std::optional<std::string> workers, chunk_size, target_timeout, memory, max_failures, store, recycle_memory;
  std::optional<std::uint64_t> max_bad_rows, recycle_targets;
  std::optional<int> horizon, retries;
  std::vector<std::string> python_path;
  bool wide = false;
  bool fail_fast = false;
};

namespace {

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(text.size(), comma + 1));
  }
  return parts;
}

Status ApplyFailures(const std::string& text, Job::Failures& failures) {
  const bool percent = !text.empty() && text.back() == '%';
  try {
    std::size_t used = 0;
    const double value = std::stod(text, &used);
    if (used + (percent ? 1 : 0) != text.size() || !(value >= 0)) throw std::invalid_argument(text);
    failures.max_count.reset();
    failures.max_percent.reset();
    (percent ? failures.max_percent : failures.max_count) = value;
    return {};
  } catch (const std::exception&) {
    return {StatusCode::kUsage,
            fmt::format("--max-failures: '{}' is neither a count nor a percentage such as 5%", text)};
  }
}

Status ApplyGaps(const std::string& text, Job::Data& data) {
  constexpr std::pair<const char*, GapPolicy> kPolicies[] = {{"linear", GapPolicy::kLinear},
                                                             {"previous", GapPolicy::kPrevious},
                                                             {"seasonal", GapPolicy::kSeasonal},
                                                             {"none", GapPolicy::kNone}};
  for (const auto& [name, policy] : kPolicies) {
    if (text == name) {
      data.gaps = policy;
      return {};
    }
  }
  return {StatusCode::kUsage, fmt::format("--gaps: '{}' is not one of linear, previous, seasonal, none", text)};
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

template <class From, class To>
void Apply(const std::optional<From>& given, To& out) {
  if (given) out = *given;
}

}  // namespace

JobFlags::JobFlags() : given_(std::make_unique<Given>()) {}
JobFlags::~JobFlags() = default;

void JobFlags::AddTo(CLI::App& command) {
  Given& g = *given_;
  command.add_option("DATA", g.data, "CSV files, globs, .gz or .zst, - for stdin");
  command.add_option("--job", g.job_file, "Job file (TOML); options override it")->type_name("FILE");
  command.add_option("--store", g.store, "SQLite file the models are saved in")->type_name("FILE");
  auto* data = command.add_option_group("Data");
  data->add_option("--target-column", g.target, "Column of the target id [target|unique_id|item_id|id|series]");
  data->add_option("--time-column", g.time, "Column of the time [time|ds|timestamp|date|datetime]");
  data->add_option("--value-column", g.value, "Column of the value [value|y|v]");
  data->add_flag("--wide", g.wide, "Every column but time is a target");
  data->add_option("--frequency", g.frequency, "Step of the series, such as 5min, 1h, 1D, 1M [auto]")->type_name("F");
  data->add_option("--gaps", g.gaps, "Fill inner gaps: linear, previous, seasonal or none [linear]")->type_name("HOW");
  data->add_option("--max-bad-rows", g.max_bad_rows, "Malformed rows to tolerate before giving up [0]")->type_name("N");
  auto* models = command.add_option_group("Models");
  models->add_option("--models", g.models, "Algorithms, separated by commas [ets,arima,ces,theta]")->type_name("LIST");
  models->add_option("--global", g.global, "Model over all targets: pooled-ar or none [pooled-ar when combining]");
  models->add_option("--combine", g.combine, "median, mean, weighted or none [the best by measurement]");
  models->add_option("--season", g.season, "Season lengths M or M1,M2, or auto [auto]")->type_name("M");
  models->add_option("--horizon", g.horizon, "Steps ahead that weights and intervals are tuned for [one season]")
      ->type_name("H");
  models->add_option("--python-path", g.python_path, "Folder to import python: algorithms from")->type_name("DIR");
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
      ->type_name("N");
  workers->add_option("--recycle-targets", g.recycle_targets, "Replace a worker after N targets [never]")
      ->type_name("N");
  workers->add_option("--recycle-memory", g.recycle_memory, "Replace a worker that grew by SIZE [never]")
      ->type_name("SIZE");
  workers->add_option("--max-failures", g.max_failures, "Targets that may fail: N or P% [any]")->type_name("N|P%");
  workers->add_flag("--fail-fast", g.fail_fast, "End the run at the first failed target");
}

Result<Job> JobFlags::ToJob() const {
  Given g = *given_;
  // `fitd check JOB.toml`: a single .toml file is a job, not data.
  if (g.job_file.empty() && g.data.size() == 1 && g.data[0].ends_with(".toml")) {
    g.job_file = g.data[0];
    g.data.clear();
  }
  Job job;
  if (!g.job_file.empty()) {
    FITD_ASSIGN_OR_RETURN(job, ParseJobFile(g.job_file));
  }
  if (!g.data.empty()) job.data.files = g.data;
  Apply(g.store, job.store.path);
  Apply(g.target, job.data.target);
  Apply(g.time, job.data.time);
  Apply(g.value, job.data.value);
  job.data.wide |= g.wide;
  Apply(g.frequency, job.data.frequency);
  Apply(g.max_bad_rows, job.data.max_bad_rows);
  if (g.gaps) FITD_RETURN_IF_ERROR(ApplyGaps(*g.gaps, job.data));
  if (g.models) job.models.local = SplitList(*g.models);
  Apply(g.global, job.models.global);
  Apply(g.combine, job.models.combine);
  Apply(g.season, job.models.season);
  Apply(g.horizon, job.models.horizon);
  if (!g.python_path.empty()) job.models.python_path = g.python_path;
  Apply(g.workers, job.workers.count);
  Apply(g.chunk_size, job.workers.chunk_size);
  FITD_RETURN_IF_ERROR(ApplyParsed(g.target_timeout, "--target-timeout", ParseDuration, job.workers.target_timeout));
  FITD_RETURN_IF_ERROR(ApplyParsed(g.memory, "--memory-per-worker", ParseSize, job.workers.memory_bytes));
  FITD_RETURN_IF_ERROR(ApplyParsed(g.recycle_memory, "--recycle-memory", ParseSize, job.workers.recycle_bytes));
  Apply(g.recycle_targets, job.workers.recycle_targets);
  if (g.retries) job.workers.retries = g.retries;
  if (g.max_failures) FITD_RETURN_IF_ERROR(ApplyFailures(*g.max_failures, job.failures));
  job.failures.fail_fast |= g.fail_fast;
  const std::vector<std::string> violations = job.Validate();
  if (!violations.empty()) {
    return Status(g.job_file.empty() ? StatusCode::kUsage : StatusCode::kBadConfig,
                  fmt::format("{}", fmt::join(violations, "\nfitd: ")));
  }
  return job;
}

int ReportError(const Status& status) {
  std::fprintf(stderr, "fitd: %s\n", status.message().c_str());
  return ExitCode(status);
}

}  // namespace fitd
