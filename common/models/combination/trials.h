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

// Parts of the targets, or of their origins: what is learned is judged on those that it was not learned from.
inline constexpr std::size_t kFolds = 4;

// How many times the held-out values go into the validation's values, with the earlier ones.
std::size_t NumOrigins(const Validation& v);
// The validation from one of these origins alone, the oldest first. The deviations of earlier ones are not kept: they
// are as the last ones.
Validation FromOrigin(const Validation& v, std::size_t origin);

// A group with the weights of one fold in the place of its own.
struct Folds {
  std::array<FleetGroup, kFolds> group;
};

// The combination of a target's held-out forecasts. `own` are the errors that its weights may know.
Combined CombineHeldOut(CombineRule rule, const FleetGroup& group, const Validation& v, std::span<const double> own);

// Held-out values of a target that what was learned is judged on.
struct Trial {
  Validation values;        // no earlier ones
  std::vector<double> own;  // errors that the target's weights may know: those from other origins; NaN: none
  std::size_t fold = 0;     // that the weights are not learned from
};
// Those of the k-th learner: its last held-out values, which may know the earlier ones, or all where folds go by
// origin.
std::vector<Trial> TrialsOf(const Validation& v, std::size_t k, bool by_origin);

}  // namespace fitd
