// Finds pairs of targets that may be one target whose id is written in two ways. Daemon, the thread that reads; pure
// functions.
#pragma once

#include <cstddef>
#include <string>

#include "common/series/series.h"

namespace fitd {

struct AlikeIds {
  std::size_t pairs = 0;
  std::string one, other;  // of the first pair, in the order of the frame
};

// Counts pairs of ids that differ only in blanks, points, accents (München, Muenchen), the case of letters, or zeros
// that spreadsheets take away. Targets that were observed at the same time, as sensors called a and A would be, are no
// pair.
AlikeIds FindAlikeIds(const Frame& frame);

}  // namespace fitd
