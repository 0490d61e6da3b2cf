// Whether a series of several seasons walks: whether its level goes on from where it is, as that of an account does, or
// comes back to what is usual, as a load does when the weather turns. What tells which members may keep the last level.
// Pure function, any thread.
#pragma once

#include <span>
#include <vector>

namespace fitd {

// By the variance ratio of Lo & MacKinlay (1988, Review of Financial Studies 1, 41-66), of absolute changes and with
// the seasons out: means of the shortest season change over two and three of the longest by 1.41 and 1.73 times as much
// as over one in a walk, and by as much in what comes back. `seasons` ascending, the last a multiple of the first;
// false with less than two of them, or where y holds fewer than six of the longest.
bool LevelWalks(std::span<const double> y, const std::vector<int>& seasons);

}  // namespace fitd
