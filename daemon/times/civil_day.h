// The calendar of a time, looked up rather than computed. Daemon, ingest threads; a cache per thread.
#pragma once

#include <cstdint>

#include "common/series/time_grid.h"
#include "common/time_units.h"

namespace fitd {

struct CivilDay {
  std::int64_t month = 0;  // months since year 0
  unsigned day = 0;
  unsigned last_day = 0;  // of that month
  std::int64_t clock = 0;
};

// Number since 1970.
inline std::int64_t DayOf(TimeNs time) {
  return FloorDivide(time, kNsPerDay);
}

CivilDay CivilDayOf(TimeNs time);

// Days of months (Step::month_days) counted from those of year 0: how many are at or before a time.
std::int64_t MonthDaysUntil(std::uint32_t days, TimeNs time);

// Midnight of a day of a month (counted from year 0), the last one when it is shorter.
TimeNs MidnightOf(std::int64_t month, unsigned day);

}  // namespace fitd
