// A regular time axis: a start and a step, which may be one of the calendar (months, business days, ...).
// Any process, any thread. Values. Times are nanoseconds since 1970-01-01T00:00:00Z (int64: years 1678 to 2262).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/series/step.h"
#include "common/series/time_form.h"
#include "common/status.h"

namespace fitd {

struct TimeGrid {
  TimeNs start = 0;
  Step step;

  // Time of point `index` (may be negative or past the end). Month steps keep the day of month of `start` (or
  // the unit's), clamped to the month's length (Jan 31 -> Feb 29 -> Mar 31). The start of a mask is on one of its days,
  // that of a session at one of its points. Saturates at the ends of int64.
  TimeNs At(std::int64_t index) const;

  friend bool operator==(const TimeGrid&, const TimeGrid&) = default;
};

}  // namespace fitd
