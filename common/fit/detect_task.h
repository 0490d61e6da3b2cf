// Detection as a task for the process machinery: what goes in (a target's observations, and its models and detector
// when it has been followed before) and what comes out (a detection an observation, and the detector as it is then).
// Worker processes or the parent (--workers 0); pure computation, any thread, one at a time per task.
//
// A target travels as a series whose values are not values but pairs of bits: time and value of each observation in
// order of time (common/series/observations.h), behind them, for a target of a store, bytes (DetectInput). Its grid's
// step is the series' own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/detect/target_detector.h"
#include "common/fit/detect_input.h"
#include "common/fit/local_fit.h"
#include "common/fit/target_task.h"
#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

// What all targets of a detection share.
struct DetectOptions {
  LocalFitOptions fit;  // models of a replay
  bool replay = false;  // fit on the first observations, follow the rest
  // A replay fits so many observations; 0: warmup_percent of them.
  std::uint64_t warmup_count = 0;
  double warmup_percent = 15;
  std::uint64_t warmup_most = 0;  // with a percentage; 0: no limit
  AlertRules rules;
  double alarms_per_ns = 0;                     // makes rules.alarms_per_observation by each target's step
  std::vector<std::pair<TimeNs, TimeNs>> mute;  // no alerts from..to, both inclusive
};
std::string EncodeDetectOptions(const DetectOptions& options);
Result<DetectOptions> DecodeDetectOptions(std::string_view bytes);

struct DetectRecord {
  std::uint64_t first = 0;  // observations before it were known already
  std::vector<Detection> rows;
  std::string state;   // the detector and its models; empty in a replay
  std::string reason;  // what it goes without, for the log; empty: nothing
};
std::string EncodeDetectRecord(const DetectRecord& record);
Result<DetectRecord> DecodeDetectRecord(std::string_view bytes);

// Context: EncodeDetectOptions. One record per target: EncodeDetectRecord.
std::unique_ptr<TargetTask> MakeDetectTask();

// The task's work, for one packed series.
DetectRecord DetectTarget(const SeriesView& series, const DetectOptions& options);

}  // namespace fitd
