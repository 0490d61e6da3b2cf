// Decides whether a series with several seasons walks: whether its level continues from where it is, like that of an
// account, or returns to what is usual, like a load when the weather turns. Decides which members may keep the last
// level. Pure function, any thread.
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
