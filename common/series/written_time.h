// A date and a clock as they are written, and the time that they mean. Any process, any thread. Values.
#pragma once

#include <cstdint>

namespace fitd {

using TimeNs = std::int64_t;

// The last whole days inside int64 nanoseconds, so that no sum of a day and a clock can overflow.
inline constexpr std::int64_t kFirstDay = -106'751;  // 1677-09-22
inline constexpr std::int64_t kLastDay = 106'750;    // 2262-04-10

enum class TimeError : std::uint8_t { kNone, kMalformed, kNoSuchTime, kOutOfRange, kCoarser };

// Before any zone.
struct WrittenTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;  // up to 24, which is the next day
  int minute = 0;
  int second = 0;  // 60: a leap second, the first of the next minute
  std::int64_t ns = 0;
  int offset_minutes = 0;
  bool zoned = false;
  int weekday = 0;  // of the name beside the date, Monday 1; 0: none, or one that does not say. Not checked here
};

// The time of the wall clock as if it were UTC; kNoSuchTime for February 30, kOutOfRange for what nanoseconds cannot
// hold. The offset is not applied.
TimeError CombineTime(const WrittenTime& written, TimeNs* wall);

}  // namespace fitd
