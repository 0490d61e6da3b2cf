#include "common/series/calendar_fields.h"

#include <chrono>

#include "common/time_units.h"

namespace fitd {

CalendarFields::CalendarFields(TimeNs wall, bool to_24) {
  using std::chrono::days;
  using std::chrono::sys_days;
  std::int64_t day_number = FloorDivide(wall, kNsPerDay);
  if (to_24 && wall == day_number * kNsPerDay) --day_number;
  const std::int64_t in_day = wall - day_number * kNsPerDay;
  const sys_days date{days{day_number}};
  const std::chrono::year_month_day ymd{date};
  year = int{ymd.year()};
  month = static_cast<int>(unsigned{ymd.month()});
  day = static_cast<int>(unsigned{ymd.day()});
  weekday = static_cast<int>(std::chrono::weekday{date}.iso_encoding());
  yday = static_cast<int>((date - sys_days{ymd.year() / 1 / 1}).count()) + 1;
  // The Thursday of a week says whose year it is of.
  const sys_days thursday = date + days{4 - weekday};
  const std::chrono::year year_of_week = std::chrono::year_month_day{thursday}.year();
  iso_year = int{year_of_week};
  week = static_cast<int>((thursday - sys_days{year_of_week / 1 / 1}).count() / 7) + 1;
  hour = static_cast<int>(in_day / kNsPerHour);
  minute = static_cast<int>(in_day / kNsPerMinute % 60);
  second = static_cast<int>(in_day / kNsPerSecond % 60);
  ns = in_day % kNsPerSecond;
}

int CalendarFields::Number(char word) const {
  switch (word) {
    case 'Y':
      return year;
    case 'y':
      return year % 100;
    case 'm':
      return month;
    case 'd':
      return day;
    case 'j':
      return yday;
    case 'q':
      return (month + 2) / 3;
    case 'h':
      return (month + 5) / 6;
    case 'G':
      return iso_year;
    case 'V':
      return week;
    case 'u':
      return weekday;
    case 'H':
      return hour;
    case 'I':
      return (hour + 11) % 12 + 1;
    case 'M':
      return minute;
    default:
      return second;
  }
}

}  // namespace fitd
