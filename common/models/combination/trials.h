// What was learned of a fleet, tried on held-out values that it was not learned from. Used by LearnCombination alone.
// Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "common/models/combination/combination.h"
#include "common/models/combination/weights.h"

namespace fitd {

inline constexpr std::size_t kFolds = 4;  // what is learned is judged on targets that it was not learned from

// A group with the weights of one fold in the place of its own.
struct Folds {
  std::array<FleetGroup, kFolds> group;
};

// The combination of a target's held-out forecasts. `own` are the errors that its weights may know.
Combined CombineHeldOut(CombineRule rule, const FleetGroup& group, const Validation& v, std::span<const double> own);
// What they know where the held-out values must not be known: the earlier ones.
std::vector<double> EarlierOrNone(const Validation& v);

}  // namespace fitd
