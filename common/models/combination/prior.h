// What combinations of a public set of series learned: what a fleet too small to learn takes over, and a large one's
// weights start from. Used by LearnCombination alone. Pure functions, any thread.
#pragma once

#include <vector>

#include "common/models/combination/combination.h"

namespace fitd {

// What one group of targets is drawn to.
struct GroupPrior {
  double likeness = 0;         // of the group's series to those of the set: from 0, nothing is known of such, to 1
  double share = 0;            // the likeness, less the more targets the fleet has
  std::vector<double> logits;  // per algorithm, of mean 0 over those that are known
  double trust = 0.5;          // as in FleetGroup, like the others; NaN: not known
  std::vector<double> error;   // NaN: not known
  std::vector<double> rule_error;
  std::vector<double> factors;  // none narrows: M3's next values leave its own factors below 1 too often
};

// Whether there is one for targets such as this, in a small fleet.
bool KnowsOf(const CombinationPrior& prior, const TargetTraits& traits);
// For a group whose targets have so many values in the mean.
GroupPrior PriorOf(const CombinationPrior& prior, const FleetGroup& group, double values);

// The mean of `own` of `count` targets and what the prior says of as many as it counts for.
double DrawnToPrior(const GroupPrior& prior, double own, double count, double others);

}  // namespace fitd
