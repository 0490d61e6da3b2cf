// Where an axis has its ticks and what they are called. Daemon; pure.
#pragma once

#include <string>
#include <vector>

#include "common/series/time_grid.h"

namespace fitd {

struct AxisTick {
  double at = 0;  // in the axis' own units: a value, or nanoseconds since 1970
  std::string label;
};

// The bounds of an axis of values with room to calculate with them: within +-4e307, so that thrice their difference is
// a number, and apart where all values are one.
void SettleBounds(double& low, double& high);

// Round values within [low, high], low < high, about `wanted` of them; labels share their decimals.
std::vector<AxisTick> ValueTicks(double low, double high, int wanted);

// Calendar times within [first, last], at most `most` of them: "12:00", "5 Mar", "Apr", "2024" (UTC). The first tick
// and those at which a year begins name the year.
std::vector<AxisTick> TimeTicks(TimeNs first, TimeNs last, int most);

// A number a person reads: at most four significant digits, thousands apart by thin spaces, k, M, G beyond a million.
std::string HumanNumber(double value);

}  // namespace fitd
