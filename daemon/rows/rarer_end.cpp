#include "daemon/rows/rarer_end.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "common/series/calendar_fields.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// A series seen from its end, or from its beginning as if that were its end.
struct Seen {
  std::span<const double> values;
  const TimeGrid& grid;
  bool from_begin;

  std::size_t IndexOf(std::size_t place) const { return from_begin ? values.size() - 1 - place : place; }
  double ValueAt(std::size_t place) const { return values[IndexOf(place)]; }
  TimeNs TimeAt(std::size_t place) const { return grid.At(static_cast<std::int64_t>(IndexOf(place))); }
};

// Places of the values, the last one first.
std::vector<std::size_t> PlacesFromTheEnd(const Seen& seen) {
  std::vector<std::size_t> places;
  for (std::size_t i = seen.values.size(); i-- > 0;) {
    if (!std::isnan(seen.ValueAt(i))) places.push_back(i);
  }
  return places;
}

// Months between two times of the same day of the month and time of day, or of two month ends; 0: they are no such
// times.
std::int64_t MonthsBetween(TimeNs from, TimeNs to) {
  const CalendarFields a(from, false);
  const CalendarFields b(to, false);
  const CalendarFields next_a(from + kNsPerDay, false);
  const CalendarFields next_b(to + kNsPerDay, false);
  const bool ends = next_a.month != a.month && next_b.month != b.month;
  const bool clock = a.hour == b.hour && a.minute == b.minute && a.second == b.second && a.ns == b.ns;
  return clock && (ends || a.day == b.day) ? 12LL * (b.year - a.year) + b.month - a.month : 0;
}

// The distance of two times when people report in it: a minute, a quarter of an hour, an hour, a day, a week, a month,
// a quarter, half a year or a year. Count 0: another one.
Step UsualDistance(TimeNs from, TimeNs to) {
  if (from > to) std::swap(from, to);
  const TimeNs distance = to - from;
  for (const TimeNs usual :
       {kNsPerMinute, 15 * kNsPerMinute, 30 * kNsPerMinute, 60 * kNsPerMinute, kNsPerDay, 7 * kNsPerDay}) {
    if (distance == usual) return {Step::Unit::kNanosecond, usual};
  }
  if (distance < 28 * kNsPerDay) return {};
  const std::int64_t months = MonthsBetween(from, to);
  return months == 1 || months == 3 || months == 6 || months == 12 ? Step{Step::Unit::kMonth, months} : Step{};
}

// The last distances that are equal, in points of the grid or as a usual distance.
struct LastDistances {
  std::size_t count = 0;   // how many
  std::size_t points = 0;  // the last one, in points
  Step usual;              // count 0: no usual distance
  std::size_t before = 0;  // distances before them, and
  std::size_t alike = 0;   // those of them that are equal too
  std::size_t single = 0;  // those of them that are a single point
};

LastDistances FindLastDistances(const std::vector<std::size_t>& places, const Seen& seen) {
  LastDistances last;
  const auto at = [&](std::size_t i) { return seen.TimeAt(places[i]); };
  last.points = places[0] - places[1];
  if (last.points < 2) return last;
  last.usual = UsualDistance(at(1), at(0));
  const auto alike = [&](std::size_t i) {
    const std::size_t points = places[i] - places[i + 1];
    if (points == 1) return false;
    return points == last.points || (last.usual.count != 0 && UsualDistance(at(i + 1), at(i)) == last.usual);
  };
  std::size_t i = 0;
  while (i + 1 < places.size() && alike(i)) ++i;
  last.count = i;
  for (; i + 1 < places.size(); ++i) {
    ++last.before;
    last.alike += alike(i) ? 1 : 0;
    last.single += places[i] - places[i + 1] == 1 ? 1 : 0;
  }
  return last;
}

// True when equal distances at the end are no chance: the share of such distances before them, to the power of how many
// there are, is below the limit. Holes that happen to a sensor are as frequent at the end as they were before.
bool IsNoChance(const LastDistances& last) {
  // Distances that people report in need fewer, since few holes have just that length. Of 800,000 simulated daily
  // series of 60 to 800 values with holes (values missing at random, up to 60 % of them, or in runs of 2 to 14) 2 have
  // such an end.
  constexpr std::size_t kFewestUsual = 3;
  constexpr std::size_t kFewest = 5;
  constexpr double kLimit = 1e-5;
  if (last.count < (last.usual.count != 0 ? kFewestUsual : kFewest)) return false;
  const double share = static_cast<double>(last.alike + 1) / static_cast<double>(last.before + 2);
  return std::pow(share, static_cast<double>(last.count)) < kLimit;
}

// True when the values at equal distances at the end are about as much larger than those before them as their distance
// is longer, and each is beyond all of those: totals.
bool AreTotals(const Seen& seen, const std::vector<std::size_t>& places, const LastDistances& last) {
  constexpr std::size_t kFewestPoints = 4;  // of the distance
  constexpr std::size_t kFewestBefore = 8;
  if (last.points < kFewestPoints || last.usual.count == 0 || last.before < kFewestBefore) return false;
  // The first distance may lead from a value that is none.
  const std::size_t tail = last.count == 1 ? 2 : last.count;
  double sum = 0, most = 0, total = 0;
  double least_total = std::abs(seen.ValueAt(places[0]));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double size = std::abs(seen.ValueAt(places[i]));
    if (i < tail) {
      total += size;
      least_total = std::min(least_total, size);
    } else {
      sum += size;
      most = std::max(most, size);
    }
  }
  const double ratio = total / static_cast<double>(tail) / (sum / static_cast<double>(places.size() - tail));
  const auto points = static_cast<double>(last.points);
  return least_total > most && ratio > points / 3 && ratio < points * 3;
}

// The last 13 values have one distance, and more than half of the points before them have a value.
bool IsLong(const std::vector<std::size_t>& places, const LastDistances& last) {
  constexpr std::size_t kDistances = 12;
  if (last.count < kDistances) return false;
  const std::size_t from = kDistances;
  return 2 * (places.size() - from - 1) > places[from];
}

Step StepOfEnd(const Seen& seen, double fewest_missing) {
  const std::size_t size = seen.values.size();
  if (size < 3 || !std::isnan(seen.ValueAt(size - 2))) return {};
  const std::vector<std::size_t> places = PlacesFromTheEnd(seen);
  if (places.size() < 3) return {};
  const LastDistances last = FindLastDistances(places, seen);
  if (last.count == 0 || last.before == 0) return {};
  // Where few values before them follow each other, the step is too short for all of the series and not for its end.
  const bool dense = 2 * last.single > last.before;
  if (!IsLong(places, last) && !(dense && (IsNoChance(last) || AreTotals(seen, places, last)))) return {};
  const auto missing = static_cast<double>(size - 1 - places[last.count] - last.count);
  if (missing < fewest_missing * static_cast<double>(size)) return {};
  if (last.usual.count != 0) return last.usual;
  const Step& step = seen.grid.step;
  if (step.months()) return {step.unit, step.count * static_cast<std::int64_t>(last.points)};
  return {Step::Unit::kNanosecond, std::abs(seen.TimeAt(places[0]) - seen.TimeAt(places[1]))};
}

}  // namespace

Step StepOfRarerEnd(std::span<const double> values, const TimeGrid& grid) {
  return StepOfEnd({values, grid, false}, 0);
}

Step StepOfRarerBegin(std::span<const double> values, const TimeGrid& grid) {
  // Chosen, not measured: as many rows as may be lost. What is rarer at the end goes on, what was rarer once does not.
  constexpr double kFewestMissing = 0.1;
  return StepOfEnd({values, grid, true}, kFewestMissing);
}

}  // namespace fitd
