#include "daemon/ingest/grid.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

struct Calendar {
  std::int64_t month = 0;  // months since year 0
  unsigned day = 0;
  unsigned last_day = 0;  // of that month
  std::int64_t clock = 0;
};

// Targets share their dates: looking them up instead of computing them takes 0.20 instead of 0.24 s for 82 MB of
// months.
const Calendar& CalendarOfDay(std::int64_t day_number) {
  struct Known {
    std::int64_t day_number = std::numeric_limits<std::int64_t>::min();
    Calendar calendar;
  };
  thread_local std::array<Known, 1024> cache;
  Known& known = cache[static_cast<std::size_t>(day_number) % cache.size()];
  if (known.day_number != day_number) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_number}}};
    const std::chrono::year_month_day_last last{date.year(), std::chrono::month_day_last{date.month()}};
    known.day_number = day_number;
    known.calendar = {int{date.year()} * 12 + static_cast<std::int64_t>(unsigned{date.month()}) - 1,
                      unsigned{date.day()}, unsigned{last.day()}, 0};
  }
  return known.calendar;
}

Calendar CalendarOf(TimeNs time) {
  const bool before = time % kDay < 0;
  Calendar calendar = CalendarOfDay(time / kDay - (before ? 1 : 0));
  calendar.clock = time % kDay + (before ? kDay : 0);
  return calendar;
}

// Months between two times that a calendar step could join, else 0.
std::int64_t MonthsBetween(const Calendar& a, const Calendar& b) {
  if (a.clock != b.clock) return 0;
  const bool same_day = a.day == b.day;
  const bool clamped = (a.day == a.last_day && b.day >= a.day) || (b.day == b.last_day && a.day >= b.day);
  return same_day || clamped ? b.month - a.month : 0;
}

struct Mode {
  std::int64_t value = 0;
  std::size_t support = 0;
};

// Most common value, the smallest of equally common ones; sorts its argument.
Mode MostCommon(std::vector<std::int64_t>& values) {
  std::sort(values.begin(), values.end());
  Mode best;
  for (std::size_t i = 0; i < values.size();) {
    std::size_t j = i;
    while (j < values.size() && values[j] == values[i]) ++j;
    if (j - i > best.support) best = {values[i], j - i};
    i = j;
  }
  return best;
}

// Mean of the steps that are no gaps and no repeats: within half of `usual`.
double MeanNear(std::span<const std::int64_t> steps, std::int64_t usual) {
  double sum = 0;
  double count = 0;
  for (const std::int64_t step : steps) {
    if (std::llabs(step - usual) > usual / 2) continue;
    sum += static_cast<double>(step);
    count += 1;
  }
  return sum / count;
}

Mode MostCommonMonths(std::span<const Observation> sorted) {
  std::vector<std::int64_t> months;
  Calendar before = CalendarOf(sorted[0].time);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const Calendar now = CalendarOf(sorted[i].time);
    if (const std::int64_t m = MonthsBetween(before, now); m > 0) months.push_back(m);
    before = now;
  }
  return MostCommon(months);
}

// A usual step within 5 % of `ns`, or `ns` itself.
std::int64_t UsualStep(std::int64_t ns) {
  constexpr std::array<std::int64_t, 9> kSecondsUnits = {1, 2, 5, 10, 15, 20, 30, 40, 45};
  const auto near = [ns](std::int64_t usual) { return std::llabs(ns - usual) <= usual / 20; };
  for (std::int64_t unit = 1; unit <= kSecond; unit *= 10) {
    for (const std::int64_t factor : {1, 2, 5}) {
      if (near(unit * factor)) return unit * factor;
    }
  }
  for (const std::int64_t unit : {kSecond, 60 * kSecond}) {
    for (const std::int64_t factor : kSecondsUnits) {
      if (near(unit * factor)) return unit * factor;
    }
  }
  for (const std::int64_t hours : {1, 2, 3, 4, 6, 8, 12, 24, 48, 168, 336}) {
    if (near(hours * 3600 * kSecond)) return hours * 3600 * kSecond;
  }
  return ns;
}

std::uint64_t StepsBetween(TimeNs a, TimeNs b, const Step& step) {
  if (step.months()) {
    const std::int64_t months = CalendarOf(b).month - CalendarOf(a).month;
    return static_cast<std::uint64_t>(months / step.count);
  }
  return (static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a)) / static_cast<std::uint64_t>(step.count);
}

// The longest stretch of regular steps.
std::span<const Observation> LongestStretch(std::span<const Observation> sorted, const Step& step) {
  std::size_t best = 0;
  std::size_t best_length = 0;
  std::size_t begin = 0;
  Calendar before = step.months() ? CalendarOf(sorted[0].time) : Calendar{};
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    bool regular = false;
    if (step.months()) {
      const Calendar now = CalendarOf(sorted[i].time);
      regular = MonthsBetween(before, now) == step.count;
      before = now;
    } else {
      regular = static_cast<std::uint64_t>(sorted[i].time) - static_cast<std::uint64_t>(sorted[i - 1].time) ==
                static_cast<std::uint64_t>(step.count);
    }
    if (!regular) begin = i;
    if (i - begin > best_length) best_length = i - begin, best = begin;
  }
  return sorted.subspan(best, best_length + 1);
}

// Days 28 to 30 are the day that months keep unless all are month ends; earlier days need not be said.
Step::Unit MonthUnit(std::span<const Observation> regular) {
  unsigned day = 0;
  bool ends = true;
  for (const Observation& o : regular) {
    const Calendar c = CalendarOf(o.time);
    ends = ends && c.day == c.last_day;
    day = std::max(day, c.day);
  }
  return ends || day < 28 || day > 30 ? Step::Unit::kMonth : static_cast<Step::Unit>(day);
}

// Observations [first, last) that a grid can hold; see PlanGrid.
std::pair<std::size_t, std::size_t> CutAtLongGaps(std::span<const Observation> sorted, const Step& step) {
  std::size_t first = 0;
  std::size_t last = sorted.size();
  const auto fits = [&] {
    return StepsBetween(sorted[first].time, sorted[last - 1].time, step) < MaxGridPoints(last - first);
  };
  if (fits()) return {first, last};
  std::vector<std::pair<std::uint64_t, std::size_t>> gaps;  // length, and the observation behind it
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    gaps.emplace_back(StepsBetween(sorted[i - 1].time, sorted[i].time, step), i);
  }
  std::sort(gaps.rbegin(), gaps.rend());
  for (const auto& [length, cut] : gaps) {
    if (cut <= first || cut >= last) continue;
    (cut - first > last - cut ? last : first) = cut;
    if (fits()) break;
  }
  return {first, last};
}

}  // namespace

void SortAndDeduplicate(std::vector<Observation>& observations, GridCounts& counts) {
  std::uint64_t descents = 0;
  for (std::size_t i = 1; i < observations.size(); ++i) descents += observations[i].time < observations[i - 1].time;
  if (descents != 0) {
    std::stable_sort(observations.begin(), observations.end(),
                     [](const Observation& a, const Observation& b) { return a.time < b.time; });
  }
  counts.unordered += descents;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    if (kept != 0 && observations[kept - 1].time == observations[i].time) --kept;
    observations[kept++] = observations[i];
  }
  counts.duplicates += observations.size() - kept;
  observations.resize(kept);
}

Step InferStep(std::span<const Observation> sorted) {
  if (sorted.size() < 2) return {};
  std::vector<std::int64_t> steps;
  steps.reserve(sorted.size() - 1);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    std::int64_t step = 0;
    if (__builtin_sub_overflow(sorted[i].time, sorted[i - 1].time, &step)) {
      step = std::numeric_limits<std::int64_t>::max();
    }
    steps.push_back(step);
  }
  const Mode exact = MostCommon(steps);  // sorts the steps
  if (steps.back() >= 28 * kDay) {
    const Mode months = MostCommonMonths(sorted);
    if (months.support > exact.support || (months.support == exact.support && exact.value >= 28 * kDay)) {
      return {Step::Unit::kMonth, months.value};
    }
  }
  if (exact.support * 5 < steps.size()) return {Step::Unit::kNanosecond, UsualStep(steps[steps.size() / 2])};
  // Stamps a little late in turns (60, 61, 62, 63 s, then back) have 61 s most often, but the minute on average.
  if (exact.support * 10 < steps.size() * 9) {
    const std::int64_t usual = UsualStep(exact.value);
    const double mean = MeanNear(steps, exact.value);
    const auto off = [mean](std::int64_t step) { return std::abs(mean - static_cast<double>(step)); };
    if (off(usual) < off(exact.value)) return {Step::Unit::kNanosecond, usual};
  }
  return {Step::Unit::kNanosecond, exact.value};
}

std::uint64_t MaxGridPoints(std::uint64_t observations) {
  return 16 * observations + 256;
}

std::int64_t NearestIndex(const TimeGrid& grid, TimeNs time) {
  if (grid.step.count == 0) return 0;
  if (grid.step.unit == Step::Unit::kNanosecond) {
    const Int128 delta = static_cast<Int128>(time) - grid.start;
    const Int128 half = grid.step.count / 2;
    const Int128 shifted = delta + half;
    const Int128 quotient = shifted / grid.step.count - (shifted % grid.step.count < 0 ? 1 : 0);
    return static_cast<std::int64_t>(quotient);
  }
  const std::int64_t months = CalendarOf(time).month - CalendarOf(grid.start).month;
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

GridPlan PlanGrid(std::span<const Observation> sorted, const Step& step, GridCounts& counts) {
  GridPlan plan;
  plan.grid = {sorted[0].time, step};
  plan.points = 1;
  plan.last = 1;
  if (step.count == 0) return plan;
  const auto [first, last] = CutAtLongGaps(sorted, step);
  counts.stray += sorted.size() - (last - first);
  plan.first = first;
  plan.last = last;
  const std::span<const Observation> kept = sorted.subspan(first, last - first);
  const std::span<const Observation> regular = LongestStretch(kept, step);
  TimeGrid grid{regular.front().time, step};
  if (step.months()) grid.step.unit = MonthUnit(regular);
  const std::int64_t begin = NearestIndex(grid, kept.front().time);
  const std::int64_t end = NearestIndex(grid, kept.back().time);
  plan.grid = {grid.At(begin), grid.step};
  plan.points = static_cast<std::uint64_t>(end - begin) + 1;
  return plan;
}

void LayOnGrid(std::span<const Observation> sorted, const GridPlan& plan, std::span<double> out, GridCounts& counts) {
  std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
  const auto last = static_cast<std::int64_t>(out.size()) - 1;
  std::int64_t before = -1;
  for (std::size_t i = plan.first; i < plan.last; ++i) {
    const TimeNs time = sorted[i].time;
    std::int64_t index = before + 1;
    if (index > last || plan.grid.At(index) != time) {  // else it is the next one, as nearly always
      index = std::clamp<std::int64_t>(NearestIndex(plan.grid, time), 0, last);
      counts.snapped += plan.grid.At(index) != time;
      counts.merged += index == before;
    }
    before = index;
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
      at_midnight = at_midnight && entry.grid.start % kDay == 0;
    }
  }
  if (!any) return;
  Step usual{Step::Unit::kNanosecond, at_midnight ? kDay : 3600 * kSecond};
  std::size_t most = 0;
  for (const auto& [step, count] : counts) {
    if (count <= most) continue;
    most = count;
    usual = {step.first, step.second};
  }
  for (Frame::Entry& entry : entries) {
    if (entry.grid.step.count == 0) entry.grid.step = usual;
  }
}

}  // namespace fitd
