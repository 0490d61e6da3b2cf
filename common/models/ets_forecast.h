// Point forecasts of an ETS model and their standard deviations in closed form. Pure functions, any thread.
#pragma once

#include <vector>

#include "common/models/ets_kernel.h"

namespace fitd {

// What a forecast starts from, in the data's units. state.season[h % period] is the season of step h + 1.
struct EtsOrigin {
  EtsForm form;
  EtsSmoothing smoothing;
  EtsState state;
  double sigma = 0;  // standard deviation of the one-step error, relative to the forecast when it is multiplicative
};

// Steps 1..horizon. Values that overflow stay at the largest finite number.
std::vector<double> EtsMeans(const EtsOrigin& origin, int horizon);

// Standard deviations of the same steps: Hyndman, Koehler, Ord & Snyder (2008), section 6.3, class 1 (additive error)
// and class 2 (multiplicative error, no multiplicative season) exactly, class 3 (multiplicative season) by the book's
// formula, exact up to one season and very close beyond. No form that selection considers needs a simulation.
std::vector<double> EtsStandardDeviations(const EtsOrigin& origin, int horizon);

}  // namespace fitd
