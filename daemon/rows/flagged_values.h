// Finds values that the letter behind them has multiplied, though it may have been a flag: B is a break in many tables
// of statistical offices, and M is missing. Daemon, the thread that reads; pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "common/series/series.h"

namespace fitd {

struct FlaggedValues {
  std::uint64_t values = 0;
  std::uint64_t targets = 0;
  std::string first;  // of the ids, in the order of the frame
  double largest = 0;
  double as_written = 0;
};

// Values of at most half of a target's points that lie a hundred times beyond all others, and divided by 1e6, 1e9 or
// 1e12 among them. Volumes of 850000 and 1.2M are none.
FlaggedValues FindFlaggedValues(const Frame& frame);

}  // namespace fitd
