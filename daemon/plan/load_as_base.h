// Loads new data for an existing run, reading them as the run read its own data unless options say otherwise. Daemon,
// main thread.
#pragma once

#include <functional>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/data_note.h"
#include "daemon/store/model_store.h"

namespace fitd {

// How the values that the run was trained on were written, and those of its data options that apply to new data as
// well; empty for runs of releases that did not store it. Errors of the store.
Result<ValuesRead> ValuesOf(const Store& store, const RunInfo& base);

// Reads the data of a job, such as LoadJobData does. LoadAsBase() calls it again with more options where they help.
using JobReader = std::function<Result<IngestResult>(const Job&)>;

// A row or two do not show how times are written. Numbers are read in the run's time format, since any number is a time
// in several formats; text only when it is ambiguous. The decimal mark, the markers of missing values, the zone and how
// rows of a step are put together are also the run's. kInvalidInput when values have another quantity or unit than the
// run's, or are to be put together otherwise; other errors as `read`.
Result<IngestResult> LoadAsBase(Job job, const Store& store, const RunInfo& base, const JobReader& read);

}  // namespace fitd
