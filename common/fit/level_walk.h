// Decides whether a series with several seasons walks: whether its level continues from where it is, like that of an
// account, or returns to what is usual, like a load when the weather turns. Decides which members may keep the last
// level, and which are too unsure of where it will be. Pure functions, any thread.
#pragma once

#include <span>
#include <vector>

#include "common/fit/local_fit.h"

namespace fitd {

// By the variance ratio of Lo & MacKinlay (1988, Review of Financial Studies 1, 41-66), of absolute changes and with
// the seasons out: means of the shortest season change over two and three of the longest by 1.41 and 1.73 times as much
// as over one in a walk, and by as much in what comes back. `seasons` ascending, the last a multiple of the first;
// false with less than two of them, or where y holds fewer than six of the longest.
bool LevelWalks(std::span<const double> y, const std::vector<int>& seasons);

// A member that smooths takes what returns to its season for a walk, and claims deviations that grow with the horizon:
// alone in its fleet a target has nobody's errors to tell that these are too large, and its intervals are as wide as
// the mean of what members claim. No forecast need be further off than the values one season ago are: members that
// claim much more than that leave `fit`, users' algorithms and the pooled regression excepted, where mstl:arima, whose
// differences are chosen by a test, claims much less than they do. `y` has no gaps.
void LeaveTooWide(std::span<const double> y, TargetFit& fit);

}  // namespace fitd
