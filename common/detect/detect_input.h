// The input of a detection for one target: its models and detector, and how they are packed behind its observations.
// Worker processes and the daemon; pure, any thread.
#pragma once

#include <cstdint>
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
  TimeNs seen_until = 0;                 // point of the last observation that `state` has seen
  std::uint64_t known = 0;               // so many observations are among the values of these models,
  std::uint64_t seen = 0;                // and so many no later than what `state` has seen
  int longest_season = 1;                // of these models
  std::string_view state;                // DetectRecord::state of the previous detection; empty: the first one
  // The own times of the observations, whose pairs have the points of the target's grid; empty: these are their own.
  std::vector<TimeNs> times;
};
// Packs the series for the task (detect_task.h): `pairs`, then the input.
std::vector<double> PackDetectInput(std::span<const double> pairs, const DetectInput& input);

// Unpacks the bytes behind the pairs, as views into `bytes`; false when they are damaged.
bool UnpackDetectInput(std::string_view bytes, DetectInput& input);

}  // namespace fitd
