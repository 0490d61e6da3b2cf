// Automatic selection among the admissible ETS forms by AICc. Pure functions, any thread.
#pragma once

#include "common/models/ets_estimate.h"

namespace fitd {

struct EtsSelection {
  EtsFit best;
  int evaluations = 0;
};

// The form with the least AICc, fully estimated. Not usable when no form can be estimated for this series.
EtsSelection SelectEts(EtsEstimator& estimator, int period);

// The form of `start` estimated from there alone; its initial states are replaced by least-squares ones where those
// are better. Costs a small part of a selection.
EtsFit EstimateEts(EtsEstimator& estimator, const EtsFit& start);

}  // namespace fitd
