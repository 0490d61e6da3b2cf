// What is unusual about an observation, as far as known then. A value; any process, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

enum class AnomalyKind : std::uint8_t {  // persisted: never renumber
  kNone = 0,
  kSpike = 1,     // far above what was expected, by itself
  kDip = 2,       // below it
  kLevel = 3,     // the last values together are beside what was expected, and this one alone too
  kDrift = 4,     // the last values together, none of them alone
  kVariance = 5,  // errors to both sides, or the same value again and again
  kShape = 6,     // usual as a value, not at this time of the day (week, year)
  kRange = 7,     // clearly outside all values so far, though near what was expected
};
std::string_view AnomalyKindName(AnomalyKind kind);  // "", "spike", ...

}  // namespace fitd
