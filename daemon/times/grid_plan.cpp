#include "daemon/times/grid_plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "common/time_units.h"
#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

// The last stretch of regular steps that is long enough: 20 steps, or a quarter of the longest and three. Where the
// phase changes (the hour of a clock change, a new schedule), the end counts; two steps of hours and days are enough
// for an hour.
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
  constexpr std::size_t kEnoughOfClocks = 2;
  const auto by_an_hour = [&](std::size_t i) {
    if (i == 0 || step.months() || step.count <= 2 * kNsPerHour || stretches[i].length < kEnoughOfClocks) return false;
    const TimeNs change = sorted[stretches[i].begin].time - sorted[stretches[i - 1].begin].time;
    const TimeNs off = FloorModulo(change, step.count);
    return off == kNsPerHour || off == step.count - kNsPerHour;
  };
  for (std::size_t i = stretches.size(); i-- > 0;) {
    if (stretches[i].length >= enough || by_an_hour(i))
      return sorted.subspan(stretches[i].begin, stretches[i].length + 1);
  }
  return sorted.subspan(0, 1);
}

// The unit of a step of months: the day from 28 to 30 that months keep, unless all are month ends; else kMonth.
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

// The same date and time of day in another year.
TimeNs InYear(TimeNs time, std::int64_t years) {
  const CivilDay day = CivilDayOf(time);
  return MidnightOf(day.month + kMonthsOfYear * years, day.day) + day.clock;
}

// True for the first or last of the observations when it is alone behind a long gap, while in another year its date is
// the only one missing among the others, or the one before or behind them: its year was mistyped.
bool IsOfOtherYear(std::span<const Observation> sorted, const Step& step, bool at_end) {
  constexpr std::uint64_t kLongGap = 12;  // points, or a tenth of those that are seen
  constexpr std::size_t kFewest = 20;
  if (sorted.size() < kFewest || step.session() || step.mean_nanoseconds() < static_cast<double>(kNsPerDay))
    return false;
  const std::span<const Observation> rest = at_end ? sorted.first(sorted.size() - 1) : sorted.subspan(1);
  const TimeNs odd = at_end ? sorted.back().time : sorted.front().time;
  const std::uint64_t gap =
      at_end ? PointsBetween(rest.back().time, odd, step) : PointsBetween(odd, rest.front().time, step);
  if (gap <= std::min<std::uint64_t>(kLongGap, sorted.size() / 10)) return false;
  if (PointsBetween(rest.front().time, rest.back().time, step) * 10 > rest.size() * 11) return false;
  const auto year = [](TimeNs time) { return FloorDivide(CivilDayOf(time).month, std::int64_t{kMonthsOfYear}); };
  for (std::int64_t y = year(rest.front().time) - 1; y <= year(rest.back().time) + 1; ++y) {
    if (y == year(odd)) continue;
    const TimeNs meant = InYear(odd, y - year(odd));
    const auto next =
        std::lower_bound(rest.begin(), rest.end(), meant, [](const Observation& o, TimeNs t) { return o.time < t; });
    if (next != rest.end() && next->time == meant) continue;
    if (next == rest.begin() ? TimeGrid{meant, step}.At(1) == next->time : TimeGrid{next[-1].time, step}.At(1) == meant)
      return true;
  }
  return false;
}

// True for the first or last of the observations when it is at least most of a year from all others, and farther than
// these are from each other.
bool IsFarFrom(std::span<const Observation> sorted, bool at_end) {
  constexpr std::size_t kFewest = 10;
  constexpr TimeNs kFar = 300 * kNsPerDay;
  if (sorted.size() < kFewest) return false;
  const std::span<const Observation> rest = at_end ? sorted.first(sorted.size() - 1) : sorted.subspan(1);
  const TimeNs gap = at_end ? SaturatedDistance(rest.back().time, sorted.back().time)
                            : SaturatedDistance(sorted.front().time, rest.front().time);
  return gap >= kFar && gap > SaturatedDistance(rest.front().time, rest.back().time);
}

// Observations [first, last) that a grid can hold; see PlanGrid.
std::pair<std::size_t, std::size_t> CutAtLongGaps(std::span<const Observation> sorted, const Step& step, bool pauses) {
  constexpr std::uint64_t kTolerated = 32;  // points without an observation that nobody minds
  constexpr std::size_t kLeast = 4;         // fewest values of a side by which a model can be selected
  constexpr std::size_t kTooShort = 10;     // a later side of less than a tenth of the other is left out
  std::size_t first = 0;
  std::size_t last = sorted.size();
  const auto is_mistyped = [&](bool at_end) {
    return IsOfOtherYear(sorted, step, at_end) || (pauses && IsFarFrom(sorted, at_end));
  };
  if (is_mistyped(true))
    --last;
  else if (is_mistyped(false))
    ++first;
  const auto points = [&] { return PointsBetween(sorted[first].time, sorted[last - 1].time, step); };
  if (pauses && points() < MostPointsWithPauses(last - first)) return {first, last};
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
Common MostCommonPart(std::span<const Observation> sorted, Read read) {
  std::map<std::int64_t, std::size_t> counts;
  for (const Observation& o : sorted) ++counts[read(o.time)];
  Common best;
  for (const auto& [value, count] : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(sorted.size());
    if (share > best.share) best = {value, share};
  }
  return best;
}

bool IsOnPoint(const GridPlan& plan, TimeNs time) {
  return plan.grid.At(IndexOn(plan, time)) == time;
}

// A plan of months by period. Points are at the day and the clock that most observations have, else at midnight of the
// first day of the period (of the last day when the frequency is at_end).
GridPlan MonthsByPeriod(std::span<const Observation> kept, const Frequency& frequency) {
  constexpr double kMost = 0.5;
  const std::int64_t count = frequency.step.count;
  const auto residue = [count](std::int64_t month) { return month - FloorDivide(month, count) * count; };
  // Where the periods begin: where it was said, else with the month that most are seen in, unless another one parts
  // them better; those that are called by their ends as the calendar's do.
  const bool said = frequency.at_end || frequency.first_month >= 0;
  std::int64_t phase = said ? std::max(frequency.first_month, 0)
                            : MostCommonPart(kept, [&](TimeNs t) { return residue(CivilDayOf(t).month); }).value;
  const std::int64_t around_1970 = FloorDivide(std::int64_t{1970} * 12, count) * count;
  GridPlan plan;
  plan.by_period = true;
  plan.grid.step = {Step::Unit::kMonth, count};
  plan.grid.start = MidnightOf(around_1970 + phase, 1);
  if (count > 1 && !said && Collisions(kept, plan) != 0) {
    GridPlan other = plan;
    for (std::int64_t month = 0; month < count; ++month) {
      other.grid.start = MidnightOf(around_1970 + month, 1);
      if (Collisions(kept, other) < Collisions(kept, plan)) plan = other, phase = month;
    }
  }
  const auto offset = [&](std::int64_t month) { return residue(month - phase); };
  const std::int64_t begin = CivilDayOf(kept.front().time).month - offset(CivilDayOf(kept.front().time).month);
  const Common clock = MostCommonPart(kept, [](TimeNs t) { return CivilDayOf(t).clock; });
  const Common day = MostCommonPart(kept, [](TimeNs t) { return std::int64_t{CivilDayOf(t).day}; });
  const Common from_end =
      MostCommonPart(kept, [](TimeNs t) { return std::int64_t{CivilDayOf(t).last_day} - CivilDayOf(t).day; });
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

// A plan of a weekly mask, of a session or of days of the month.
GridPlan MaskPlan(std::span<const Observation> kept, const Step& step) {
  constexpr std::size_t kRecent = 20;
  GridPlan plan;
  plan.by_period = true;
  const unsigned mask = step.weekdays();
  if (const std::optional<DaySession> session = step.session()) {
    plan.grid = {MaskedDay(mask, MaskedDaysBefore(mask, session->DayOf(kept.front().time))) * kNsPerDay +
                     session->open * kNsPerMinute,
                 step};
    return plan;
  }
  // The clock of the latest data, in case it has changed.
  const std::span<const Observation> recent = kept.last(std::min(kept.size(), kRecent));
  const Common clock = MostCommonPart(recent, [](TimeNs t) { return CivilDayOf(t).clock; });
  const TimeNs midnight = mask != 0 ? MaskedDay(mask, MaskedDaysBefore(mask, DayOf(kept.front().time))) * kNsPerDay
                                    : PeriodBegin(kept.front().time, {step});
  plan.grid = {midnight + (clock.share >= 0.5 ? clock.value : 0), step};
  return plan;
}

// True when every observation is at a point of the grid, and most points have one.
bool AreExact(std::span<const Observation> sorted, const GridPlan& plan) {
  if (plan.by_period || plan.first != 0 || plan.last != sorted.size() || 4 * plan.points > 5 * sorted.size())
    return false;
  return std::all_of(sorted.begin(), sorted.end(),
                     [&](const Observation& o) { return plan.grid.At(NearestIndex(plan.grid, o.time)) == o.time; });
}

// True when points are the beginnings of their periods: the first of a month, a Monday, any time for shorter steps.
bool AreBeginnings(const TimeGrid& grid) {
  const CivilDay start = CivilDayOf(grid.start);
  if (grid.step.months()) return start.day == 1;
  return grid.step.count < 7 * kNsPerDay || WeekdayOf(DayOf(grid.start)) == 0;
}

}  // namespace

void PlaceOpenEnd(std::vector<Observation>& sorted, const Frequency& frequency, GridCounts& counts) {
  constexpr std::size_t kFewest = 6;     // observations before the last that show where points are
  constexpr std::size_t kCompared = 13;  // earlier distances, among which a calendar step's would recur
  const Step& step = frequency.step;
  if (sorted.size() <= kFewest || step.count <= 0 || step.weekdays() != 0 || step.on_dates()) return;
  const std::size_t n = sorted.size();
  const auto distance = [&](std::size_t i) { return SaturatedDistance(sorted[i - 1].time, sorted[i].time); };
  for (std::size_t back = 2; back <= kCompared && back < n; ++back) {
    if (distance(n - back) == distance(n - 1)) return;
  }
  if (IsOfOtherYear(sorted, step, true)) return;
  const std::span<const Observation> rest = std::span(sorted).first(n - 1);
  GridCounts ignored;
  const GridPlan plan = PlanGrid(rest, frequency, ignored);
  TimeNs& last = sorted.back().time;
  if (!AreExact(rest, plan) || plan.grid.At(NearestIndex(plan.grid, last)) == last) return;
  const auto known = static_cast<std::int64_t>(plan.points) - 1;
  std::int64_t index = NearestIndex(plan.grid, last);
  if (plan.grid.At(index) > last) --index;
  if (IsBeside(plan.grid.step, last, plan.grid.At(index + 1))) return;  // it is early
  if (index == known && !AreBeginnings(plan.grid)) ++index;
  if (index > known) {
    last = plan.grid.At(index);
    ++counts.snapped;
    return;
  }
  // A later reading of a period that has one.
  ++counts.merged;
  counts.lost += !std::isnan(sorted[n - 2].value) && !std::isnan(sorted[n - 1].value);
  if (!std::isnan(sorted[n - 1].value)) sorted[n - 2].value = sorted[n - 1].value;
  sorted.pop_back();
}

GridPlan PlanGrid(std::span<const Observation> sorted, const Frequency& frequency, GridCounts& counts, bool pauses) {
  const Step& step = frequency.step;
  GridPlan plan;
  plan.grid = {sorted[0].time, step};
  plan.points = 1;
  plan.last = 1;
  if (step.count == 0) return plan;
  const auto [first, last] = CutAtLongGaps(sorted, step, pauses);
  counts.stray += sorted.size() - (last - first);
  counts.lost += sorted.size() - (last - first);
  const std::span<const Observation> kept = sorted.subspan(first, last - first);
  if (step.weekdays() != 0 || step.on_dates()) {
    plan = MaskPlan(kept, step);
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
    } else if (!IsOnPoint(plan, kept.front().time) || !IsOnPoint(plan, kept.back().time)) {
      const std::optional<GridPlan> late = PlanOfLateLabels(kept, frequency);
      const auto length = [&kept](const GridPlan& p) {
        return IndexOn(p, kept.back().time) - IndexOn(p, kept[0].time);
      };
      if (late && Collisions(kept, *late) == 0 && length(*late) < length(plan)) plan = *late;
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

}  // namespace fitd
