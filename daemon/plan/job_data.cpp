#include "daemon/plan/job_data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>
#include <vector>

#include "common/job/job_places.h"
#include "common/job/name_list.h"
#include "common/process/log.h"
#include "common/text.h"
#include "daemon/csv/time_part.h"
#include "daemon/input/input_files.h"
#include "daemon/input/input_stream.h"
#include "daemon/plan/bounds_check.h"
#include "daemon/plan/season_check.h"

namespace fitd {

namespace {

// kPlain for a number that a store of another release has.
TimePart TimePartOf(int number) {
  return number >= 0 && number < kTimeParts ? static_cast<TimePart>(number) : TimePart::kPlain;
}

}  // namespace

IngestOptions MakeIngestOptions(const Job& job) {
  const Job::Data& data = job.data;
  IngestOptions options;
  options.inputs = data.files;
  options.target_column = data.target;
  options.time_column = data.time;
  options.value_column = data.value;
  options.ignore = data.ignore;
  options.wide = data.wide;
  options.layout = data.layout;
  options.separator = data.separator;
  options.decimal = data.decimal;
  options.missing = data.missing;
  options.skip_lines = data.skip_lines;
  options.no_header = data.no_header;
  options.time_format = data.time_format;
  options.timezone = data.timezone;
  for (const int part : data.like_parts) options.like_parts.push_back(TimePartOf(part));
  options.like_no_values = data.like_no_values;
  options.keeps_clock = data.keeps_clock;
  options.ids_name_values = data.ids_name_values;
  if (data.usual_shares) options.usual_shares = {data.usual_shares->first, data.usual_shares->second};
  options.aggregate = data.aggregate;
  options.start = data.start;
  options.until = data.until;
  options.max_repaired = data.max_repaired;
  options.gaps = data.gaps;
  options.keep_outliers = data.keep_outliers;
  options.frequency = data.frequency;
  if (const Result<Step> step = ParseStep(data.single_step); step.ok()) options.single_step = *step;
  options.known_steps = data.known_steps;
  options.max_bad_rows = data.max_bad_rows;
  if (job.models.season && !job.models.season->empty()) options.season_hint = job.models.season->front();
  return options;
}

namespace {

IngestOptions WithProgress(const Job& job, const SignalCancel& cancel, Progress& progress) {
  IngestOptions options = MakeIngestOptions(job);
  options.cancelled = [&cancel] { return cancel.cancelled(); };
  options.progress = [&progress](std::uint64_t done, std::uint64_t total) {
    RunAdvanced update;
    update.stage = Stage::kLoad;
    update.done = done;
    update.total = total;
    progress.On(update);
  };
  return options;
}

// Options named in messages about data, with the keys of a job file that set them.
constexpr std::pair<std::string_view, const char*> kKeys[] = {{"--target-column", "data.target"},
                                                              {"--time-column", "data.time"},
                                                              {"--value-column", "data.value"},
                                                              {"--ignore", "data.ignore"},
                                                              {"--layout", "data.layout"},
                                                              {"--separator", "data.separator"},
                                                              {"--decimal", "data.decimal"},
                                                              {"--missing", "data.missing"},
                                                              {"--skip-lines", "data.skip_lines"},
                                                              {"--no-header", "data.no_header"},
                                                              {"--time-format", "data.time_format"},
                                                              {"--timezone", "data.timezone"},
                                                              {"--aggregate", "data.aggregate"},
                                                              {"--start", "data.start"},
                                                              {"--until", "data.until"},
                                                              {"--gaps", "data.gaps"},
                                                              {"--max-repaired", "data.max_repaired"},
                                                              {"--outliers", "data.outliers"},
                                                              {"--frequency", "data.frequency"},
                                                              {"--max-bad-rows", "data.max_bad_rows"}};

// Rewrites an error found in the data for a job file: names the file and line of the value, and keys instead of
// options.
Status AsSaid(const Job& job, const Status& refused) {
  if (job.said_at.empty()) return refused;
  std::string text = refused.message();
  const auto at_key = [&](const char* key) { return job.said_at.contains(key) ? SaidAt(job, key) + ": " : ""; };
  if (refused.code() == StatusCode::kNotFound || refused.code() == StatusCode::kPermission) {
    const bool of_file = std::any_of(job.data.files.begin(), job.data.files.end(),
                                     [&](const std::string& file) { return !file.empty() && text.starts_with(file); });
    // A detection's files replace those of the data.
    const char* const key = job.data.files == job.detect.files ? "detect.files" : "data.files";
    return of_file ? Status(refused.code(), at_key(key) + text) : refused;
  }
  std::vector<std::string> keys;
  for (const auto& [option, key] : kKeys) {
    const std::size_t at = text.find(option);
    if (at == std::string::npos) continue;
    const bool of_value = refused.code() == StatusCode::kUsage && (option == "--until" || option == "--start");
    if (of_value && job.said_at.contains(key)) return Status(StatusCode::kBadConfig, at_key(key) + text);
    const std::string name_it = fmt::format("; name it with {}", option);
    if (text.ends_with(name_it) && job.said_at.contains(key)) {
      return Status(refused.code(), at_key(key) + text.substr(0, text.size() - name_it.size()));
    }
    keys.emplace_back(key);
  }
  if (keys.empty() || refused.code() != StatusCode::kInvalidInput) return refused;
  const std::string& place = job.said_at.begin()->second;  // FILE:LINE
  text += fmt::format("\nin {} {} {}", place.substr(0, place.rfind(':')),
                      keys.size() == 1 ? "the option is the key" : "the options are the keys", fmt::join(keys, ", "));
  return Status(refused.code(), text);
}

Result<IngestResult> LoadAsSaid(const Job& job, const IngestOptions& options) {
  Result<IngestResult> loaded = LoadFrame(options);
  if (!loaded.ok()) return AsSaid(job, loaded.status());
  if (std::string& refusal = loaded->report.refusal; !refusal.empty()) {
    refusal = AsSaid(job, Status(StatusCode::kInvalidInput, refusal)).message();
  }
  return loaded;
}

}  // namespace

Result<IngestResult> LoadJobData(const Job& job, const SignalCancel& cancel, Progress& progress, bool refuse_repairs,
                                 std::shared_ptr<SlabFile> values_file) {
  IngestOptions options = WithProgress(job, cancel, progress);
  options.refuse_repairs = refuse_repairs;
  options.values_file = std::move(values_file);
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadAsSaid(job, options));
  if (job.models.season && job.models.local != std::vector<std::string>{"seasonal-naive"}) {
    const std::string seasons = WarnOfShortSeasons(*job.models.season, loaded.frame);
    if (!seasons.empty()) Log(LogLevel::kWarning, seasons);
  }
  BoundsCheck bounds = CheckBounds(job.models.min, job.models.max, loaded.frame);
  if (!bounds.warning.empty()) Log(LogLevel::kWarning, bounds.warning);
  if (!bounds.refusal.empty()) {
    if (refuse_repairs) return Status(StatusCode::kInvalidInput, std::move(bounds.refusal));
    if (loaded.report.refusal.empty()) loaded.report.refusal = std::move(bounds.refusal);
  }
  return loaded;
}

Result<IngestResult> LoadJobObservations(const Job& job, const SignalCancel& cancel, Progress& progress,
                                         const RunHeader* like) {
  IngestOptions options = WithProgress(job, cancel, progress);
  if (like != nullptr) {
    options.like_target = like->target_column;
    options.like_value = like->value_column;
  }
  options.observations = true;
  return LoadAsSaid(job, options);
}

std::string DescribeOpenEnds(const Job& job) {
  const Result<std::vector<InputFile>> files = ExpandInputs(job.data.files);
  std::vector<std::string> open;
  for (const InputFile& input : files.ok() ? *files : std::vector<InputFile>()) {
    std::ifstream file(input.path, std::ios::binary);
    std::array<char, 4> head{};
    char last = '\n';
    if (!input.regular || input.bytes < head.size() || !file.read(head.data(), head.size())) continue;
    // A text file: its first bytes are printable.
    const bool text = std::none_of(head.begin(), head.end(), [](char c) { return c >= 0 && c < ' ' && c != '\t'; });
    const std::string_view magic(head.data(), head.size());
    if (!text || magic.starts_with("PK") || magic.starts_with("BZh") || HasZstdMagic(magic)) continue;
    file.seekg(-1, std::ios::end);
    if (file.get(last) && last != '\n' && last != '\r') open.push_back(input.path);
  }
  if (open.empty()) return {};
  return fmt::format(
      "{}{}: the last line has no line end; it is taken as it stands, and a file that is still being "
      "written may have had only half of it by now",
      open.front(), open.size() == 1 ? "" : fmt::format(" and {} more files", open.size() - 1));
}

bool CanBeReadTwice(const Job& job) {
  const Result<std::vector<InputFile>> files = ExpandInputs(job.data.files);
  return files.ok() && std::all_of(files->begin(), files->end(), [](const InputFile& file) { return file.regular; });
}

std::string DescribeCommand(const Job& job, const IngestReport& report) {
  const Job::Data& data = job.data;
  const ColumnsTaken& taken = report.columns;
  std::string text = "fitd train";
  const auto add = [&text](const char* option, std::string_view value) {
    if (*option != '\0') text += fmt::format(" {}", option);
    text += " " + ShellWord(value);
  };
  for (const std::string& file : data.files) add("", file.size() > 1 && file[0] == '-' ? "./" + file : file);
  const auto given = [&](const char* option, const std::string& value) {
    if (!value.empty()) add(option, value);
  };
  given("--layout", taken.layout);
  given("--target-column", taken.target_option);
  if (taken.layout != "rows") given("--time-column", taken.time_option);
  given("--value-column", taken.value_option);
  given("--ignore", taken.ignore_option);
  given("--separator", taken.separator);
  given("--decimal", taken.decimal);
  add("--skip-lines", std::to_string(taken.lines_above));
  if (!taken.header) text += " --no-header";
  given("--missing", JoinNames(data.missing));
  given("--time-format", data.time_format.empty() ? report.time_option : data.time_format);
  given("--timezone", data.timezone);
  given("--start", data.start);
  given("--until", data.until);
  given("--aggregate", data.aggregate);
  given("--frequency", data.frequency == "auto" ? report.frequency_option : data.frequency);
  if (data.max_repaired) add("--max-repaired", fmt::format("{}%", *data.max_repaired));
  if (data.max_bad_rows > 0) add("--max-bad-rows", std::to_string(data.max_bad_rows));
  if (!job.store.path.empty()) add("--store", job.store.path);
  return text;
}

std::string DescribeRepairs(const IngestReport& r) {
  std::string text;
  const auto add = [&text](std::uint64_t count, const char* what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(r.bad_rows, "malformed rows left out");
  add(r.bad_cells, "cells that are no numbers (taken as missing)");
  add(r.marked_times, "times with a mark behind them, as provisional ones have (read without it)");
  add(r.marked_values, "values with a mark or a note behind them (read without it)");
  add(r.missing_values, "missing values");
  add(r.gaps_filled, "gaps filled");
  add(r.zeros_filled, "steps without a row (taken as zero)");
  const bool clock_back = r.clock_back > 0 && r.clock_back == r.duplicates && r.naive_times;
  add(r.duplicates, clock_back
                        ? "duplicate times, all where a clock goes back an hour (the last row won; with the zone of "
                          "the times, such as --timezone Europe/Berlin, both hours are kept)"
                        : "duplicate times (the last row won)");
  add(r.unordered_rows, "rows out of order (sorted)");
  add(r.snapped, "times moved to the grid");
  add(r.merged, "observations at a grid point that already had one (the later won)");
  add(r.stray, "observations beyond a gap too long to fill");
  add(r.parts, "rows of first or last periods that are not whole, left out (--aggregate)");
  add(r.dropped.size(), "targets without any value");
  add(r.empty_files, "files without data");
  if (r.outliers > 0) {
    text += fmt::format(
        "{}{} readings far beyond all others of their target (taken as missing; --outliers keep takes them for "
        "values), such as {} of {} at {}",
        text.empty() ? "" : ", ", r.outliers, r.first_outlier.value, QuoteForMessage(r.first_outlier.id),
        r.first_outlier.written);
  }
  if (!r.sentinels.empty())
    text += fmt::format("{}numbers that look like missing values: {}", text.empty() ? "" : ", ", r.sentinels);
  if (!r.worst.empty()) text += fmt::format("; most for target {}: {}", r.worst[0].id, DescribeRepair(r.worst[0]));
  return text;
}

}  // namespace fitd
