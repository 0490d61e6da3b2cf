// Finds targets that grow or fall by a percentage per step, which get members on logarithms. Pure functions, any
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/series/step.h"

namespace fitd {

inline constexpr std::string_view kOnLogsPrefix = "log:";

// The default members on logarithms, of targets whose season is not long and is.
inline constexpr std::array<std::string_view, 2> kOnLogs = {"log:ets", "log:arima"};
inline constexpr std::array<std::string_view, 2> kLongOnLogs = {"log:mstl", "log:mstl:arima"};
bool IsMemberOnLogs(std::string_view name, bool is_long);

// All values are positive, those at the end are at least 2.5 times as large as those at the beginning, or as small, and
// changes have grown with them rather than stayed as they were. Of fewer than kManyToGrow values: three times as large
// along a line of their logarithms, which leaves 1.5 % of their variance at most and on which the last ones are. False
// for fewer than kLeastToGrow, and for those of years. Of a long season: the later half of the whole ones, three at
// least, is 1.05 times as high as the earlier one, or as low, and spread in proportion rather than as that was. `y`
// finite.
inline constexpr std::size_t kLeastToGrow = 14, kManyToGrow = 24;
bool GrowsInProportion(std::span<const double> y, const Step& step, const std::vector<int>& seasons,
                       bool is_long = false);

// Members that fall short of growth leave `fit`, users' algorithms excepted, if any on logarithms is in it. Where the
// season is not long: those on the values as they are, when the growth is sixfold and more along such a line; the
// further ahead, the farther off they are. Of fewer than kManyToGrow values nobody leaves. Of a long
// season that clearly grows: those that add it as it was.
void LeaveWithoutGrowth(std::span<const double> y, bool is_long, TargetFit& fit);

}  // namespace fitd
