// What becomes of missing values inside a series. A value; any process, any thread.
#pragma once

#include <cstdint>

namespace fitd {

// How inner gaps of a series are filled. Persisted: never renumber.
enum class GapPolicy : std::uint8_t {
  kLinear = 0,    // straight line between the neighbours
  kPrevious = 1,  // the last value repeated
  kSeasonal = 2,  // the value one season before (after it at the start), linear where there is none
  kNone = 3,      // left missing: users' algorithms see NaN, built-in ones what CompleteValues makes of it
  kZero = 4,      // nothing was there: zero, also from a target's last row to the end of the data
  kAuto = 5,      // as kLinear; where a target has a season, built-in models see what lies along it instead
};

}  // namespace fitd
