// The calendar of a time, looked up rather than computed. Daemon, ingest threads; a cache per thread.
#pragma once

#include <cstdint>

#include "common/series/time_grid.h"
#include "common/time_units.h"

namespace fitd {

struct CivilDay {
  std::int64_t month = 0;  // months since year 0
  unsigned day = 0;
  unsigned last_day = 0;   // of the month
  std::int64_t clock = 0;  // nanoseconds since midnight
};

// Days since 1970-01-01.
inline std::int64_t DayOf(TimeNs time) {
  return FloorDivide(time, kNsPerDay);
}

CivilDay CivilDayOf(TimeNs time);

// Number of days of months (bits as in Step::month_days) from year 0 up to and including the day of `time`.
std::int64_t MonthDaysUntil(std::uint32_t days, TimeNs time);

// Midnight of a day of a month (months since year 0), or of its last day when the month is shorter.
TimeNs MidnightOf(std::int64_t month, unsigned day);

}  // namespace fitd
