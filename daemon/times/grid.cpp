#include "daemon/times/grid.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kMinute = 60 * kNsPerSecond;

// The last stretch of regular steps that is long enough: 20 steps, or a quarter of the longest and three. Where the
// phase changes (the hour of a clock change, a new schedule), the end counts.
std::span<const Observation> TellingStretch(std::span<const Observation> sorted, const Step& step) {
  constexpr std::size_t kEnough = 20;
  struct Stretch {
    std::size_t begin = 0;
    std::size_t length = 0;  // in steps
  };
  std::vector<Stretch> stretches;
  std::size_t longest = 0;
  Stretch now;
  CivilDay before = step.months() ? CivilDayOf(sorted[0].time) : CivilDay{};
  const auto end = [&](std::size_t next) {
    if (now.length > 0 || stretches.empty()) stretches.push_back(now);
    longest = std::max(longest, now.length);
    now = {next, 0};
  };
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    bool regular = false;
    if (step.months()) {
      const CivilDay day = CivilDayOf(sorted[i].time);
      regular = MonthsBetween(before, day) == step.count;
      before = day;
    } else {
      regular = static_cast<std::uint64_t>(sorted[i].time) - static_cast<std::uint64_t>(sorted[i - 1].time) ==
                static_cast<std::uint64_t>(step.count);
    }
    regular ? void(++now.length) : end(i);
  }
  end(sorted.size());
  const std::size_t enough = std::max<std::size_t>(1, std::min({longest, longest / 4 + 3, kEnough}));
  for (std::size_t i = stretches.size(); i-- > 0;) {
    if (stretches[i].length >= enough) return sorted.subspan(stretches[i].begin, stretches[i].length + 1);
  }
  return sorted.subspan(0, 1);
}

// Days 28 to 30 are the day that months keep unless all are month ends; earlier days need not be said.
Step::Unit MonthUnit(std::span<const Observation> regular) {
  unsigned day = 0;
  bool ends = true;
  for (const Observation& o : regular) {
    const CivilDay c = CivilDayOf(o.time);
    ends = ends && c.day == c.last_day;
    day = std::max(day, c.day);
  }
  return ends || day < 28 || day > 30 ? Step::Unit::kMonth : static_cast<Step::Unit>(day);
}

// Observations [first, last) that a grid can hold; see PlanGrid.
std::pair<std::size_t, std::size_t> CutAtLongGaps(std::span<const Observation> sorted, const Step& step) {
  constexpr std::uint64_t kTolerated = 32;  // points without an observation that nobody minds
  constexpr std::size_t kLeast = 4;         // a side of fewer values has no form to select
  constexpr std::size_t kTooShort = 10;     // and one of a tenth is not what the series is about
  std::size_t first = 0;
  std::size_t last = sorted.size();
  const auto points = [&] { return PointsBetween(sorted[first].time, sorted[last - 1].time, step); };
  if (points() <= 2 * (last - first) + kTolerated) return {first, last};
  std::vector<std::pair<std::uint64_t, std::size_t>> gaps;  // points inside, and the observation behind it
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const std::uint64_t gap = PointsBetween(sorted[i - 1].time, sorted[i].time, step);
    if (gap > kTolerated) gaps.emplace_back(gap - 2, i);
  }
  std::sort(gaps.rbegin(), gaps.rend());
  for (const auto& [gap, cut] : gaps) {
    if (cut <= first || cut >= last) continue;
    const std::uint64_t kept = last - first;
    if (points() <= 2 * kept + kTolerated) break;
    if (gap <= kept && points() < MaxGridPoints(kept)) break;
    const std::size_t before = cut - first;
    const std::size_t behind = last - cut;
    const bool too_short = behind * kTooShort < before || (behind < kLeast && before > behind);
    (too_short ? last : first) = cut;
  }
  return {first, last};
}

struct Common {
  std::int64_t value = 0;
  double share = 0;
};

template <class Read>
Common MostCommon(std::span<const Observation> sorted, Read read) {
  std::map<std::int64_t, std::size_t> counts;
  for (const Observation& o : sorted) ++counts[read(o.time)];
  Common best;
  for (const auto& [value, count] : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(sorted.size());
    if (share > best.share) best = {value, share};
  }
  return best;
}

// Collisions of neighbours under a plan.
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

// Months by period. Points are called by the day and the clock that most have, else by the first day of the period
// (the last one when that was asked for), at midnight.
GridPlan MonthsByPeriod(std::span<const Observation> kept, const Frequency& frequency) {
  constexpr double kMost = 0.5;
  const std::int64_t count = frequency.step.count;
  const auto residue = [count](std::int64_t month) { return month - FloorDivide(month, count) * count; };
  // Where the periods begin: with the month that most are seen in, unless another one parts them better; those that are
  // called by their ends as the calendar's do.
  std::int64_t phase =
      frequency.at_end ? 0 : MostCommon(kept, [&](TimeNs t) { return residue(CivilDayOf(t).month); }).value;
  const std::int64_t around_1970 = FloorDivide(std::int64_t{1970} * 12, count) * count;
  GridPlan plan;
  plan.by_period = true;
  plan.grid.step = {Step::Unit::kMonth, count};
  plan.grid.start = MidnightOf(around_1970 + phase, 1);
  if (count > 1 && !frequency.at_end && Collisions(kept, plan) != 0) {
    GridPlan other = plan;
    for (std::int64_t month = 0; month < count; ++month) {
      other.grid.start = MidnightOf(around_1970 + month, 1);
      if (Collisions(kept, other) < Collisions(kept, plan)) plan = other, phase = month;
    }
  }
  const auto offset = [&](std::int64_t month) { return residue(month - phase); };
  const std::int64_t begin = CivilDayOf(kept.front().time).month - offset(CivilDayOf(kept.front().time).month);
  const Common clock = MostCommon(kept, [](TimeNs t) { return CivilDayOf(t).clock; });
  const Common day = MostCommon(kept, [](TimeNs t) { return std::int64_t{CivilDayOf(t).day}; });
  const Common from_end =
      MostCommon(kept, [](TimeNs t) { return std::int64_t{CivilDayOf(t).last_day} - CivilDayOf(t).day; });
  if (frequency.at_end) {
    plan.lead = count - 1;
    plan.grid.start = MidnightOf(begin + plan.lead, 31);
  } else if (from_end.value == 0 && from_end.share >= kMost) {
    plan.grid.start = MidnightOf(begin, 31);
  } else if (day.share >= kMost) {
    plan.grid.start = MidnightOf(begin, static_cast<unsigned>(day.value));
    if (day.value >= 28 && day.value <= 30) plan.grid.step.unit = static_cast<Step::Unit>(day.value);
  } else {
    plan.grid.start = MidnightOf(begin, 1);
  }
  if (clock.share >= kMost) plan.grid.start += clock.value;
  return plan;
}

GridPlan WeekdayPlan(std::span<const Observation> kept, const Step& step) {
  constexpr std::size_t kRecent = 20;
  GridPlan plan;
  plan.by_period = true;
  const unsigned mask = step.weekdays();
  if (const std::optional<DaySession> session = step.session()) {
    plan.grid = {
        MaskedDay(mask, MaskedDaysBefore(mask, DayOf(kept.front().time))) * kNsPerDay + session->open * kMinute, step};
    return plan;
  }
  // The clock of the end of the data, should it have changed.
  const std::span<const Observation> recent = kept.last(std::min(kept.size(), kRecent));
  const Common clock = MostCommon(recent, [](TimeNs t) { return CivilDayOf(t).clock; });
  const std::int64_t day = MaskedDay(mask, MaskedDaysBefore(mask, DayOf(kept.front().time)));
  plan.grid = {day * kNsPerDay + (clock.share >= 0.5 ? clock.value : 0), step};
  return plan;
}

}  // namespace

std::int64_t MonthsBetween(const CivilDay& a, const CivilDay& b) {
  if (a.clock != b.clock) return 0;
  const bool same_day = a.day == b.day;
  const bool clamped = (a.day == a.last_day && b.day >= a.day) || (b.day == b.last_day && a.day >= b.day);
  return same_day || clamped ? b.month - a.month : 0;
}

std::uint64_t MaxGridPoints(std::uint64_t observations) {
  return 16 * observations + 256;
}

std::uint64_t PointsBetween(TimeNs a, TimeNs b, const Step& step) {
  if (step.count <= 0) return 1;
  if (step.months()) {
    return static_cast<std::uint64_t>((CivilDayOf(b).month - CivilDayOf(a).month) / step.count) + 1;
  }
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
  if (!plan.by_period) return NearestIndex(plan.grid, time);
  if (step.months()) {
    // A start on the last day of a period of several months names the period by its end.
    return FloorDivide(CivilDayOf(time).month - CivilDayOf(plan.grid.start).month + plan.lead, step.count);
  }
  const unsigned mask = step.weekdays();
  if (mask == 0) {
    const Int128 delta = static_cast<Int128>(time) - plan.grid.start;
    return static_cast<std::int64_t>(delta / step.count - (delta % step.count < 0 ? 1 : 0));
  }
  const std::int64_t day = DayOf(time);
  if ((mask >> WeekdayOf(day) & 1) == 0) return kOffGrid;
  const std::int64_t days = MaskedDaysBefore(mask, day) - MaskedDaysBefore(mask, DayOf(plan.grid.start));
  const std::optional<DaySession> session = step.session();
  if (!session) return FloorDivide(days, step.count);
  const auto slot_of = [&](TimeNs t) {
    const std::int64_t minute = CivilDayOf(t).clock / kMinute - session->open;
    return minute < 0 ? -1 : minute / session->step;
  };
  const std::int64_t slot = slot_of(time);
  if (slot < 0 || slot >= session->per_day) return kOffGrid;
  return days * session->per_day + slot - slot_of(plan.grid.start);
}

TimeNs PeriodBegin(TimeNs time, const Frequency& frequency) {
  const Step& step = frequency.step;
  if (step.months()) return MidnightOf(FloorDivide(CivilDayOf(time).month, step.count) * step.count, 1);
  if (const std::optional<DaySession> session = step.session()) {
    const std::int64_t open = DayOf(time) * kNsPerDay + session->open * kMinute;
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

GridPlan PlanGrid(std::span<const Observation> sorted, const Frequency& frequency, GridCounts& counts) {
  const Step& step = frequency.step;
  GridPlan plan;
  plan.grid = {sorted[0].time, step};
  plan.points = 1;
  plan.last = 1;
  if (step.count == 0) return plan;
  const auto [first, last] = CutAtLongGaps(sorted, step);
  counts.stray += sorted.size() - (last - first);
  counts.lost += sorted.size() - (last - first);
  const std::span<const Observation> kept = sorted.subspan(first, last - first);
  if (step.weekdays() != 0) {
    plan = WeekdayPlan(kept, step);
  } else {
    const std::span<const Observation> regular = TellingStretch(kept, step);
    plan.grid = {regular.front().time, step};
    if (step.months()) plan.grid.step.unit = MonthUnit(regular);
    // Periods are for what is not near the points of a grid, and for months that are seen on changing days or at
    // changing hours.
    const bool has_periods = step.months() || step.count % kNsPerDay == 0;
    const std::uint64_t nearest = has_periods ? Collisions(kept, plan) : 0;
    const bool changing = step.months() && regular.size() * 2 < kept.size();
    if (nearest != 0 || changing) {
      GridPlan periods;
      if (step.months()) {
        periods = MonthsByPeriod(kept, frequency);
      } else {
        periods.by_period = true;
        periods.grid = {PeriodBegin(kept.front().time, frequency), step};
      }
      const std::uint64_t collisions = Collisions(kept, periods);
      if (collisions < nearest || (changing && collisions <= nearest)) plan = periods;
    }
  }
  plan.first = first;
  plan.last = last;
  std::size_t front = 0;
  std::size_t back = kept.size() - 1;
  while (front < back && IndexOn(plan, kept[front].time) == kOffGrid) ++front;
  while (back > front && IndexOn(plan, kept[back].time) == kOffGrid) --back;
  const std::int64_t begin = IndexOn(plan, kept[front].time);
  const std::int64_t end = IndexOn(plan, kept[back].time);
  if (begin == kOffGrid) {
    plan.points = 1;
    return plan;
  }
  plan.grid.start = plan.grid.At(begin);
  plan.points = static_cast<std::uint64_t>(end - begin) + 1;
  return plan;
}

bool IsBeside(const Step& step, TimeNs earlier, TimeNs later) {
  constexpr double kBeside = 0.15;  // of a step
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

void StepSingleTimes(std::span<Frame::Entry> entries) {
  std::map<std::pair<Step::Unit, std::int64_t>, std::size_t> counts;
  bool at_midnight = true;
  bool any = false;
  for (const Frame::Entry& entry : entries) {
    if (entry.grid.step.count != 0) {
      ++counts[{entry.grid.step.unit, entry.grid.step.count}];
    } else {
      any = true;
      at_midnight = at_midnight && entry.grid.start % kNsPerDay == 0;
    }
  }
  if (!any) return;
  Step usual{Step::Unit::kNanosecond, at_midnight ? kNsPerDay : 3600 * kNsPerSecond};
  std::size_t most = 0;
  for (const auto& [step, count] : counts) {
    if (count <= most) continue;
    most = count;
    usual = {step.first, step.second};
  }
  for (Frame::Entry& entry : entries) {
    if (entry.grid.step.count != 0) continue;
    entry.grid.step = usual;
    // The points of a mask are on its days.
    const std::int64_t day = DayOf(entry.grid.start);
    if (const unsigned mask = usual.weekdays(); mask != 0 && (mask >> WeekdayOf(day) & 1) == 0) {
      entry.grid.step = {Step::Unit::kNanosecond, kNsPerDay};
    }
  }
}

}  // namespace fitd
