#include "common/series/written_time.h"

#include <chrono>

#include "common/time_units.h"

namespace fitd {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

TimeError CombineTime(const WrittenTime& w, TimeNs* wall) {
  const std::chrono::year_month_day date{std::chrono::year{w.year}, std::chrono::month{static_cast<unsigned>(w.month)},
                                         std::chrono::day{static_cast<unsigned>(w.day)}};
  if (!date.ok()) return TimeError::kNoSuchTime;
  if (w.hour > 24 || w.minute > 59 || w.second > 60) return TimeError::kNoSuchTime;
  if (w.hour == 24 && (w.minute != 0 || w.second != 0 || w.ns != 0)) return TimeError::kNoSuchTime;
  const std::int64_t day = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds = day * kDaySeconds + w.hour * 3600 + w.minute * 60 + w.second;
  if (seconds < kFirstDay * kDaySeconds || seconds >= (kLastDay + 1) * kDaySeconds) return TimeError::kOutOfRange;
  *wall = seconds * kNsPerSecond + w.ns;
  return TimeError::kNone;
}

}  // namespace fitd
