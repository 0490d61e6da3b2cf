// A date and a clock time as written, and the time they mean. Any process, any thread. Values.
#pragma once

#include <cstdint>

namespace fitd {

using TimeNs = std::int64_t;

// The last whole days that fit in int64 nanoseconds, so that the sum of a day and a clock time cannot overflow.
inline constexpr std::int64_t kFirstDay = -106'751;  // 1677-09-22
inline constexpr std::int64_t kLastDay = 106'750;    // 2262-04-10

enum class TimeError : std::uint8_t { kNone, kMalformed, kNoSuchTime, kOutOfRange, kCoarser, kOtherUnit };

// A time as written, before a zone is applied.
struct WrittenTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;  // up to 24, which is hour 0 of the next day
  int minute = 0;
  int second = 0;  // 60: a leap second, read as the first second of the next minute
  std::int64_t ns = 0;
  int offset_minutes = 0;
  bool zoned = false;
  int weekday = 0;  // weekday written beside the date, Monday 1; 0: none, or ambiguous. Not checked against the date
};

// The time on the local clock as if it were UTC; kNoSuchTime for February 30, kOutOfRange when it does not fit in
// nanoseconds. Does not apply the offset.
TimeError CombineTime(const WrittenTime& written, TimeNs* wall);

}  // namespace fitd
