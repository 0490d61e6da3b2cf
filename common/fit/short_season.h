// Which members a target has whose season is there only two or three times, too few to hold any of it out. Pure
// functions, any thread.
#pragma once

#include <span>

#include "common/fit/local_fit.h"

namespace fitd {

// Where a season shows and nothing can be held out, only the prior weighs the members, and those that found no season
// miss by up to four times as much as the others (tests/bench/README.md, "Short seasons"): they leave `fit`, users'
// algorithms excepted, if any has found one. `y` has no gaps.
void LeaveWithoutShortSeason(std::span<const double> y, bool (*knows_season)(const Model&), TargetFit& fit);

}  // namespace fitd
