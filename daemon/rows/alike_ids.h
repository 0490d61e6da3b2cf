// Finds pairs of targets that may be one target whose id is written in two ways. Daemon, the thread that reads; pure
// functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/series/series.h"

namespace fitd {

struct AlikeIds {
  std::size_t pairs = 0;
  std::string one, other;  // of the first pair, in the order of the frame
};

// Folds an id so that ways to write it become equal: in lower case, without blanks, accents, points (except between
// digits) and the e of ae, oe and ue, with ss for ß and - for _. An id of digits alone loses the zeros in front, which
// spreadsheets take away, and a .0 behind, which floats add.
std::string FoldId(std::string_view id);

// Counts pairs of ids that differ only in blanks, points, accents (München, Muenchen), the case of letters, or zeros
// that spreadsheets take away. Targets that were observed at the same time, as sensors called a and A would be, are no
// pair.
AlikeIds FindAlikeIds(const Frame& frame);
// "targets 'a' and 'A' have ids that differ in ..."
std::string DescribeAlikeIds(const AlikeIds& alike);

}  // namespace fitd
