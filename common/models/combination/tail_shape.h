// Of what shape a target's one-step errors are: those of heavy tails have most of their weight nearer to zero than a
// normal distribution of their deviation, and a single spike widens the deviation of all. Pure functions, any thread.
#pragma once

#include <span>

namespace fitd {

// Quantiles of the absolute errors over those of a normal distribution with their root mean square.
struct TailShape {
  double at80 = 1;
  double at95 = 1;
};

// By the errors of exponential smoothing, of changes over `season` where there is one; drawn to the normal shape where
// there are few. NaN values are not known. `spread`: what errors are divided by first (season_spread.h).
TailShape TailShapeOf(std::span<const double> y, int season, std::span<const double> spread = {});

// What the half width of an interval of `level` percent has over that of a normal distribution. `share`: of the last
// error in the variance at the step, 1 at the first; a sum of many errors is normal.
double ShapeFactor(const TailShape& shape, double level, double share);

}  // namespace fitd
