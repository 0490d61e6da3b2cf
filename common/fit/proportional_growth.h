// Finds targets that grow or fall by a percentage per step, which get members on logarithms. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/series/step.h"

namespace fitd {

inline constexpr std::string_view kOnLogsPrefix = "log:";

// All values are positive, those at the end are at least 2.5 times as large as those at the beginning, or as small, and
// changes have grown with them rather than stayed as they were. False for fewer than kLeastToGrow values, and for those
// of years. `y` finite.
inline constexpr std::size_t kLeastToGrow = 24;
bool GrowsInProportion(std::span<const double> y, const Step& step, const std::vector<int>& seasons);

// It does so sixfold and more, and a line through the logarithms leaves 1.5 % of their variance at most: members on the
// values as they are fall short of it the more, the further ahead, and leave `fit`, users' algorithms excepted, if any
// on logarithms is in it.
void LeaveWithoutGrowth(std::span<const double> y, TargetFit& fit);

}  // namespace fitd
