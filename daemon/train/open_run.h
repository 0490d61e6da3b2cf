// A run of a store as this process goes on with it. A value; daemon, main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/series/target_ranges.h"

namespace fitd {

// A run taken up in the store: its number and what is still to do.
struct OpenRun {
  std::int64_t run = 0;
  TargetRanges places;                      // of the frame's targets among those of the fleet
  std::vector<std::uint64_t> fingerprints;  // of each target's data, by frame index
  std::vector<std::uint32_t> missing;       // frame indexes without a saved result, ascending
  std::optional<std::int64_t> base;         // the earlier run whose models it goes on from
  bool reselect = false;                    // of which no form is kept
};

// What became of earlier models.
struct EarlierCounts {
  std::uint64_t kept = 0, refitted = 0, reselected = 0;
};

}  // namespace fitd
