// Seasonal-trend decomposition by loess (Cleveland, Cleveland, McRae & Terpenning 1990, Journal of Official Statistics
// 6, 3-73), in time linear in the length. Pure function, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

struct StlOptions {
  std::size_t season = 2;           // at least 2; the series must have two of them
  std::size_t seasonal_window = 7;  // odd: seasons that one value of a season's course is smoothed over (degree 0)
  std::size_t trend_window = 0;     // odd, or 0: the smallest odd number above 1.5 season / (1 - 1.5 / seasonal_window)
  int inner_iterations = 2;
  int robust_iterations = 0;  // passes that weigh outliers down by the bisquare of their remainder
};

// y = seasonal + trend + remainder.
struct StlComponents {
  std::vector<double> seasonal;
  std::vector<double> trend;
};

StlComponents DecomposeStl(std::span<const double> y, const StlOptions& options);

}  // namespace fitd
