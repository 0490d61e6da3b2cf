// Finds targets that may be one, whose id is written in two ways. Daemon, the thread that reads; pure functions.
#pragma once

#include <cstddef>
#include <string>

#include "common/series/series.h"

namespace fitd {

struct AlikeIds {
  std::size_t pairs = 0;
  std::string one, other;  // of the first pair, in the order of the frame
};

// Pairs of ids that differ in blanks, points, accents (M\u00fcnchen, Muenchen) and in capital letters alone, of targets
// that were never observed at the same time: sensors called a and A would be.
AlikeIds FindAlikeIds(const Frame& frame);

}  // namespace fitd
