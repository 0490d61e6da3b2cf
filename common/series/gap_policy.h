// How missing values inside a series are filled. A value; any process, any thread.
#pragma once

#include <cstdint>

namespace fitd {

// How inner gaps of a series are filled. Persisted: never renumber.
enum class GapPolicy : std::uint8_t {
  kLinear = 0,    // straight line between the neighbours
  kPrevious = 1,  // the last value repeated
  kSeasonal = 2,  // the value one season before (after it at the start), linear where there is none
  kNone = 3,      // left missing: users' algorithms get NaN, built-in ones CompleteValues
  kZero = 4,      // missing means zero, also from a target's last row to the end of the data
  kAuto = 5,      // like kLinear; for targets with a season, built-in models get values along the season
};

}  // namespace fitd
