#include "daemon/times/step_choice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <vector>

#include "daemon/times/calendar_steps.h"
#include "daemon/times/civil_day.h"
#include "daemon/times/grid_plan.h"

namespace fitd {
namespace {

constexpr std::int64_t kSecond = kNsPerSecond;
constexpr std::int64_t kMinute = kNsPerMinute;
constexpr std::int64_t kHour = kNsPerHour;
constexpr std::int64_t kDay = kNsPerDay;
constexpr std::int64_t kNearlyDay = 20 * kHour;

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

// Mean of the steps within half of `usual` around it, which are no gaps and no repeats.
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
  CivilDay before = CivilDayOf(sorted[0].time);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const CivilDay now = CivilDayOf(sorted[i].time);
    if (const std::int64_t m = MonthsBetween(before, now); m > 0) months.push_back(m);
    before = now;
  }
  return MostCommon(months);
}

// Steps in use, ascending.
constexpr std::array<std::int64_t, 38> kUsualSteps = {
    1,           2,           5,           10,           20,           50,           100,          1'000,
    10'000,      100'000,     1'000'000,   10'000'000,   20'000'000,   50'000'000,   100'000'000,  200'000'000,
    500'000'000, kSecond,     2 * kSecond, 5 * kSecond,  10 * kSecond, 15 * kSecond, 20 * kSecond, 30 * kSecond,
    kMinute,     2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 20 * kMinute, 30 * kMinute, kHour,
    2 * kHour,   3 * kHour,   6 * kHour,   12 * kHour,   kDay,         7 * kDay};

// A usual step within 5 % of `ns`, or `ns` itself.
std::int64_t UsualStep(std::int64_t ns) {
  constexpr std::array<std::int64_t, 9> kSecondsUnits = {1, 2, 5, 10, 15, 20, 30, 40, 45};
  const auto near = [ns](std::int64_t usual) { return std::llabs(ns - usual) <= usual / 20; };
  for (std::int64_t unit = 1; unit <= kSecond; unit *= 10) {
    for (const std::int64_t factor : {1, 2, 5}) {
      if (near(unit * factor)) return unit * factor;
    }
  }
  for (const std::int64_t unit : {kSecond, kMinute}) {
    for (const std::int64_t factor : kSecondsUnits) {
      if (near(unit * factor)) return unit * factor;
    }
  }
  for (const std::int64_t hours : {1, 2, 3, 4, 6, 8, 12, 24, 48, 168, 336}) {
    if (near(hours * kHour)) return hours * kHour;
  }
  return ns;
}

std::vector<std::int64_t> Distances(std::span<const Observation> sorted) {
  std::vector<std::int64_t> steps;
  steps.reserve(sorted.size() - 1);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    steps.push_back(SaturatedDistance(sorted[i - 1].time, sorted[i].time));
  }
  return steps;
}

// What a step does to the observations.
struct Verdict {
  double lost = 0;       // share of the observations that share a point with a distinct one, or have none
  double repeated = 0;   // share that share a point with one right beside them
  double made_up = 0;    // share of the points that have no observation
  double moved = 0;      // share of the observations that are not exactly on their points
  double displaced = 0;  // share of the observations that are far from their points

  // Collisions weigh far more than holes: a sparse series has many holes on its own step, and fewer on a coarser one
  // that swallows observations. A repeat beside an observation is hardly one more.
  double cost() const { return 5 * lost + 0.1 * repeated + made_up + 0.02 * moved + 0.5 * displaced; }
  // Nearly every period has one observation, whenever in it.
  bool one_each() const { return lost == 0 && repeated == 0 && made_up <= 0.2; }
  bool good() const { return lost == 0 && repeated == 0 && made_up <= 0.1 && displaced <= 0.1; }
};

Verdict Judge(std::span<const Observation> sorted, const Step& step) {
  constexpr double kFar = 0.25;  // of a step: an observation moved further was at another time
  Verdict verdict;
  GridCounts counts;
  const GridPlan plan = PlanGrid(sorted, {step}, counts);
  const auto n = static_cast<double>(sorted.size());
  double used = 0;
  double off = static_cast<double>(counts.stray);
  double distinct = 0;
  std::int64_t before = kOffGrid;
  TimeNs before_time = 0;
  for (std::size_t i = plan.first; i < plan.last; ++i) {
    const std::int64_t index = IndexOn(plan, sorted[i].time);
    if (index == kOffGrid) {
      off += 1;
      continue;
    }
    const TimeNs point = plan.grid.At(index);
    const double moved_by = std::abs(static_cast<double>(point) - static_cast<double>(sorted[i].time));
    verdict.moved += moved_by > 0 ? 1 / n : 0;
    const bool nearest = !plan.by_period && !step.months();
    verdict.displaced += nearest && moved_by > kFar * static_cast<double>(step.count) ? 1 / n : 0;
    if (index == before) {
      const bool beside = IsBeside(step, before_time, sorted[i].time);
      (beside ? verdict.repeated : distinct) += beside ? 1 / n : 1;
    } else {
      used += 1;
    }
    before = index;
    before_time = sorted[i].time;
  }
  // A single stray stamp says nothing against a step.
  verdict.lost = (distinct + (off > 0.02 * n ? off : 0.1 * off)) / n;
  verdict.made_up = 1 - used / static_cast<double>(plan.points);
  return verdict;
}

// Adds the largest usual steps that nearly all distances are multiples of, and the greatest common divisor. Distances
// near 0 count as multiples: several observations may stand right beside each other.
void AddDivisors(std::span<const std::int64_t> distances, std::vector<Step>& candidates) {
  constexpr int kMost = 3;
  constexpr std::int64_t kTolerance = 20;  // a twentieth of the step
  const std::int64_t median = distances[distances.size() / 2];
  int found = 0;
  for (auto usual = kUsualSteps.rbegin(); usual != kUsualSteps.rend() && found < kMost; ++usual) {
    if (*usual / 2 > median) continue;
    std::size_t multiples = 0;
    for (const std::int64_t d : distances) {
      const std::int64_t rest = d % *usual;
      multiples += std::min(rest, *usual - rest) <= *usual / kTolerance;
    }
    if (multiples * 20 < distances.size() * 19) continue;
    candidates.push_back({Step::Unit::kNanosecond, *usual});
    ++found;
  }
  std::int64_t common = 0;
  for (const std::int64_t d : distances) common = std::gcd(common, d);
  if (common > 0) candidates.push_back({Step::Unit::kNanosecond, common});
}

// The step on which all times lie exactly: minutes, hours, days, weeks or months; count 0: there is none in use, or it
// has ten times as many points as observations.
Step ExactStep(std::span<const Observation> sorted, std::span<const std::int64_t> distances) {
  constexpr std::uint64_t kMostPoints = 10;
  std::int64_t months = 0;
  CivilDay before = CivilDayOf(sorted[0].time);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const CivilDay now = CivilDayOf(sorted[i].time);
    const std::int64_t between = MonthsBetween(before, now);
    months = between == 0 ? 1 : std::gcd(months, between);
    before = now;
    if (between == 0) break;
    if (i + 1 == sorted.size()) return {Step::Unit::kMonth, months};
  }
  std::int64_t common = 0;
  for (const std::int64_t d : distances) common = std::gcd(common, d);
  if (common < kMinute || common % kMinute != 0) return {};
  const Step step{Step::Unit::kNanosecond, common};
  const std::uint64_t points = PointsBetween(sorted.front().time, sorted.back().time, step);
  return points > kMostPoints * sorted.size() ? Step{} : step;
}

// True when observations at random points of `exact` are seen as some of `step`, a longer one: many are nearer to each
// other than half of it, or far off its multiples, which readings that are early and late are not.
bool SwallowsPoints(std::span<const std::int64_t> distances, const Step& step, const Step& exact) {
  constexpr double kFew = 0.15;
  constexpr double kNearlyHalf = 0.4;
  constexpr double kFewHalves = 0.3;
  constexpr double kNearlyThird = 0.3;
  constexpr double kFewThirds = 0.5;
  constexpr std::size_t kFewestDistances = 4;  // that are different: two are a change of the step
  const double length = step.mean_nanoseconds();
  if (exact.count == 0 || step.session() || length < 1.5 * exact.mean_nanoseconds()) return false;
  std::size_t near = 0;
  std::size_t halves = 0;
  std::size_t thirds = 0;
  std::set<std::int64_t> different;
  for (const std::int64_t d : distances) {
    const double steps = static_cast<double>(d) / length;
    near += steps <= 0.525 ? 1 : 0;  // months have 28 to 31 days
    const double off = std::abs(steps - std::round(steps));
    halves += off >= kNearlyHalf ? 1 : 0;
    thirds += off >= kNearlyThird ? 1 : 0;
    different.insert(d / (exact.months() ? 28 * kDay * exact.count : exact.count));
  }
  const auto all = static_cast<double>(distances.size());
  return different.size() >= kFewestDistances &&
         (static_cast<double>(near) >= kFew * all || static_cast<double>(halves) >= kFewHalves * all ||
          static_cast<double>(thirds) >= kFewThirds * all);
}

std::vector<Step> Candidates(std::span<const Observation> sorted, const Step& first) {
  std::vector<Step> candidates;
  std::vector<std::int64_t> distances = Distances(sorted);
  std::sort(distances.begin(), distances.end());
  const std::int64_t median = distances[distances.size() / 2];
  for (const auto& [months, least_days] : {std::pair{1, 20}, {2, 50}, {3, 75}, {6, 150}, {12, 300}}) {
    if (median >= least_days * kDay) candidates.push_back({Step::Unit::kMonth, months});
  }
  candidates.push_back(first);
  AddDivisors(distances, candidates);
  const bool daily = median >= kDay / 2 && median < 20 * kDay;
  if (daily) candidates.push_back({Step::Unit::kNanosecond, kDay});
  if (median >= 4 * kDay && median < 20 * kDay) candidates.push_back({Step::Unit::kNanosecond, 7 * kDay});
  if (const unsigned mask = daily ? WeeklyMask(sorted) : 0; mask != 0) candidates.push_back(Step::OnWeekdays(mask));
  if (median < kNearlyDay) {
    if (const std::optional<Step> session = SessionOfHours(sorted)) candidates.push_back(*session);
    for (const std::int64_t step : {first.months() ? 0 : first.count, UsualStep(median)}) {
      for (const auto& session : {SessionOf(sorted, step), SessionOvernight(sorted, step)}) {
        if (session) candidates.push_back(*session);
      }
    }
  }
  return candidates;
}

}  // namespace

Step MostCommonStep(std::span<const Observation> sorted, bool* clear) {
  if (clear != nullptr) *clear = true;
  if (sorted.size() < 2) return {};
  std::vector<std::int64_t> steps = Distances(sorted);
  const Mode exact = MostCommon(steps);  // sorts the steps
  const auto is_clear = [&](const Mode& mode) { return mode.support * 10 >= steps.size() * 9; };
  if (steps.back() >= 28 * kDay) {
    const Mode months = MostCommonMonths(sorted);
    if (months.support > exact.support || (months.support == exact.support && exact.value >= 28 * kDay)) {
      if (clear != nullptr) *clear = is_clear(months);
      return {Step::Unit::kMonth, months.value};
    }
  }
  if (clear != nullptr) *clear = is_clear(exact);
  if (exact.support * 5 < steps.size()) return {Step::Unit::kNanosecond, UsualStep(steps[steps.size() / 2])};
  // Stamps a little late in turns (60, 61, 62, 63 s, then back) have 61 s most often, but the minute on average.
  if (exact.support < steps.size()) {
    const std::int64_t usual = UsualStep(exact.value);
    const double mean = MeanNear(steps, exact.value);
    const auto off = [mean](std::int64_t step) { return std::abs(mean - static_cast<double>(step)); };
    if (off(usual) < off(exact.value)) return {Step::Unit::kNanosecond, usual};
  }
  return {Step::Unit::kNanosecond, exact.value};
}

Step InferStep(std::span<const Observation> sorted) {
  constexpr std::size_t kFewest = 3;  // times; with fewer no step can be told from another
  bool clear = false;
  const Step first = MostCommonStep(sorted, &clear);
  if (sorted.size() < kFewest || first.count <= 0) return first;
  const std::uint64_t points = PointsBetween(sorted.front().time, sorted.back().time, first);
  const bool days_of_year = clear && first.unit == Step::Unit::kNanosecond && first.count >= 5 * kDay &&
                            first.count <= 32 * kDay && YearDaysOf(sorted);
  if (clear && !days_of_year && points * 10 <= sorted.size() * 11) return first;
  for (const std::optional<Step>& days : {YearDaysOf(sorted), MonthDaysOf(sorted)}) {
    if (!days) continue;
    const Verdict verdict = Judge(sorted, *days);
    if (verdict.lost == 0 && verdict.repeated == 0 && verdict.made_up <= 0.1) return *days;
  }
  const Verdict found = Judge(sorted, first);
  const std::vector<std::int64_t> distances = Distances(sorted);
  const Step exact = ExactStep(sorted, distances);
  const bool calendar_like = !first.months() && first.count >= 28 * kDay;
  if (found.good() && !(calendar_like && !clear)) return first;
  Step best = first;
  double least = std::numeric_limits<double>::infinity();
  std::vector<Step> candidates = Candidates(sorted, first);
  candidates.push_back(exact);
  const bool uneven = exact.months() && AreUnevenMonths(sorted);
  for (const Step& candidate : candidates) {
    if (candidate.count <= 0 || (uneven && candidate.mean_nanoseconds() > 1.5 * exact.mean_nanoseconds())) continue;
    const bool same = candidate == first;
    // No memory is spent on trying a step that has far too many points.
    const std::uint64_t length = PointsBetween(sorted.front().time, sorted.back().time, candidate);
    if (!same && length > MaxGridPoints(sorted.size())) continue;
    // Steps of four weeks and more that vary are months, quarters or years.
    const double drift = same && calendar_like && !clear ? 0.05 : 0;
    const Verdict verdict = same ? found : Judge(sorted, candidate);
    if (!verdict.one_each() && SwallowsPoints(distances, candidate, exact)) continue;
    const double cost = verdict.cost() + drift;
    if (cost < least - 1e-9) {
      least = cost;
      best = candidate;
    }
  }
  return best;
}

}  // namespace fitd
