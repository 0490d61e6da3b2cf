#include "common/series/step.h"

#include <algorithm>
#include <bit>
#include <chrono>

#include "common/time_units.h"

namespace fitd {
namespace {

constexpr int kSessionBits = 11;  // for a number up to 1440
constexpr std::int64_t kSessionMask = (1 << kSessionBits) - 1;
constexpr double kNsPerMonth = 365.2425 / 12 * static_cast<double>(kNsPerDay);

// Points at or before a time, of steps that have some on certain days; of every n-th of them, all days of the mask.
std::int64_t PointsUntil(const Step& step, std::int64_t time) {
  const std::int64_t day = FloorDivide(time, kNsPerDay);
  if (step.year_days() != 0) return YearDaysUntil(step, day);
  if (const std::uint32_t days = step.month_days(); days != 0) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    const unsigned length{(date.year() / date.month() / std::chrono::last).day()};
    const std::uint32_t until = (1U << unsigned{date.day()}) - 1;
    return (int{date.year()} * 12 + std::int64_t{unsigned{date.month()}}) * std::popcount(days) +
           std::popcount(DaysInMonth(days, length) & until);
  }
  const unsigned mask = step.weekdays();
  const std::optional<DaySession> session = step.session();
  const std::int64_t masked = session ? session->DayOf(time) : day;
  const std::int64_t before = MaskedDaysBefore(mask, masked);
  const bool on = (mask >> WeekdayOf(masked) & 1) != 0;
  if (!session) return before + (on ? 1 : 0);
  if (!on) return before * session->per_day;
  std::int64_t point = session->PointAt(session->MinuteAt(time));
  if (point == INT64_MIN) point = session->before_break - 1;  // in the break
  return before * session->per_day + std::clamp<std::int64_t>(point + 1, 0, session->per_day);
}

}  // namespace

Step Step::OnWeekdays(unsigned mask, std::int64_t count) {
  return {static_cast<Unit>(128 + mask), count};
}

Step Step::InSession(unsigned mask, const DaySession& s) {
  std::int64_t packed = (static_cast<std::int64_t>(s.step) << kSessionBits | s.open) << kSessionBits | s.per_day;
  packed |= (static_cast<std::int64_t>(s.pause) << kSessionBits | s.before_break) << 3 * kSessionBits;
  return {static_cast<Unit>(128 + mask), packed};
}

Step Step::OnMonthDays(std::uint32_t days) {
  return {Unit::kMonthDays, static_cast<std::int64_t>(days)};
}

Step Step::OnYearDays(std::int64_t distance) {
  return {Unit::kYearDays, distance};
}

int DaySession::MinuteOf(std::int64_t point) const {
  return static_cast<int>(open + point * step + (before_break > 0 && point >= before_break ? pause : 0));
}

std::int64_t DaySession::PointAt(std::int64_t minute) const {
  const std::int64_t point = FloorDivide(minute - open, step);
  if (before_break == 0 || point < before_break) return point;
  const std::int64_t behind = FloorDivide(minute - open - pause, step);
  return behind < before_break ? INT64_MIN : behind;
}

std::int64_t DaySession::DayOf(std::int64_t time) const {
  return FloorDivide(time - (overnight() ? open * kNsPerMinute : 0), kNsPerDay);
}

std::int64_t DaySession::MinuteAt(std::int64_t time) const {
  return FloorDivide(time - DayOf(time) * kNsPerDay, kNsPerMinute);
}

std::optional<DaySession> Step::session() const {
  const auto part = [this](int i) { return static_cast<int>(count >> i * kSessionBits & kSessionMask); };
  if (weekdays() == 0 || part(2) == 0 || part(0) == 0) return std::nullopt;
  return DaySession{part(2), part(1), part(0), part(3), part(4)};
}

bool Step::counts_days() const {
  return count != 0 &&
         (months() || on_dates() || weekdays() != 0 || (unit == Unit::kNanosecond && count % kNsPerDay == 0));
}

std::int64_t Step::nanoseconds() const {
  if (months()) return 0;
  if (month_days() != 0) return static_cast<std::int64_t>(30.4375 * kNsPerDay) / std::popcount(month_days());
  if (year_days() != 0) return count * kNsPerDay;
  if (weekdays() == 0) return count;
  const std::optional<DaySession> s = session();
  return s ? s->step * kNsPerMinute : count * kNsPerDay;
}

double Step::mean_nanoseconds() const {
  if (months()) return static_cast<double>(count) * kNsPerMonth;
  if (month_days() != 0) return kNsPerMonth / std::popcount(month_days());
  if (year_days() != 0) return 12 * kNsPerMonth / static_cast<double>(per_year());
  if (weekdays() == 0) return static_cast<double>(count);
  const double day = static_cast<double>(kNsPerWeek) / std::popcount(weekdays());
  const std::optional<DaySession> s = session();
  return s ? day / s->per_day : day * static_cast<double>(count);
}

double StepsBetween(const Step& step, std::int64_t from, std::int64_t to) {
  if (step.weekdays() == 0 && !step.on_dates()) {
    return (static_cast<double>(to) - static_cast<double>(from)) / step.mean_nanoseconds();
  }
  const auto points = static_cast<double>(PointsUntil(step, to) - PointsUntil(step, from));
  return step.weekdays() == 0 || step.session() ? points : points / static_cast<double>(step.count);
}

std::int64_t YearDaysUntil(const Step& step, std::int64_t day) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const std::chrono::year year = std::chrono::year_month_day{sys_days{days{day}}}.year();
  const std::int64_t in_year = day - sys_days{year / 1 / 1}.time_since_epoch().count();
  // A step that does not reach the next year's first day is longer: 29 February is no point more.
  return int{year} * step.per_year() + std::min(in_year / step.year_days(), step.per_year() - 1) + 1;
}

std::int64_t YearDay(const Step& step, std::int64_t n) {
  const std::chrono::year year{static_cast<int>(FloorDivide(n, step.per_year()))};
  return std::chrono::sys_days{year / 1 / 1}.time_since_epoch().count() +
         FloorModulo(n, step.per_year()) * step.year_days();
}

int WeekdayOf(std::int64_t day) {
  return static_cast<int>(day + 3 - FloorDivide(day + 3, 7) * 7);
}

std::int64_t MaskedDaysBefore(unsigned mask, std::int64_t day) {
  const auto below = static_cast<unsigned>((1U << WeekdayOf(day)) - 1);
  return FloorDivide(day + 3, 7) * std::popcount(mask) + std::popcount(mask & below);
}

std::int64_t MaskedDay(unsigned mask, std::int64_t n) {
  const std::int64_t days = std::popcount(mask);
  const std::int64_t week = FloorDivide(n, days);
  std::int64_t left = n - week * days;
  int day = 0;
  for (; day < 7; ++day) {
    if ((mask >> day & 1) != 0 && left-- == 0) break;
  }
  return week * 7 - 3 + day;
}

std::uint32_t DaysInMonth(std::uint32_t days, unsigned length) {
  const std::uint32_t last = 1U << (length - 1);
  const std::uint32_t below = days & (last - 1);
  return below | ((days & ~(last - 1)) != 0 ? last : 0);
}

}  // namespace fitd
