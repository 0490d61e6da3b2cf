// A regular time axis: a start and a step that may be a calendar step (months, quarters, years).
// Any process, any thread. Values. Times are nanoseconds since 1970-01-01T00:00:00Z (int64: years 1678 to 2262).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

using TimeNs = std::int64_t;

struct Step {
  // Persisted: never renumber. kMonth: on the day of the grid's start, month ends when that is one. The others: on that
  // day of the month or the last of shorter months, also when the start is a month end (February 28, then March 28).
  enum class Unit : std::uint8_t { kNanosecond = 0, kMonth = 1, kMonthDay28 = 28, kMonthDay29 = 29, kMonthDay30 = 30 };
  Unit unit = Unit::kNanosecond;
  std::int64_t count = 0;  // 0: unknown (a single observation)

  bool months() const { return unit != Unit::kNanosecond; }
  // That the unit names; 0: none.
  int day_of_month() const { return months() && unit != Unit::kMonth ? static_cast<int>(unit) : 0; }

  friend bool operator==(const Step&, const Step&) = default;
};

// How times were written in the input; output is written the same way.
enum class TimeFormat : std::uint8_t {  // persisted: never renumber
  kDate = 0,                            // 2024-03-01
  kDateTime = 1,                        // 2024-03-01T12:00:00 (naive, UTC); a fraction is shown when there is one
  kDateTimeZ = 2,                       // 2024-03-01T12:00:00Z
  kEpochSeconds = 3,
  kEpochMillis = 4,
};

struct TimeGrid {
  TimeNs start = 0;
  Step step;

  // Time of point `index` (may be negative or past the end). Month steps keep the day of month of `start` (or
  // the unit's), clamped to the month's length (Jan 31 -> Feb 29 -> Mar 31). Saturates at the ends of int64.
  TimeNs At(std::int64_t index) const;

  friend bool operator==(const TimeGrid&, const TimeGrid&) = default;
};

// Canonical text of a step and back: "1s", "5min", "1h", "1D", "7D", "1M" (month), "1Q" (3 months), "1Y" (12 months),
// any count before a unit ns us ms s min h D W M Q Y. Units are case-sensitive only for M (month) against min/ms.
std::string FormatStep(const Step& step);
Result<Step> ParseStep(std::string_view text);

// Text of a time in a format.
std::string FormatTime(TimeNs time, TimeFormat format);

}  // namespace fitd
