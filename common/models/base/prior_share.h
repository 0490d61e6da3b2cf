// How much what a public set of series teaches counts beside what a fleet teaches itself. Pure, any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "common/models/numeric/elementary.h"

namespace fitd {

// A fleet of so many targets learns from itself: its coefficients are those it would have without any prior, its
// weights start from the prior's and no more (combination/learners.cpp). On M3's training parts in fleets of 3, 10, 16
// and 30, 32 loses up to half of what a prior gains, 128 and 256 gain no more.
inline constexpr std::uint64_t kTargetsWithoutPrior = 64;
// In the place of a number of targets: whatever they know, nobody asks the prior (--no-prior).
inline constexpr std::uint64_t kAsksNoPrior = std::numeric_limits<std::uint64_t>::max();

// From 1, of a target alone, to 0; every doubling takes a sixth.
inline double PriorShare(std::uint64_t targets) {
  if (targets >= kTargetsWithoutPrior) return 0;
  const double doublings = Log(static_cast<double>(kTargetsWithoutPrior));
  return 1 - Log(static_cast<double>(std::max<std::uint64_t>(targets, 1))) / doublings;
}

}  // namespace fitd
