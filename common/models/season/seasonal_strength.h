// How much of a series' variation around its trend is seasonal: the test that decides on seasonal differencing.
// Pure function, any thread. Linear in the length of the series.
#pragma once

#include <span>

namespace fitd::arima {

// F = max(0, min(1, 1 - var(remainder) / var(remainder + seasonal))) (Wang, Smith & Hyndman 2006) of an STL
// decomposition (Cleveland et al. 1990) with R's settings for mstl: seasonal window 11 of degree 0, trend window the
// next odd number above 1.5 m / (1 - 1.5/11) and low-pass window the next odd number from m, both of degree 1, each
// evaluated at every tenth of its window, two inner passes, not robust. 0 when n <= 2 m (STL needs two full periods) or
// m < 2.
double SeasonalStrength(std::span<const double> y, int m);

}  // namespace fitd::arima
