// Normal quantiles for analytic intervals. Pure functions, any thread.
#pragma once

namespace fitd {

// z with P(|Z| <= z) = level/100 for a standard normal Z; level in percent, (0, 100). Accurate to 1e-9 relative
// (Wichura 1988, AS 241, PPND16).
double NormalIntervalQuantile(double level_percent);

// Inverse of the standard normal distribution function, p in (0, 1).
double NormalQuantile(double p);

}  // namespace fitd
