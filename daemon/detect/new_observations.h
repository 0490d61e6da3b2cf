// The observations of a detection, and which of them the models of a store have seen. Daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/fit/detect_input.h"
#include "common/job/job.h"
#include "common/series/time_grid.h"
#include "common/series/time_zone.h"
#include "common/status.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"

namespace fitd {

// Reads the observations of a job as the data of a store's run were read. kInvalidInput when units, or words such as
// "forecast", say something else than beside the values that its models were trained on; other errors as LoadAsBase.
Result<Frame> LoadObservationsAs(const Store& store, const RunInfo& run, const Job& job, const SignalCancel& cancel,
                                 Progress& progress);
// The same without a store.
Result<Frame> LoadObservations(const Job& job, const SignalCancel& cancel, Progress& progress);

// Tells which observations are among the values of a run.
class SeenByModels {
 public:
  // Errors as TimeZone::Find.
  static Result<SeenByModels> Of(const RunInfo& run);

  // Sets trained_until and known_until for a target with so many values on a grid: known are observations of the period
  // of its last value, or nearest to it. `arrived`: its packed observations.
  void Tell(const TimeGrid& grid, std::uint64_t values, std::span<const double> arrived, DetectInput& input);

 private:
  std::optional<ZoneClock> clock_;  // of grids that count days; none: UTC
};

}  // namespace fitd
