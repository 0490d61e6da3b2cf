// A target that a detection goes on with: its models, its detector, and how they travel behind its observations. Worker
// processes and the daemon; pure, any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/series/observations.h"
#include "common/series/series.h"

namespace fitd {

// A target of a store.
struct DetectInput {
  std::vector<std::string_view> models;  // EncodeOutcome's bytes; empty: those in the state
  TimeNs trained_until = 0;              // of these models
  int longest_season = 1;                // of these models
  std::string_view state;                // DetectRecord::state of the time before; empty: never followed
};
// The packed series (detect_task.h): `pairs`, then the input.
std::vector<double> PackDetectInput(std::span<const double> pairs, const DetectInput& input);

// What PackDetectInput packed behind the pairs, as views into `bytes`; false when it is damaged.
bool UnpackDetectInput(std::string_view bytes, DetectInput& input);

}  // namespace fitd
