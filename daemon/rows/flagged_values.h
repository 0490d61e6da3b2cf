// Finds values that were multiplied by the letter behind them, which may have been a flag: in many tables of
// statistical offices B is a break, and M is missing. Daemon, the thread that reads; pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "common/series/series.h"

namespace fitd {

struct FlaggedValues {
  std::uint64_t values = 0;
  std::uint64_t targets = 0;
  std::string first;      // id of the first such target, in the order of the frame
  double largest = 0;     // the largest such value of that target
  double as_written = 0;  // that value without its letter
};

// Finds values, at most half of a target's, that are more than a hundred times as large as all others, and among them
// when divided by 1e6, 1e9 or 1e12. Volumes of 850000 and 1.2M are no such values.
FlaggedValues FindFlaggedValues(const Frame& frame);

}  // namespace fitd
