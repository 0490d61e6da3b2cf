// How often a series is differenced before an ARMA process is fitted: tests and the differences themselves.
// Pure functions, any thread.
#pragma once

#include <span>
#include <vector>

#include "common/models/arima/polynomial.h"

namespace fitd::arima {

// y_t - y_{t-lag}; empty when there are not more than `lag` values.
std::vector<double> Difference(std::span<const double> y, int lag);
// (1-B)^d (1-B^m)^D y.
std::vector<double> Difference(std::span<const double> y, const ArimaOrder& order);

// Statistic of Kwiatkowski, Phillips, Schmidt & Shin (1992) for a level: Bartlett weights up to lag
// floor(3 sqrt(n) / 13). NaN when the values have no variance.
double KpssStatistic(std::span<const double> y);

struct DifferencingOrders {
  int d = 0;
  int D = 0;
};
// D = 1 when the seasonal strength exceeds 0.64 (n > 2 m), then d up to 2 while KPSS rejects a stationary level at 5 %
// (statistic above 0.463); differencing stops at a constant series. As auto.arima does by default (Hyndman & Khandakar
// 2008, with the seasonal test of forecast 8.3 and later), except that only values equal to rounding count as constant.
DifferencingOrders ChooseDifferencing(std::span<const double> y, int m);

}  // namespace fitd::arima
