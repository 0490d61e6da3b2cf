// Chooses members for targets whose season occurs only two or three times, or is the longest of several, or whose trend
// shows in a handful of values; mostly too few to hold any out. Pure functions, any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/fit/local_fit.h"

namespace fitd {

// From this length on ets has no form for a season, and mstl is used instead.
inline constexpr int kLongSeason = 24;
inline constexpr std::string_view kProfile = "profile";
inline constexpr std::string_view kMstl = "mstl";

// Members that find a season in few of it, where others hardly do: it is the only one and not a long one, is there at
// most three times in `y`, which has no gaps, and shows. The profile, which forecasts the level of all seasons, is none
// of what grows from one to the next.
bool IsMemberForShortSeason(std::string_view name, std::span<const double> y, const std::vector<int>& seasons);

// Where a season shows that is there less than four times, only the prior weighs the members, or what is held out of so
// few values that most know no season then; those that found none in all of them miss by up to four times as much as
// the others (tests/bench/README.md, "Short seasons"): they leave `fit`, users' algorithms excepted, if any has found
// one. So does ets without a trend where values grow over the season. `y` has no gaps.
void LeaveWithoutShortSeason(std::span<const double> y, bool (*knows_season)(const Model&), TargetFit& fit);

// Of five to nine values without a season the changes are nearly all alike: their mean is more than four of its
// standard errors. Criteria for so few values do not choose a trend, and the prior's weights are those of series of any
// kind: members that forecast about a third of such a trend or less leave `fit`, users' algorithms excepted, if any
// other does not. `y` has no gaps; `global` is of the pooled regression and may be null.
void LeaveWithoutTrend(std::span<const double> y, const PooledArGlobal* global, TargetFit& fit);

// Where a built-in member makes no errors but those of rounding, as of a straight line or of a pattern that repeats to
// the last digit, built-in members that make others leave `fit`. For series of eight values and more.
void LeaveInexact(std::span<const double> y, TargetFit& fit);

// Of several seasons the longest shows beside the one before it over the horizon, as a week does in hours and a year in
// days. What is held out is a part of one, which a day that is like the one before it needs no week for, and a
// deviation that a member without it claims has the week in it: members whose form has not the longest season leave
// `fit`, users' algorithms excepted, if any other is in it. So they do where lone peaks come again a longest season
// later
// (`peaks_again`), as those of a sale once a year. The pooled regression stays where other targets taught it too, or
// few members know that season. `y` has no gaps; `global` is of the pooled regression and may be null.
void LeaveWithoutLongestSeason(std::span<const double> y, int peaks_again, const PooledArGlobal* global,
                               TargetFit& fit);

}  // namespace fitd
