// The whole periods of a length at the end of a series, and how far they resemble each other (season.h). Pure
// functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

// Whole periods at the end of a series, one row each, less a line through the period means.
struct Periods {
  std::size_t length = 0;
  std::size_t count = 0;
  std::vector<double> x;
};

// Those of `y` with values limited that lie far from the median of their place in the period. `y` has one at least.
// `lines`: false takes each period's mean off instead of a line, which beside a shift of the level would be in others.
Periods ClippedPeriods(std::span<const double> y, std::size_t length, bool lines = true);

// The mean correlation between periods, rho in season.h; 0 where there is nothing to explain. Two periods at least.
double Correlation(const Periods& p);

// How many independent values a period less its season counts as (Bartlett 1946): its length over the sum of the
// squared autocorrelations of the differences between neighbouring periods, in which no season is, and less where a few
// of them are far larger than the others. Two periods at least, of three values or more; 1 where they are all alike.
double IndependentValues(const Periods& p);

// Subtracts the mean period, aligned with the end of the series.
void SubtractPeriod(const Periods& p, std::span<double> y);

double SumOfSquares(std::span<const double> x);

}  // namespace fitd
