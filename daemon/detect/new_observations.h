// The observations of a detection, read as the data of the run whose models judge them. Daemon, main thread.
#pragma once

#include <cstdint>

#include "common/job/job.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"
#include "daemon/update/new_values.h"

namespace fitd {

struct NewObservations {
  Frame frame;                 // packed (observations.h), in order of time, the last of equal times
  PlacingRules rules;          // how they are placed on the grids of the run
  std::uint64_t repeated = 0;  // rows that a later one of the same time has overruled
};

// Reads the observations of a job as the data of a store's run were read. kInvalidInput when units, or words such as
// "forecast", say something else than beside the values that its models were trained on; other errors as LoadAsBase.
Result<NewObservations> LoadObservationsAs(const Store& store, const RunInfo& run, const Job& job,
                                           const SignalCancel& cancel, Progress& progress);
// The same without a store.
Result<NewObservations> LoadObservations(const Job& job, const SignalCancel& cancel, Progress& progress);

}  // namespace fitd
