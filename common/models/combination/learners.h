// The targets of a fleet that weights are learned from: their held-out values and forecasts as rows, and the logits of
// weights that fit them. Used by LearnCombination alone. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/models/combination/combination.h"
#include "common/models/combination/prior.h"
#include "common/models/combination/trials.h"
#include "common/models/combination/weights.h"

namespace fitd {

// Some targets to learn weights from: every held-out step as a row of actual, then winsorized forecasts, in units in
// which equal weights have a mean error of 1. NaN: the target has no forecast of that algorithm.
struct Learners {
  std::vector<std::size_t> targets;  // indices into the frame, in an order that only their values decide
  std::size_t algorithms = 0;
  std::vector<double> rows;
  std::vector<std::size_t> row_fold;
  double independent = 0;  // targets whose errors are not those of the others too: few where one clock rules them all
  double is_new = 0;       // from 0 to 1: how little of their longest season was known when values were held out
  bool by_origin = false;  // all have been validated from so many origins that the folds are these, not targets

  std::size_t width() const { return 1 + algorithms; }
};

// Adds the groups of all targets to `fleet`, and returns the learners of each. Targets too short to validate make a
// group where there is a prior for it.
std::vector<Learners> FindLearners(std::size_t targets, const ValidationSource& validations,
                                   const CombinationPrior& prior, FleetCombination& fleet);
// Fills `rows`, `row_fold` and `independent`.
void FillRows(const ValidationSource& validations, Learners& learners);
// Mean error per algorithm: each target's own relative to the mean of its algorithms.
std::vector<double> MeanErrors(const ValidationSource& validations, const Learners& learners);
// What logits are drawn to: lightly to `always`, and the fewer targets there are the more to `while_few`.
std::vector<double> LogitsDrawnTo(const Learners& learners, std::span<const double> always,
                                  std::span<const double> while_few);
// Logits of weights from the rows outside `fold` (kFolds: from all), drawn to `prior`.
std::vector<double> LearnLogits(const Learners& learners, std::size_t fold, std::span<const double> prior,
                                std::span<const double> start);

// Factors and coverage of a group, by the combinations of the folds.
void LearnIntervals(const ValidationSource& validations, const Learners& learners, const Folds& folds,
                    const GroupPrior& prior, FleetGroup& group);

}  // namespace fitd
