// Point forecasts of an ETS model and their standard deviations in closed form. Pure functions, any thread.
#pragma once

#include <vector>

#include "common/models/ets/kernel.h"

namespace fitd {

// What a forecast starts from, in the data's units. state.season[h % period] is the season of step h + 1.
struct EtsOrigin {
  EtsForm form;
  EtsSmoothing smoothing;
  EtsState state;
  double sigma = 0;  // standard deviation of the one-step error, relative to the forecast when it is multiplicative
};

// Expected values of steps 1..horizon, exact for every form. Values that overflow stay at the largest finite number.
std::vector<double> EtsMeans(const EtsOrigin& origin, int horizon);

// Standard deviations of the same steps in closed form. Additive errors and multiplicative errors without a
// multiplicative season: classes 1 and 2 of Hyndman, Koehler, Ord & Snyder (2008), section 6.3. Multiplicative season:
// the exact moments of class 3 by a recursion on two-by-two matrices, one for each place in the season. Every form that
// selection considers is in one of these classes, so nothing is simulated. Where relative errors compound to more than
// 1.5 times what they add up to, the deviation is that much.
std::vector<double> EtsStandardDeviations(const EtsOrigin& origin, int horizon);

}  // namespace fitd
