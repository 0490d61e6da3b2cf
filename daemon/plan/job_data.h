// Loads the data that a job names. Daemon, main thread.
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

// The ingest options of a job, without callbacks.
IngestOptions MakeIngestOptions(const Job& job);

// Errors as LoadFrame; kCancelled after a signal; kInvalidInput when too many values are outside the job's bounds
// (bounds_check.h; few are only logged). `values_file`: IngestOptions::values_file. Without `refuse_repairs`, too many
// repairs and unfit bounds are only in the report.
Result<IngestResult> LoadJobData(const Job& job, const SignalCancel& cancel, Progress& progress,
                                 bool refuse_repairs = true, std::shared_ptr<SlabFile> values_file = nullptr);

// A command line with options for everything that was found by reading the data, so that nothing must be guessed again.
std::string DescribeCommand(const Job& job, const IngestReport& report);

// Loads data without a grid (IngestOptions::observations). `like`: the run they belong to, which gives the columns;
// nullptr: none.
Result<IngestResult> LoadJobObservations(const Job& job, const SignalCancel& cancel, Progress& progress,
                                         const RunHeader* like = nullptr);

// Warns of inputs whose last line has no line end, so that half a line may have been read while the file is written.
// Empty: none. Compressed inputs and pipes are not checked.
std::string DescribeOpenEnds(const Job& job);

// True when all inputs are files; a pipe can only be read once.
bool CanBeReadTwice(const Job& job);

// One line about repairs: rows, targets, values. Empty when nothing was repaired.
std::string DescribeRepairs(const IngestReport& report);

}  // namespace fitd
