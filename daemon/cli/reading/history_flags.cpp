#include "daemon/cli/reading/history_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "common/job/job_check.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/load_as_base.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

class FrameHistory : public HistorySource {
 public:
  explicit FrameHistory(Frame frame) : frame_(std::move(frame)) {
    for (std::size_t i = 0; i < frame_.size(); ++i) places_.emplace(frame_[i].id, i);
  }

  std::optional<std::vector<double>> ValuesOf(const TargetRecord& target) const override {
    const auto place = places_.find(target.id);
    if (place == places_.end() || target.grid.step.count == 0) return std::nullopt;
    const SeriesView series = frame_[place->second];
    std::vector<double> values(target.num_values, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      const std::int64_t at = NearestIndex(target.grid, series.grid.At(static_cast<std::int64_t>(i)));
      if (at >= 0 && at < static_cast<std::int64_t>(values.size())) {
        values[static_cast<std::size_t>(at)] = series.values[i];
      }
    }
    // Data of another time would be an empty picture.
    if (values.empty() || std::isnan(values.back())) return std::nullopt;
    return values;
  }

 private:
  Frame frame_;
  std::unordered_map<std::string_view, std::size_t> places_;  // ids are the frame's
};

// Usage errors by the option's name.
Status CheckForHistory(const Job& job, const InputFlags& input) {
  std::vector<GivenOption> options;
  input.AppendGiven(options);
  for (const JobViolation& violation : CheckJob(job)) {
    if (!violation.key.starts_with("data.")) continue;
    std::string_view name = violation.key;
    for (const GivenOption& option : options) {
      if (option.key == violation.key && option.given) name = option.name;
    }
    return {StatusCode::kUsage, fmt::format("{} {}", name, violation.text)};
  }
  return {};
}

}  // namespace

void HistoryFlags::AddTo(CLI::App& command) {
  command.add_option("DATA", data_, "CSV files to show the history from, instead of the last values that are kept");
  input_.AddTo(command);
}

Result<std::unique_ptr<HistorySource>> HistoryFlags::Load(const Store& store, const RunInfo& run) const {
  if (data_.empty()) return std::unique_ptr<HistorySource>();
  Job job;
  job.data.files = data_;
  FITD_RETURN_IF_ERROR(input_.ApplyTo(job.data));
  FITD_RETURN_IF_ERROR(CheckForHistory(job, input_));
  job.data.keep_outliers = true;  // what is looked at is what was read
  const auto read = [&run](const Job& as_base) {
    IngestOptions options = MakeIngestOptions(as_base);
    options.like_target = run.header.target_column;
    options.like_value = run.header.value_column;
    return LoadFrame(options);
  };
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadAsBase(std::move(job), store, run, read));
  return std::unique_ptr<HistorySource>(std::make_unique<FrameHistory>(std::move(loaded.frame)));
}

}  // namespace fitd
