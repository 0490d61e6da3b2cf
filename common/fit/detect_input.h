// The input of a detection for one target: its models and detector, and how they are packed behind its observations.
// Worker processes and the daemon; pure, any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/series/observations.h"
#include "common/series/series.h"

namespace fitd {

// A target of a store.
struct DetectInput {
  std::vector<std::string_view> models;  // bytes of EncodeOutcome; empty: the models are in `state`
  TimeNs trained_until = 0;              // point of the last value of these models
  TimeNs known_until = 0;                // observations up to then are among their values
  int longest_season = 1;                // of these models
  std::string_view state;                // DetectRecord::state of the previous detection; empty: the first one
};
// Packs the series for the task (detect_task.h): `pairs`, then the input.
std::vector<double> PackDetectInput(std::span<const double> pairs, const DetectInput& input);

// Unpacks the bytes behind the pairs, as views into `bytes`; false when they are damaged.
bool UnpackDetectInput(std::string_view bytes, DetectInput& input);

}  // namespace fitd
