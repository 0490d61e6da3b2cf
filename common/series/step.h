// The distance of two points of a time grid: a duration, calendar months, days of the month, days that begin anew each
// year, the days of a weekly mask, or the points of a daily session on such days. Any process, any thread. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// Days of the week as bits: Monday 1, Tuesday 2, ... Sunday 64.
inline constexpr unsigned kEveryDay = 127;
inline constexpr unsigned kBusinessDays = 31;

// The points of a daily session, on every day of a mask: `per_day` points at `open`, `open` + `step`, ..., in minutes
// of the day. With a break (lunch), `before_break` points come before it and the later points are `pause` minutes
// later. Overnight sessions end on the day after that of the mask: of currencies Sun-Thu, 22:00 to 21:00.
struct DaySession {
  int step = 0;
  int open = 0;
  int per_day = 0;
  int before_break = 0;  // 0: no break
  int pause = 0;

  // MinuteOf: minute of the day of a point. PointAt: the point whose step contains a minute; negative when it is before
  // the first.
  int MinuteOf(std::int64_t point) const;
  std::int64_t PointAt(std::int64_t minute) const;
  // The last point is behind midnight; then minutes of the day are 1440 and more.
  bool overnight() const { return MinuteOf(per_day - 1) >= 1440; }
  // The day of the session that a time is in (number since 1970), and the minute of it.
  std::int64_t DayOf(std::int64_t time) const;
  std::int64_t MinuteAt(std::int64_t time) const;

  friend bool operator==(const DaySession&, const DaySession&) = default;
};

// Days of the month as bits: bit 0 is the first day, bit 1 the second, ...; bit 31 the last day of any month.
inline constexpr std::uint32_t kLastOfMonth = 1U << 31;

struct Step {
  // Persisted: never renumber. kMonth: on the day of the grid's start, month ends when that is one. The others of it:
  // on that day of the month or the last of shorter months, also when the start is a month end (February 28, then March
  // 28). kMonthDays: on several days of every month, the bits of `count`. kYearDays: every `count`-th day from the
  // first of January on, anew each year, so that the last distance of a year is shorter. From kWeekdays on: the days of
  // the mask in the lower bits.
  enum class Unit : std::uint8_t {
    kNanosecond = 0,
    kMonth = 1,
    kMonthDays = 2,
    kYearDays = 3,
    kMonthDay28 = 28,
    kMonthDay29 = 29,
    kMonthDay30 = 30,
    kWeekdays = 128
  };
  Unit unit = Unit::kNanosecond;
  std::int64_t count = 0;  // 0: unknown (a single observation); packed for a session; bits of days for kMonthDays

  // OnWeekdays: every `count`-th day of the mask. InSession: a session on the days of the mask.
  static Step OnWeekdays(unsigned mask, std::int64_t count = 1);
  static Step InSession(unsigned mask, const DaySession& session);
  static Step OnMonthDays(std::uint32_t days);
  static Step OnYearDays(std::int64_t distance);

  bool months() const { return unit == Unit::kMonth || (unit > Unit::kYearDays && unit < Unit::kWeekdays); }
  // The days of kMonthDays as bits; 0: another unit.
  std::uint32_t month_days() const { return unit == Unit::kMonthDays ? static_cast<std::uint32_t>(count) : 0; }
  // kYearDays: the distance, and the number of points in a year; 0: another unit.
  std::int64_t year_days() const { return unit == Unit::kYearDays ? count : 0; }
  std::int64_t per_year() const { return unit == Unit::kYearDays && count > 0 ? (364 + count) / count : 0; }
  // Points on days of months or years.
  bool on_dates() const { return month_days() != 0 || year_days() != 0; }
  // The day of the month that the unit names; 0: none.
  int day_of_month() const { return months() && unit != Unit::kMonth ? static_cast<int>(unit) : 0; }
  // The days of the mask; 0: no mask.
  unsigned weekdays() const { return unit < Unit::kWeekdays ? 0 : static_cast<unsigned>(unit) - 128; }
  std::optional<DaySession> session() const;
  // True when the points are days, which begin at local midnight, and not times of a clock.
  bool counts_days() const;
  // The distance in nanoseconds. Days of years: the usual one. Masks: that of two points in one week or day. Days of
  // the month: the mean one. Months: 0.
  std::int64_t nanoseconds() const;
  // The mean distance over years, including nights and weekends.
  double mean_nanoseconds() const;

  friend bool operator==(const Step&, const Step&) = default;
};

// A step, and which day of a period names it according to --frequency.
struct Frequency {
  Step step;
  bool at_end = false;   // ME, QE, YE: by the last day of the period, else the first
  int weekday = -1;      // W-MON: 0; -1: not said
  int first_month = -1;  // that periods begin with, of those of a period: QS-FEB 1, YE-MAR 3; -1: not said
};

// Canonical text of a step and back: "1s", "5min", "1h", "1D", "7D", "1M" (month), "1Q" (3 months), "1Y" (12 months),
// any count before a unit ns us ms s min h D W M Q Y, "B" (Monday to Friday), "Mon-Sat" and "Mon+Wed+Fri" (days of a
// weekly mask), "5min@Mon-Fri@09:30-15:55" (first and last point of a session, which may be overnight; with a break
// "5min@Mon-Fri@09:30-11:25+13:00-14:55"), "M@1+15" and "M@15+end" (days of every month),
// "16D@year" (every 16th day from the first of January on, anew each year). Units are case-sensitive only
// for M (month) against min/ms. pandas' aliases are read too: MS, ME, QS, QE, YS, YE, A, W-MON, SM, SMS, H, T, L, 15T,
// QS-FEB, ...; kUsage names what is not kept of others: an anchor of another unit, business days that call periods.
std::string FormatStep(const Step& step);
Result<Frequency> ParseFrequency(std::string_view text);
Result<Step> ParseStep(std::string_view text);

// Days of a mask, counted from Monday, 1969-12-29. MaskedDaysBefore: how many are before a day (number since 1970).
// MaskedDay: the n-th one.
std::int64_t MaskedDaysBefore(unsigned mask, std::int64_t day);
std::int64_t MaskedDay(unsigned mask, std::int64_t n);
// Monday: 0.
int WeekdayOf(std::int64_t day);
// Days of years (Step::year_days), counted from year 0. YearDaysUntil: how many are at or before a day (number since
// 1970). YearDay: the n-th one, from 0.
std::int64_t YearDaysUntil(const Step& step, std::int64_t day);
std::int64_t YearDay(const Step& step, std::int64_t n);
// Number of steps from `from` to `to`. Masks, sessions and days of the month: the difference of the points at or before
// the two times. Months: by their mean length.
double StepsBetween(const Step& step, std::int64_t from, std::int64_t to);
// Days of the month as bits for a month of `length` days; days it lacks become its last day.
std::uint32_t DaysInMonth(std::uint32_t days, unsigned length);

}  // namespace fitd
