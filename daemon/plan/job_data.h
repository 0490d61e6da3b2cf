// Loads the data a job names. Daemon, main thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/job/job.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"

namespace fitd {

// What a job says about its data; without callbacks.
IngestOptions MakeIngestOptions(const Job& job);

// Errors as LoadFrame; kCancelled after a signal; kInvalidInput where the data are not within the job's bounds
// (bounds_check.h), which is logged where few are not. `values_file`: IngestOptions::values_file. Too many repairs and
// bounds of other data are no error without `refuse_repairs`: they are in the report.
Result<IngestResult> LoadJobData(const Job& job, const SignalCancel& cancel, Progress& progress,
                                 bool refuse_repairs = true, std::shared_ptr<SlabFile> values_file = nullptr);

// A command line that says all that was found by reading the data, so that nothing has to be found again.
std::string DescribeCommand(const Job& job, const IngestReport& report);

// The same without a grid: IngestOptions::observations.
// `like`: the run that they are for, whose columns are theirs; nullptr: none.
Result<IngestResult> LoadJobObservations(const Job& job, const SignalCancel& cancel, Progress& progress,
                                         const RunHeader* like = nullptr);

// One line a person wants to know about the input: rows, targets, repairs. Empty when there was nothing to repair.
std::string DescribeRepairs(const IngestReport& report);

// What a report says of a run's data, as JSON, kept in the store as the run's note of this name: {"files", "rows",
// "values", counts of repairs, "dropped": [{"target", "reason"}], "most_repaired": [{"target", "values", "gaps_filled",
// "duplicates"}], the worst first}. Both lists are cut.
inline constexpr std::string_view kDataNote = "data";
std::string DescribeData(const IngestReport& report, const Frame& frame);

}  // namespace fitd
