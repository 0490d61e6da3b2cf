#include "daemon/detect/new_observations.h"

#include <fmt/format.h>

#include <utility>

#include "common/process/log.h"
#include "common/series/observations.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/load_as_base.h"
#include "daemon/plan/words_check.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

void WarnOf(const IngestReport& report) {
  for (const std::string& row : report.first_bad_rows) Log(LogLevel::kWarning, row);
  if (report.parts == 0) return;
  Log(LogLevel::kWarning, fmt::format("{} rows are left out: their periods begin before the data or may go on behind "
                                      "them, and are judged once all of their rows are there",
                                      report.parts));
}

Status ExpectSameMeaning(const Store& store, const RunInfo& run, const IngestResult& loaded) {
  FITD_ASSIGN_OR_RETURN(const ValuesRead known, ValuesOf(store, run));
  WordsCheck words(known.meaning, loaded.report);
  if (!words.has_words()) return {};
  TargetFilter filter;
  filter.with_models = false;
  std::size_t at = 0;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run.run, filter, [&](const TargetRecord& target) -> Status {
    while (at < loaded.frame.size() && loaded.frame[at].id < target.id) ++at;
    if (at < loaded.frame.size() && loaded.frame[at].id == target.id) words.See(target.id);
    return {};
  }));
  return words.Refusal();
}

}  // namespace

Result<Frame> LoadObservationsAs(const Store& store, const RunInfo& run, const Job& job, const SignalCancel& cancel,
                                 Progress& progress) {
  const auto read = [&](const Job& as_base) { return LoadJobObservations(as_base, cancel, progress, &run.header); };
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadAsBase(job, store, run, read));
  FITD_RETURN_IF_ERROR(ExpectSameMeaning(store, run, loaded));
  WarnOf(loaded.report);
  if (const std::string open = DescribeOpenEnds(job); !open.empty()) Log(LogLevel::kWarning, open);
  return std::move(loaded.frame);
}

Result<Frame> LoadObservations(const Job& job, const SignalCancel& cancel, Progress& progress) {
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadJobObservations(job, cancel, progress));
  WarnOf(loaded.report);
  if (loaded.frame.empty()) return Status(StatusCode::kInvalidInput, "no period of the data is whole");
  return std::move(loaded.frame);
}

Result<SeenByModels> SeenByModels::Of(const RunInfo& run) {
  SeenByModels seen;
  if (run.header.time_zone.empty()) return seen;
  FITD_ASSIGN_OR_RETURN(std::shared_ptr<const TimeZone> zone, TimeZone::Find(run.header.time_zone));
  seen.clock_.emplace(std::move(zone));
  return seen;
}

void SeenByModels::Tell(const TimeGrid& grid, std::uint64_t values, std::span<const double> arrived,
                        DetectInput& input) {
  const auto size = static_cast<std::int64_t>(values);
  const bool on_wall = clock_ && grid.step.counts_days();
  const TimeNs last = grid.At(size - 1);
  input.trained_until = input.known_until = on_wall ? clock_->ToUtc(last) : last;
  if (grid.step.count == 0) return;
  const Observations in(arrived);
  for (std::size_t i = in.size(); i > 0 && in.time(i - 1) > input.trained_until; --i) {
    const TimeNs time = in.time(i - 1);
    const std::int64_t at = IndexOfGrid(grid, on_wall ? clock_->ToWall(time) : time);
    if (at == kOffGrid || at >= size) continue;
    input.known_until = time;
    return;
  }
}

}  // namespace fitd
