#include "daemon/times/grid.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "common/time_units.h"
#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

}  // namespace

std::int64_t MonthsBetween(const CivilDay& a, const CivilDay& b) {
  if (a.clock != b.clock) return 0;
  const bool same_day = a.day == b.day;
  const bool clamped = (a.day == a.last_day && b.day >= a.day) || (b.day == b.last_day && a.day >= b.day);
  return same_day || clamped ? b.month - a.month : 0;
}

std::uint64_t MaxGridPoints(std::uint64_t observations) {
  // 16 points take 128 bytes, eight times what an observation (time and value) does: more is memory for nothing. Short
  // series may be sparser.
  return 16 * observations + 256;
}

std::uint64_t PointsBetween(TimeNs a, TimeNs b, const Step& step) {
  if (step.count <= 0) return 1;
  if (step.months()) {
    return static_cast<std::uint64_t>((CivilDayOf(b).month - CivilDayOf(a).month) / step.count) + 1;
  }
  if (const std::uint32_t days = step.month_days(); days != 0) {
    return static_cast<std::uint64_t>(MonthDaysUntil(days, b) - MonthDaysUntil(days, a)) + 1;
  }
  if (step.year_days() != 0)
    return static_cast<std::uint64_t>(YearDaysUntil(step, DayOf(b)) - YearDaysUntil(step, DayOf(a))) + 1;
  if (const unsigned mask = step.weekdays(); mask != 0) {
    const auto days = static_cast<std::uint64_t>(MaskedDaysBefore(mask, DayOf(b)) - MaskedDaysBefore(mask, DayOf(a)));
    const std::optional<DaySession> session = step.session();
    return session ? (days + 1) * static_cast<std::uint64_t>(session->per_day)
                   : days / static_cast<std::uint64_t>(step.count) + 1;
  }
  const std::uint64_t distance = static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a);
  return distance / static_cast<std::uint64_t>(step.count) + 1;
}

std::int64_t NearestIndex(const TimeGrid& grid, TimeNs time) {
  if (grid.step.count == 0) return 0;
  if (!grid.step.months()) {
    const Int128 delta = static_cast<Int128>(time) - grid.start;
    const Int128 half = grid.step.count / 2;
    const Int128 shifted = delta + half;
    const Int128 quotient = shifted / grid.step.count - (shifted % grid.step.count < 0 ? 1 : 0);
    return static_cast<std::int64_t>(quotient);
  }
  const std::int64_t months = CivilDayOf(time).month - CivilDayOf(grid.start).month;
  const std::int64_t guess = months / grid.step.count;
  std::int64_t best = guess;
  for (const std::int64_t candidate : {guess - 1, guess + 1}) {
    const auto distance = [&](std::int64_t i) {
      const Int128 d = static_cast<Int128>(grid.At(i)) - time;
      return d < 0 ? -d : d;
    };
    if (distance(candidate) < distance(best)) best = candidate;
  }
  return best;
}

std::int64_t IndexOn(const GridPlan& plan, TimeNs time) {
  const Step& step = plan.grid.step;
  if (!plan.by_period || step.count <= 0) return NearestIndex(plan.grid, time);
  if (step.months()) {
    // A start on the last day of a period of several months names the period by its end.
    return FloorDivide(CivilDayOf(time).month - CivilDayOf(plan.grid.start).month + plan.lead, step.count);
  }
  if (const std::uint32_t days = step.month_days(); days != 0) {
    return MonthDaysUntil(days, time) - MonthDaysUntil(days, plan.grid.start);
  }
  if (step.year_days() != 0) return YearDaysUntil(step, DayOf(time)) - YearDaysUntil(step, DayOf(plan.grid.start));
  const unsigned mask = step.weekdays();
  if (mask == 0) {
    const Int128 delta = static_cast<Int128>(time) - plan.grid.start;
    return static_cast<std::int64_t>(delta / step.count - (delta % step.count < 0 ? 1 : 0));
  }
  const std::optional<DaySession> session = step.session();
  const auto day_of = [&session](TimeNs t) { return session ? session->DayOf(t) : DayOf(t); };
  const std::int64_t day = day_of(time);
  if ((mask >> WeekdayOf(day) & 1) == 0) return kOffGrid;
  const std::int64_t days = MaskedDaysBefore(mask, day) - MaskedDaysBefore(mask, day_of(plan.grid.start));
  if (!session) return FloorDivide(days, step.count);
  const auto slot_of = [&](TimeNs t) { return session->PointAt(session->MinuteAt(t)); };
  const std::int64_t slot = slot_of(time);
  if (slot < 0 || slot >= session->per_day) return kOffGrid;
  return days * session->per_day + slot - slot_of(plan.grid.start);
}

std::int64_t IndexOfGrid(const TimeGrid& grid, TimeNs time) {
  constexpr TimeNs kEarlyOfDay = 60 * kNsPerSecond;       // by which a clock may be early
  constexpr TimeNs kEarlyOfMonth = 2 * 60 * kEarlyOfDay;  // two hours, by which that of another zone may be
  constexpr TimeNs kLastSecond = kNsPerDay - kNsPerSecond;
  const Step& step = grid.step;
  GridPlan plan;
  plan.grid = grid;
  // A grid whose start is the last minute or second of a day is one of days like others.
  const auto is_end = [](std::int64_t clock) { return clock == kNsPerDay - kEarlyOfDay || clock >= kLastSecond; };
  const bool days = !step.months() && !step.on_dates() && step.weekdays() == 0 && step.count % kNsPerDay == 0;
  if ((step.months() || days) && is_end(CivilDayOf(grid.start).clock)) plan.grid.start = DayOf(grid.start) * kNsPerDay;
  plan.by_period = step.weekdays() != 0 || step.month_days() != 0 || step.year_days() != 0;
  // Points that are no beginnings or ends of periods are times of observations: the nearest one counts.
  const CivilDay start = CivilDayOf(plan.grid.start);
  const bool midnight = start.clock == 0;
  if (step.months() && midnight && start.day == start.last_day) {  // of a month, or of several
    plan.by_period = true;
    plan.lead = step.count - 1;
    return IndexOn(plan, time);
  }
  if (step.months()) plan.by_period = midnight && start.day == 1;
  if (!plan.by_period && days) plan.by_period = midnight;
  if (!plan.by_period || step.weekdays() != 0) return IndexOn(plan, time);
  if (days && is_end(CivilDayOf(time).clock)) return IndexOn(plan, time);
  const std::int64_t nearest = IndexOn(plan, time + (step.months() ? kEarlyOfMonth : kEarlyOfDay));
  return nearest != kOffGrid && plan.grid.At(nearest) > time ? nearest : IndexOn(plan, time);
}

std::int64_t LastIndexBy(const TimeGrid& grid, TimeNs time) {
  const std::int64_t index = IndexOfGrid(grid, time);
  return index != kOffGrid && grid.At(index) > time ? index - 1 : index;
}

TimeNs ClockChange(std::span<const TimeNs> times, const TimeGrid& grid) {
  constexpr std::size_t kFewestBehind = 3;  // two steps, as a training needs
  const bool days = grid.step.counts_days() && !grid.step.session();
  const auto on = [&grid](TimeNs time) {
    const std::int64_t index = IndexOfGrid(grid, time);
    return index != kOffGrid && grid.At(index) == time;
  };
  if (!days || std::all_of(times.begin(), times.end(), on)) return 0;
  for (const TimeNs later : {kNsPerHour, -kNsPerHour, kNsPerHour / 2, -kNsPerHour / 2}) {
    // Days of a week, a month or a year are others behind midnight.
    const bool same_day = DayOf(grid.start) == DayOf(grid.start + later);
    const bool movable = grid.step.unit == Step::Unit::kNanosecond || same_day;
    if (!movable) continue;
    std::size_t first = times.size();
    while (first > 0 && on(times[first - 1] - later)) --first;
    const auto before = times.first(first);
    const bool enough = first == 0 || times.size() - first >= kFewestBehind;
    if (enough && std::all_of(before.begin(), before.end(), on)) return later;
  }
  return 0;
}

TimeNs PeriodBegin(TimeNs time, const Frequency& frequency) {
  const Step& step = frequency.step;
  if (step.count <= 0) return time;
  if (step.months()) {
    const std::int64_t phase = std::max(frequency.first_month, 0);
    return MidnightOf(FloorDivide(CivilDayOf(time).month - phase, step.count) * step.count + phase, 1);
  }
  if (const std::uint32_t days = step.month_days(); days != 0) {
    const CivilDay civil = CivilDayOf(time);
    const auto at_or_before = [&civil](std::uint32_t bits) { return bits & ((1U << civil.day) - 1); };
    const std::uint32_t here = at_or_before(DaysInMonth(days, civil.last_day));
    if (here != 0) return MidnightOf(civil.month, static_cast<unsigned>(std::bit_width(here)));
    const CivilDay before = CivilDayOf(MidnightOf(civil.month - 1, 31));
    return MidnightOf(before.month, static_cast<unsigned>(std::bit_width(DaysInMonth(days, before.last_day))));
  }
  if (step.year_days() != 0) return YearDay(step, YearDaysUntil(step, DayOf(time)) - 1) * kNsPerDay;
  if (const std::optional<DaySession> session = step.session()) {
    const std::int64_t point = session->PointAt(session->MinuteAt(time));
    if (session->before_break > 0 && point >= session->before_break)
      return session->DayOf(time) * kNsPerDay + session->MinuteOf(point) * kNsPerMinute;
    const std::int64_t open = session->DayOf(time) * kNsPerDay + session->open * kNsPerMinute;
    return open + FloorDivide(time - open, step.nanoseconds()) * step.nanoseconds();
  }
  if (step.weekdays() != 0) return DayOf(time) * kNsPerDay;
  // 1970-01-01 was a Thursday: weeks begin on Monday, or behind the day that was named as their end.
  const std::int64_t week = 7 * kNsPerDay;
  const std::int64_t weekday = frequency.weekday >= 0 ? (frequency.weekday + 1) % 7 : 0;
  const TimeNs origin = step.count % week == 0 ? (weekday - 3) * kNsPerDay : 0;
  const Int128 delta = static_cast<Int128>(time) - origin;
  const Int128 index = delta / step.count - (delta % step.count < 0 ? 1 : 0);
  return static_cast<TimeNs>(index * step.count + origin);
}

std::uint64_t Collisions(std::span<const Observation> sorted, const GridPlan& plan) {
  std::uint64_t collisions = 0;
  std::int64_t before = kOffGrid;
  for (const Observation& o : sorted) {
    const std::int64_t index = IndexOn(plan, o.time);
    collisions += index == before && index != kOffGrid;
    if (index != kOffGrid) before = index;
  }
  return collisions;
}

std::optional<GridPlan> PlanOfLateLabels(std::span<const Observation> sorted, const Frequency& frequency) {
  constexpr std::size_t kFewest = 6;  // beginnings that show where periods begin
  constexpr TimeNs kSummerTime = kNsPerDay - kNsPerHour;
  const Step& step = frequency.step;
  const bool months = step.unit == Step::Unit::kMonth && kMonthsOfYear % step.count == 0;
  const bool clock = step.unit == Step::Unit::kNanosecond &&
                     (step.count == kNsPerHour || step.count == kNsPerDay || step.count == 7 * kNsPerDay);
  if ((!months && !clock) || frequency.at_end || frequency.weekday >= 0) return std::nullopt;
  // The first month of periods of several ones is that of those which are called by their beginning.
  Frequency periods = frequency;
  for (std::size_t i = 0; months && periods.first_month < 0 && i < sorted.size(); ++i) {
    const CivilDay day = CivilDayOf(sorted[i].time);
    if (day.day == 1 && day.clock == 0) periods.first_month = static_cast<int>(FloorModulo(day.month, step.count));
  }
  std::size_t beginnings = 0;
  std::size_t ends = 0;  // of months
  for (const Observation& o : sorted) {
    const bool begins = PeriodBegin(o.time, periods) == o.time;
    const CivilDay day = CivilDayOf(o.time);
    if (!begins && day.clock == kSummerTime && (months || step.count > kNsPerHour)) return std::nullopt;
    beginnings += begins ? 1 : 0;
    ends += months && day.day == day.last_day && PeriodBegin(o.time + kNsPerDay, periods) > o.time ? 1 : 0;
  }
  if (beginnings < kFewest || beginnings == sorted.size()) return std::nullopt;
  GridPlan plan;
  plan.by_period = true;
  plan.grid = {PeriodBegin(sorted[0].time, periods), step};
  if (2 * ends > sorted.size()) {  // most are called by their last days
    plan.lead = step.count - 1;
    plan.grid.start = MidnightOf(CivilDayOf(plan.grid.start).month + plan.lead, 31);
  }
  return plan;
}

bool IsBeside(const Step& step, TimeNs earlier, TimeNs later) {
  // As a share of the step. Clocks are late by seconds in minutes; from half a step on it is the next observation.
  constexpr double kBeside = 0.15;
  constexpr double kMonth = 30.4 * static_cast<double>(kNsPerDay);
  const double distance =
      step.months() ? static_cast<double>(step.count) * kMonth : static_cast<double>(step.nanoseconds());
  return static_cast<double>(later) - static_cast<double>(earlier) < kBeside * distance;
}

void LayOnGrid(std::span<const Observation> sorted, const GridPlan& plan, std::span<double> out, GridCounts& counts) {
  std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
  const auto last = static_cast<std::int64_t>(out.size()) - 1;
  std::int64_t before = -1;
  TimeNs before_time = 0;
  for (std::size_t i = plan.first; i < plan.last; ++i) {
    const TimeNs time = sorted[i].time;
    std::int64_t index = before + 1;
    if (index > last || plan.grid.At(index) != time) {  // else it is the next one, as nearly always
      index = IndexOn(plan, time);
      if (index == kOffGrid) {
        ++counts.stray;
        counts.lost += !std::isnan(sorted[i].value);
        continue;
      }
      index = std::clamp<std::int64_t>(index, 0, last);
      counts.snapped += plan.grid.At(index) != time;
      if (index == before) {
        const double overruled = out[static_cast<std::size_t>(index)];
        const bool repeated = overruled == sorted[i].value && IsBeside(plan.grid.step, before_time, time);
        ++counts.merged;
        counts.lost += !std::isnan(overruled) && !repeated;
      }
    }
    before = index;
    before_time = time;
    out[static_cast<std::size_t>(index)] = sorted[i].value;
  }
}

void StepSingleTimes(std::span<Frame::Entry> entries, Step usual, std::shared_ptr<const TimeZone> zone) {
  std::optional<ZoneClock> clock;
  if (zone) clock.emplace(std::move(zone));
  const auto wall = [&clock](TimeNs time) { return clock ? clock->ToWall(time) : time; };
  std::map<std::pair<Step::Unit, std::int64_t>, std::size_t> counts;
  bool at_midnight = true;
  bool any = false;
  for (const Frame::Entry& entry : entries) {
    if (entry.grid.step.count != 0) {
      ++counts[{entry.grid.step.unit, entry.grid.step.count}];
    } else {
      any = true;
      at_midnight = at_midnight && wall(entry.grid.start) % kNsPerDay == 0;
    }
  }
  if (!any) return;
  if (usual.count == 0) {
    usual = {Step::Unit::kNanosecond, at_midnight ? kNsPerDay : 3600 * kNsPerSecond};
    std::size_t most = 0;
    for (const auto& [step, count] : counts) {
      if (count <= most) continue;
      most = count;
      usual = {step.first, step.second};
    }
  }
  for (Frame::Entry& entry : entries) {
    if (entry.grid.step.count != 0) continue;
    entry.grid.step = usual;
    if (usual.counts_days()) entry.grid.start = wall(entry.grid.start);
    // The points of a mask are on its days.
    const std::optional<DaySession> session = usual.session();
    const std::int64_t day = session ? session->DayOf(entry.grid.start) : DayOf(entry.grid.start);
    if (const unsigned mask = usual.weekdays(); mask != 0 && (mask >> WeekdayOf(day) & 1) == 0) {
      entry.grid.step = {Step::Unit::kNanosecond, kNsPerDay};
    }
    if (usual.on_dates()) entry.grid.step = {Step::Unit::kNanosecond, kNsPerDay};
  }
}

}  // namespace fitd
