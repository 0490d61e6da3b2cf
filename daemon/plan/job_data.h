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

// For files that grow and are read again and again: which do not end with a line end, so that their last line may be
// the half of one that is being written. Empty: none; what cannot be seen so (compressed, no file) is none.
std::string DescribeOpenEnds(const Job& job);

// Whether all inputs are files: a pipe is read but once.
bool CanBeReadTwice(const Job& job);

// One line a person wants to know about the input: rows, targets, repairs. Empty when there was nothing to repair.
std::string DescribeRepairs(const IngestReport& report);

// What a report says of a run's data, as JSON, kept in the store as the run's note of this name: {"files", "rows",
// "values", counts of repairs, "dropped": [{"target", "reason"}], "most_repaired": [{"target", "values", "gaps_filled",
// "duplicates"}], the worst first, "read": how values were written, for updates}. Both lists are cut.
inline constexpr std::string_view kDataNote = "data";
std::string DescribeData(const Job& job, const IngestReport& report, const Frame& frame);

// How the values of a run's data were written, from its note.
struct ValuesRead {
  std::vector<std::string> missing;  // more markers of a missing value
  std::string decimal;               // "." or ","; empty: no number had one
  std::string separator;             // of the columns, in words
  std::string layout;                // long, wide, rows, table
  std::vector<std::string> columns, units;
  std::string unit;  // of all, from a column of its own
  // What options would say of the columns; empty: of a run of an earlier release, or they have no names.
  std::string target_option, time_option, value_option;
  bool zeros = false;          // where there was no row there was nothing
  bool keep_outliers = false;  // readings that stand far out are values
};
// Empty where a run of an earlier release does not say.
ValuesRead ReadValuesRead(const std::string& data_note);

}  // namespace fitd
