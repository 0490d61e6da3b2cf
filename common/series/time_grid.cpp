#include "common/series/time_grid.h"

#include <bit>
#include <chrono>
#include <limits>

#include "common/time_units.h"

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kMinCount = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMaxCount = std::numeric_limits<std::int64_t>::max();

std::int64_t Saturate(Int128 t) {
  if (t < kMinCount) return kMinCount;
  return t > kMaxCount ? kMaxCount : static_cast<std::int64_t>(t);
}

// `anchor`: the day of the month; 0: that of `start`, month ends when it is one.
std::int64_t AddMonths(std::int64_t start, Int128 months, unsigned anchor) {
  using std::chrono::day;
  using std::chrono::days;
  using std::chrono::month;
  using std::chrono::sys_days;
  using std::chrono::year;
  using std::chrono::year_month_day;
  using std::chrono::year_month_day_last;
  if (months > 12 * 1200) return kMaxCount;  // longer than the range of TimeNs
  if (months < -12 * 1200) return kMinCount;
  const std::int64_t start_day = FloorDivide(start, kNsPerDay);
  const year_month_day date{sys_days{days{start_day}}};
  const std::int64_t index = int{date.year()} * 12 + unsigned{date.month()} - 1 + static_cast<std::int64_t>(months);
  const year y{static_cast<int>(FloorDivide(index, 12))};
  const month m{static_cast<unsigned>(index - FloorDivide(index, 12) * 12) + 1};
  const day last = year_month_day_last{y, std::chrono::month_day_last{m}}.day();
  const day start_last = year_month_day_last{date.year(), std::chrono::month_day_last{date.month()}}.day();
  const bool month_end = anchor == 0 && date.day() == start_last;
  const day wanted = anchor == 0 ? date.day() : day{anchor};
  const day d = month_end || wanted > last ? last : wanted;
  const Int128 day_number = sys_days{year_month_day{y, m, d}}.time_since_epoch().count();
  return Saturate(day_number * kNsPerDay + FloorModulo(start, kNsPerDay));
}

// The `offset`-th of the days of months, from the start, which is one of them.
std::int64_t AddMonthDays(std::int64_t start, std::uint32_t days, std::int64_t offset) {
  using std::chrono::sys_days;
  constexpr std::int64_t kFarthest = 100'000;  // points in any range of TimeNs, and more
  if (offset > kFarthest || offset < -kFarthest) return offset > 0 ? kMaxCount : kMinCount;
  const std::chrono::year_month_day date{sys_days{std::chrono::days{FloorDivide(start, kNsPerDay)}}};
  const auto length = [](std::int64_t month) {
    const std::chrono::year y{static_cast<int>(FloorDivide(month, 12))};
    const std::chrono::month m{static_cast<unsigned>(FloorModulo(month, 12)) + 1};
    return unsigned{(y / m / std::chrono::last).day()};
  };
  // Days that a month is too short for are its last one, so that all months have as many points: never fewer than the
  // 28 days that any has.
  const int per_month = std::popcount(days);
  const std::int64_t first = int{date.year()} * 12 + unsigned{date.month()} - 1;
  const std::uint32_t before = DaysInMonth(days, length(first)) & ((1U << (unsigned{date.day()} - 1)) - 1);
  const std::int64_t points = std::popcount(before) + offset;
  const std::int64_t month = first + FloorDivide(points, per_month);
  std::int64_t left = FloorModulo(points, per_month);
  unsigned day = 1;
  for (const std::uint32_t bits = DaysInMonth(days, length(month)); day < length(month); ++day) {
    if ((bits >> (day - 1) & 1) != 0 && left-- == 0) break;
  }
  const std::chrono::year y{static_cast<int>(FloorDivide(month, 12))};
  const std::chrono::month m{static_cast<unsigned>(FloorModulo(month, 12)) + 1};
  const std::int64_t number = sys_days{y / m / std::chrono::day{day}}.time_since_epoch().count();
  return Saturate(static_cast<Int128>(number) * kNsPerDay + FloorModulo(start, kNsPerDay));
}

// The `offset`-th of the days of years, from the start.
std::int64_t AddYearDays(std::int64_t start, const Step& step, std::int64_t offset) {
  constexpr std::int64_t kFarthest = 200'000;  // points in any range of TimeNs, and more
  if (offset > kFarthest || offset < -kFarthest) return offset > 0 ? kMaxCount : kMinCount;
  const std::int64_t first = YearDaysUntil(step, FloorDivide(start, kNsPerDay)) - 1;
  const std::int64_t day = YearDay(step, first + offset);
  return Saturate(static_cast<Int128>(day) * kNsPerDay + FloorModulo(start, kNsPerDay));
}

// The `offset`-th day of the mask, or point of the session, from the start.
std::int64_t AddMasked(std::int64_t start, const Step& step, Int128 offset) {
  constexpr std::int64_t kFarthest = 1'000'000;  // days in any range of TimeNs, and more
  const std::optional<DaySession> session = step.session();
  const std::int64_t day = session ? session->DayOf(start) : FloorDivide(start, kNsPerDay);
  const std::int64_t first = MaskedDaysBefore(step.weekdays(), day);
  Int128 days = first + offset * step.count;
  std::int64_t slot_clock = FloorModulo(start, kNsPerDay);
  if (session) {
    const std::int64_t slot = session->PointAt(session->MinuteAt(start));
    const Int128 points = static_cast<Int128>(first) * session->per_day + slot + offset;
    const Int128 left = points % session->per_day;
    days = points / session->per_day - (left < 0 ? 1 : 0);
    const auto wanted = static_cast<std::int64_t>(left < 0 ? left + session->per_day : left);
    slot_clock = session->MinuteOf(wanted) * 60 * kNsPerSecond;
  }
  if (days > kFarthest) return kMaxCount;
  if (days < -kFarthest) return kMinCount;
  return Saturate(static_cast<Int128>(MaskedDay(step.weekdays(), static_cast<std::int64_t>(days))) * kNsPerDay +
                  slot_clock);
}

}  // namespace

TimeNs TimeGrid::At(std::int64_t index) const {
  if (step.weekdays() != 0 && step.count != 0) return AddMasked(start, step, index);
  if (step.month_days() != 0) return AddMonthDays(start, step.month_days(), index);
  if (step.year_days() > 0) return AddYearDays(start, step, index);
  const Int128 offset = static_cast<Int128>(index) * step.count;
  if (step.months()) return AddMonths(start, offset, static_cast<unsigned>(step.day_of_month()));
  return Saturate(offset + start);
}

}  // namespace fitd
