#include "daemon/train/job_data.h"

#include <fmt/format.h>

namespace fitd {
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
  options.aggregate = data.aggregate;
  options.start = data.start;
  options.until = data.until;
  options.max_repaired = data.max_repaired;
  options.gaps = data.gaps;
  options.frequency = data.frequency;
  options.max_bad_rows = data.max_bad_rows;
  if (job.models.season && !job.models.season->empty()) options.season_hint = job.models.season->front();
  return options;
}

Result<IngestResult> LoadJobData(const Job& job, const SignalCancel& cancel, Progress& progress) {
  IngestOptions options = MakeIngestOptions(job);
  options.cancelled = [&cancel] { return cancel.cancelled(); };
  options.progress = [&progress](std::uint64_t done, std::uint64_t total) {
    RunAdvanced update;
    update.stage = Stage::kLoad;
    update.done = done;
    update.total = total;
    progress.On(update);
  };
  return LoadFrame(options);
}

std::string DescribeRepairs(const IngestReport& r) {
  std::string text;
  const auto add = [&text](std::uint64_t count, const char* what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(r.bad_rows, "malformed rows left out");
  add(r.missing_values, "missing values");
  add(r.gaps_filled, "gaps filled");
  add(r.duplicates, "duplicate times (the last row won)");
  add(r.unordered_rows, "rows out of order (sorted)");
  add(r.snapped, "times moved to the grid");
  add(r.merged, "observations at a grid point that already had one (the later won)");
  add(r.stray, "observations beyond a gap too long to fill");
  add(r.dropped.size(), "targets without any value");
  add(r.empty_files, "files without data");
  return text;
}

}  // namespace fitd
