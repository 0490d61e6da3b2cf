// A run of the store that this process works on. A value; daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/series/target_ranges.h"

namespace fitd {

// The number of the run and what is still to do.
struct OpenRun {
  std::int64_t run = 0;
  TargetRanges places;                      // position in the fleet of each target of the frame
  std::vector<std::uint64_t> fingerprints;  // of each target's data, by frame index
  std::vector<std::uint32_t> missing;       // frame indexes without a saved result, ascending
  std::optional<std::int64_t> base;         // the earlier run whose models are the start; nullopt: none
  bool reselect = false;                    // forms are selected again, not taken from `base`
};

// How many targets used models of an earlier run, and how.
struct EarlierCounts {
  std::uint64_t kept = 0, refitted = 0, reselected = 0;
};

}  // namespace fitd
