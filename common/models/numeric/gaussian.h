// Quantiles for analytic intervals. Pure functions, any thread.
#pragma once

namespace fitd {

// z with P(|Z| <= z) = level/100 for a standard normal Z; level in percent, (0, 100). Accurate to 1e-9 relative
// (Wichura 1988, AS 241, PPND16).
double NormalIntervalQuantile(double level_percent);

// The same of Student's t, which is what errors over an estimated deviation follow. By the expansion in 1/degrees of
// Fisher & Cornish (1960; Abramowitz & Stegun 26.7.5), which is within 0.2 % up to the level of 95 and 3 % up to 99;
// fewer than 3 degrees count as 3.
double StudentIntervalQuantile(double level_percent, double degrees);

// Inverse of the standard normal distribution function, p in (0, 1).
double NormalQuantile(double p);

}  // namespace fitd
