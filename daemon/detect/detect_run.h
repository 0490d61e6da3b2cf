// A detection from data to printed rows: loads the observations, follows them in the pool's workers, prints in the
// order of the targets whatever the order of the workers. Daemon, main thread.
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
  TimeNs since = std::numeric_limits<TimeNs>::min();  // rows before it are followed, but not printed
  DetectionFormat format = DetectionFormat::kCsv;
  bool events = false;  // print one line an event instead of one an observation
  bool tell = false;    // somebody is to be told of new events: the store notes that they are not told yet
  PoolOptions pool;     // logs; count and CPUs are filled in here
};

struct DetectSummary {
  std::uint64_t targets = 0;
  std::uint64_t observations = 0;  // followed, not those known before
  std::uint64_t known = 0;         // observations that the store's detectors had seen already
  std::uint64_t alerts = 0;
  std::uint64_t lost = 0;            // targets whose worker died of them
  std::uint64_t without = 0;         // targets that go without a model or two
  std::vector<AnomalyEvent> events;  // new or gone on with, the fleet's in the place of its parts
  std::uint64_t unjudged = 0;        // of a replay: targets that are no longer than its first part
  std::uint64_t anomalous = 0;       // targets of the store with an event that goes on
  std::uint64_t worker_deaths = 0;
  TimeForm time_form;
  std::string first_lost;  // and the first of each, with the reason
  std::string first_without;
};

// job.store.path is used unless it is a replay. Errors as LoadFrame, Store and WorkerPool; kCancelled after a signal:
// nothing is saved then, the same command begins again.
Result<DetectSummary> RunDetect(const Job& job, const DetectSettings& settings, const SignalCancel& cancel,
                                Progress& progress, OutputSink& sink);

}  // namespace fitd
