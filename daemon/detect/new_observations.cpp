#include "daemon/detect/new_observations.h"

#include <fmt/format.h>

#include <utility>

#include "common/process/log.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/load_as_base.h"
#include "daemon/plan/words_check.h"
#include "daemon/update/placing_rules.h"
#include "daemon/update/update_base.h"

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

Result<NewObservations> LoadObservationsAs(const Store& store, const RunInfo& run, const Job& job,
                                           const SignalCancel& cancel, Progress& progress) {
  Job known = job;
  FITD_ASSIGN_OR_RETURN(known.data.known_steps, KnownStepsOf(store, run.run));
  const auto read = [&](const Job& as_base) { return LoadJobObservations(as_base, cancel, progress, &run.header); };
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadAsBase(std::move(known), store, run, read));
  FITD_RETURN_IF_ERROR(ExpectSameMeaning(store, run, loaded));
  WarnOf(loaded.report);
  if (const std::string open = DescribeOpenEnds(job); !open.empty()) Log(LogLevel::kWarning, open);
  NewObservations found;
  FITD_ASSIGN_OR_RETURN(const ValuesRead values, ValuesOf(store, run));
  FITD_ASSIGN_OR_RETURN(found.rules, PlacingRulesOf(job, values, loaded));
  found.rules.keep_outliers = true;  // they are judged
  found.rules.any_gap = true;
  found.rules.zero_inside = found.rules.zero_inside || values.zeros || job.data.gaps == GapPolicy::kZero;
  found.repeated = loaded.report.duplicates;
  found.frame = std::move(loaded.frame);
  return found;
}

Result<NewObservations> LoadObservations(const Job& job, const SignalCancel& cancel, Progress& progress) {
  FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadJobObservations(job, cancel, progress));
  WarnOf(loaded.report);
  if (loaded.frame.empty()) return Status(StatusCode::kInvalidInput, "no period of the data is whole");
  NewObservations found;
  found.repeated = loaded.report.duplicates;
  found.frame = std::move(loaded.frame);
  return found;
}

}  // namespace fitd
