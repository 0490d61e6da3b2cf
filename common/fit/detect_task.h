// Detection as a task for the process machinery. Input: a target's observations, and its models and detector if it was
// followed before. Output: a detection per observation, and the new state of the detector. Worker processes or the
// parent (--workers 0); pure computation, any thread, one at a time per task.
//
// A target is sent as a series whose "values" are the bits of pairs: time and value of each observation in order of
// time (common/series/observations.h). For a target of a store, the bytes of a DetectInput follow. The grid's step is
// that of the series. Of steps that follow the clock of a place (DetectOptions::fit.timezone) times are UTC.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/detect/detect_input.h"
#include "common/detect/target_detector.h"
#include "common/fit/local_fit.h"
#include "common/fit/target_task.h"
#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

// Options common to all targets of a detection.
struct DetectOptions {
  LocalFitOptions fit;  // models of a replay
  bool replay = false;  // fit models to the first observations, judge the rest
  // Number of observations that a replay fits; 0: warmup_percent of them.
  std::uint64_t warmup_count = 0;
  double warmup_percent = 15;
  std::uint64_t warmup_most = 0;  // limit when a percentage is used; 0: none
  AlertRules rules;
  double alarms_per_ns = 0;                     // gives rules.alarms_per_observation, by each target's step
  std::vector<std::pair<TimeNs, TimeNs>> mute;  // ranges without alerts, both ends inclusive
};
std::string EncodeDetectOptions(const DetectOptions& options);
Result<DetectOptions> DecodeDetectOptions(std::string_view bytes);

struct DetectRecord {
  std::uint64_t first = 0;  // index of the first row; earlier observations were known
  std::vector<Detection> rows;
  std::string state;   // new state of the detector with its models; empty in a replay
  std::string reason;  // models it goes without and why, for the log; empty: none
};
std::string EncodeDetectRecord(const DetectRecord& record);
Result<DetectRecord> DecodeDetectRecord(std::string_view bytes);

// Context: EncodeDetectOptions. One record per target: EncodeDetectRecord.
std::unique_ptr<TargetTask> MakeDetectTask();

// True when the state of a DetectRecord is of a detector with this step.
bool IsOfStep(std::string_view state, const Step& step);

// How many of `size` observations a replay fits; what is behind them is judged.
std::size_t WarmupOf(const DetectOptions& options, std::size_t size);

// The work of the task for one packed series.
DetectRecord DetectTarget(const SeriesView& series, const DetectOptions& options);

}  // namespace fitd
