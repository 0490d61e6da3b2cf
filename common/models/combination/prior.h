// What combinations of a public set of series learned, for fleets that are too small to learn it. Used by
// LearnCombination alone. Pure functions, any thread.
#pragma once

#include <vector>

#include "common/models/combination/combination.h"

namespace fitd {

// What one group of targets is drawn to.
struct GroupPrior {
  double share = 0;            // from 0, nothing, to 1
  std::vector<double> logits;  // per algorithm, of mean 0 over those that are known
  double trust = 0.5;          // as in FleetGroup, like the others
  std::vector<double> error;   // NaN: not known
  std::vector<double> rule_error;
  std::vector<double> factors;  // none narrows: M3's next values leave its own factors below 1 too often
};

// Whether there is one for targets such as this.
bool KnowsOf(const CombinationPrior& prior, const TargetTraits& traits);
// For a group whose targets have so many values in the mean.
GroupPrior PriorOf(const CombinationPrior& prior, const FleetGroup& group, double values);

// The mean of `own` of `count` targets and what the prior says of as many as it counts for.
double DrawnToPrior(const GroupPrior& prior, double own, double count, double others);

}  // namespace fitd
