// The calendar of a time, looked up rather than computed. Daemon, ingest threads; a cache per thread.
#pragma once

#include <cstdint>

#include "common/series/time_grid.h"

namespace fitd {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNsPerDay = 86'400 * kNsPerSecond;

struct CivilDay {
  std::int64_t month = 0;  // months since year 0
  unsigned day = 0;
  unsigned last_day = 0;  // of that month
  std::int64_t clock = 0;
};

inline std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Number since 1970.
inline std::int64_t DayOf(TimeNs time) {
  return FloorDivide(time, kNsPerDay);
}

CivilDay CivilDayOf(TimeNs time);

// Midnight of a day of a month (counted from year 0), the last one when it is shorter.
TimeNs MidnightOf(std::int64_t month, unsigned day);

}  // namespace fitd
