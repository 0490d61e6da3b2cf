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

// Points at `open`, `open` + `step`, ... `per_day` in all, on every day of a mask; in minutes of the day. Where there
// is a break, at lunch, `before_break` points are before it, and the first one behind it comes `pause` minutes later
// than it would.
struct DaySession {
  int step = 0;
  int open = 0;
  int per_day = 0;
  int before_break = 0;  // 0: there is none
  int pause = 0;

  // Minute of the day of a point, and the point whose step a minute falls into; negative: none (or one before the
  // first).
  int MinuteOf(std::int64_t point) const;
  std::int64_t PointAt(std::int64_t minute) const;

  friend bool operator==(const DaySession&, const DaySession&) = default;
};

// Days of the month as bits: the first 1, the second 2, ...; bit 31 is the last one, whichever it is.
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
  std::int64_t count = 0;  // 0: unknown (a single observation); of a session: packed; of days of the month: their bits

  // Every `count`-th day of the mask, and a session on the days of the mask.
  static Step OnWeekdays(unsigned mask, std::int64_t count = 1);
  static Step InSession(unsigned mask, const DaySession& session);
  static Step OnMonthDays(std::uint32_t days);
  static Step OnYearDays(std::int64_t distance);

  bool months() const { return unit == Unit::kMonth || (unit > Unit::kYearDays && unit < Unit::kWeekdays); }
  // Days of the month; 0: it is no such step.
  std::uint32_t month_days() const { return unit == Unit::kMonthDays ? static_cast<std::uint32_t>(count) : 0; }
  // The distance of days that begin anew each year, and how many of them a year has; 0: it is no such step.
  std::int64_t year_days() const { return unit == Unit::kYearDays ? count : 0; }
  std::int64_t per_year() const { return unit == Unit::kYearDays && count > 0 ? (364 + count) / count : 0; }
  // Points on days of months or years.
  bool on_dates() const { return month_days() != 0 || year_days() != 0; }
  // That the unit names; 0: none.
  int day_of_month() const { return months() && unit != Unit::kMonth ? static_cast<int>(unit) : 0; }
  // Days of the mask; 0: there is none.
  unsigned weekdays() const { return unit < Unit::kWeekdays ? 0 : static_cast<unsigned>(unit) - 128; }
  std::optional<DaySession> session() const;
  // Whether the points belong to days, which begin at midnight where the data come from, and not to the clock.
  bool counts_days() const;
  // The distance in nanoseconds; of days of years the usual one, of a mask that of two points of one week or day, of
  // days of the month the mean one, 0 for months.
  std::int64_t nanoseconds() const;
  // The distance in the mean over years, nights and weekends among it.
  double mean_nanoseconds() const;

  friend bool operator==(const Step&, const Step&) = default;
};

// A step and how --frequency wants the points of periods that are seen on changing days to be called.
struct Frequency {
  Step step;
  bool at_end = false;  // ME, QE, YE: by the last day of the period, else the first
  int weekday = -1;     // W-MON: 0; -1: not said
};

// Canonical text of a step and back: "1s", "5min", "1h", "1D", "7D", "1M" (month), "1Q" (3 months), "1Y" (12 months),
// any count before a unit ns us ms s min h D W M Q Y, "B" (Monday to Friday), "Mon-Sat" and "Mon+Wed+Fri" (days of a
// weekly mask), "5min@Mon-Fri@09:30-15:55" (first and last point of a session; with a break
// "5min@Mon-Fri@09:30-11:25+13:00-14:55"), "M@1+15" and "M@15+end" (days of every month),
// "16D@year" (every 16th day from the first of January on, anew each year). Units are case-sensitive only
// for M (month) against min/ms. pandas' aliases are read too: MS, ME, QS, QE, YS, YE, A, BME, W-MON, SM, SMS, H, T, L,
// 15T, QS-JAN, ...
std::string FormatStep(const Step& step);
Result<Frequency> ParseFrequency(std::string_view text);
Result<Step> ParseStep(std::string_view text);

// Days of a mask counted from Monday, 1969-12-29: how many are before a day (number since 1970), and which is the n-th.
std::int64_t MaskedDaysBefore(unsigned mask, std::int64_t day);
std::int64_t MaskedDay(unsigned mask, std::int64_t n);
// Monday: 0.
int WeekdayOf(std::int64_t day);
// Days of years (Step::year_days) counted from year 0: how many are at or before a day (number since 1970), and which
// day is the n-th, from 0 on.
std::int64_t YearDaysUntil(const Step& step, std::int64_t day);
std::int64_t YearDay(const Step& step, std::int64_t n);
// How many steps `to` is behind `from`: of a mask, a session and of days of the month by their points at or before the
// two times, of months by their mean length.
double StepsBetween(const Step& step, std::int64_t from, std::int64_t to);
// Days of the month, as a list of bits of a month of so many days: days it does not have are its last one.
std::uint32_t DaysInMonth(std::uint32_t days, unsigned length);

}  // namespace fitd
