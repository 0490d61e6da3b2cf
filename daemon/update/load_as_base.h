// Loads data that go on a run's, read as the run read its own where options say nothing else. Daemon, main thread.
#pragma once

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"

namespace fitd {

// How the values were written that the run's models were trained on, and what else of its data options holds for
// later ones; empty where a run of an earlier release does not say. Errors of the store.
Result<ValuesRead> ValuesOf(const Store& store, const RunInfo& base);

// A row or two do not show how their times are written: numbers are taken as the run's at once, since any number is a
// time in several ways; text where it could be read in two. Nor do they show what 1.234 is or that -999 is no value:
// the decimal mark and the markers of missing values are those of the run. kInvalidInput where values are of another
// quantity or unit than its; else errors as LoadJobData.
Result<IngestResult> LoadAsBase(Job job, const Store& store, const RunInfo& base, const SignalCancel& cancel,
                                Progress& progress);

}  // namespace fitd
