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
Periods ClippedPeriods(std::span<const double> y, std::size_t length);

// The mean correlation between periods, rho in season.h; 0 where there is nothing to explain. Two periods at least.
double Correlation(const Periods& p);

// Subtracts the mean period, aligned with the end of the series.
void SubtractPeriod(const Periods& p, std::span<double> y);

double SumOfSquares(std::span<const double> x);

}  // namespace fitd
