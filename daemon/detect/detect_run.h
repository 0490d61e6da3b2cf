// A detection from data to printed rows: loads observations, judges them in the pool's workers, prints in target order
// whatever the order of the workers. Daemon, main thread.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "common/fit/detect_task.h"
#include "common/job/job.h"
#include "common/status.h"
#include "daemon/detect/detection_writer.h"
#include "daemon/detect/event_list.h"
#include "daemon/output/output_sink.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/pool_options.h"
#include "daemon/progress/progress.h"

namespace fitd {

struct DetectSettings {
  DetectOptions detect;                               // `fit` is made from the job
  TimeNs since = std::numeric_limits<TimeNs>::min();  // rows before this time are followed but not printed
  DetectionFormat format = DetectionFormat::kCsv;
  bool events = false;  // print one line per event, not per observation
  bool tell = false;    // new events are to be notified: the store marks them as not yet told
  PoolOptions pool;     // logs; count and CPUs are set by RunDetect
};

struct DetectSummary {
  std::uint64_t targets = 0;
  std::uint64_t observations = 0;  // newly judged ones
  std::uint64_t known = 0;         // skipped: the store's detectors had seen them already
  std::uint64_t alerts = 0;
  std::uint64_t lost = 0;            // targets given up because their workers died
  std::uint64_t without = 0;         // targets judged without one or more of their models
  std::vector<AnomalyEvent> events;  // new or continued; a fleet event replaces its parts
  std::uint64_t unjudged = 0;        // of a replay: targets no longer than its first part
  std::uint64_t anomalous = 0;       // targets of the store with an event that is still open
  std::uint64_t worker_deaths = 0;
  std::uint64_t repeated = 0;  // rows of a period that has a later one
  std::uint64_t off_grid = 0;  // rows on days or hours that the steps have none of
  std::uint64_t refused = 0;   // targets whose rows are none of their series, so that nothing of them is judged
  TimeForm time_form;
  std::string first_lost;     // the first of `lost`, with the reason
  std::string first_without;  // the first of `without`, with the reason
  std::string first_refused;  // the first of `refused`, with the reason
};

// Uses job.store.path unless it is a replay. Errors as LoadFrame, Store and WorkerPool; kCancelled after a signal: then
// nothing is saved and the same command starts over.
Result<DetectSummary> RunDetect(const Job& job, const DetectSettings& settings, const SignalCancel& cancel,
                                Progress& progress, OutputSink& sink);

}  // namespace fitd
