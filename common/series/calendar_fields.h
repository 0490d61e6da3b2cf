// A time on a clock in the parts that a calendar has. Any process, any thread; values.
#pragma once

#include <cstdint>

#include "common/series/written_time.h"

namespace fitd {

struct CalendarFields {
  int year, month, day;
  int weekday;         // Monday 1
  int yday;            // from 1 on
  int iso_year, week;  // of ISO 8601
  int hour, minute, second;
  std::int64_t ns;

  // `wall`: nanoseconds since 1970 on that clock. `to_24`: midnight is hour 24 of the day before.
  CalendarFields(TimeNs wall, bool to_24);

  // What a word of TimePattern that is a number is written as (%Y, %y, %m, %d, %j, %q, %h, %G, %V, %u, %H, %I, %M; the
  // seconds for any other).
  int Number(char word) const;
};

}  // namespace fitd
