// A profile of the longest season and how far the series is off it: what each hour of the week usually is, and by how
// much the last hours were above it. Stateless object, any thread.
//
//   i = t mod M,  r = y_t - P_i,  P_i += a r,  D += b ((1 - a) r - D)
//   forecast of step h:  P_{(n + h - 1) mod M} + p^(h/m) D
//
// M is the longest season that the series holds twice and the shorter ones divide, m the shortest. Where m < M a day Q
// of m places may stand beside P, which then has what sets each day of the week apart:
//
//   r = y_t - P_i - Q_j - D / 2,  j = t mod m,  Q_j += c r,  P_i += a (1 - c) r,  D += b (y_t - P_i - Q_j - D)
//
// and the forecast has Q too. Days are seven times as many as weeks, so that a day that follows the last week and a
// week that changes slowly have less of single days' weather in them than a profile alone, and follow the time of the
// year better.
//
// An exponential smoothing by season with a level that is forgotten, as the double seasonal method of Taylor (2003,
// Journal of the Operational Research Society 54, 799-805) with its adjustment for autocorrelation, without a trend. In
// the first seasons a and c are 1 / the number of seasons seen where that is more; P stays 0 in the first one where
// there is Q. Unlike there whether there is Q, and a, b and p, are what out of a table forecasts the horizon asked for
// best, from up to 24 origins of the second half of the series: what forecasts the next hour best takes the last hour's
// weather for the week's.
//
// Deviations: of one step those of the second half; of later ones they grow by p to what the origins' errors were.
// Without a season that is held twice M = m = 1. One value: status kShort; all equal: kConstant. Never kFailed.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

std::unique_ptr<Algorithm> MakeProfile();

}  // namespace fitd
