#include "daemon/times/observation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/time_units.h"
#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

// 01:00 to 03:00 of a Sunday on which clocks go back: the last one of October in Europe, the first one of November in
// North America, the first one of April in Australia.
bool IsShownTwice(TimeNs time) {
  constexpr std::int64_t kHour = kNsPerDay / 24;
  constexpr std::int64_t kThursday = 4;  // 1970-01-01, from Sunday on
  constexpr std::int64_t kDaysOfWeek = 7;
  constexpr unsigned kFirstOfLastWeek = 25;
  enum : std::int64_t { kApril = 3, kOctober = 9, kNovember = 10 };
  const std::int64_t hour = FloorModulo(time, kNsPerDay) / kHour;
  if (hour != 1 && hour != 2) return false;
  if (FloorModulo(DayOf(time) + kThursday, kDaysOfWeek) != 0) return false;
  const CivilDay day = CivilDayOf(time);
  const std::int64_t month = FloorModulo(day.month, std::int64_t{kMonthsOfYear});
  return month == kOctober ? day.day >= kFirstOfLastWeek
                           : (month == kNovember || month == kApril) && day.day <= kDaysOfWeek;
}

}  // namespace

std::int64_t SaturatedDistance(TimeNs from, TimeNs to) {
  std::int64_t distance = 0;
  if (!__builtin_sub_overflow(to, from, &distance)) return distance;
  return to > from ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

void GridCounts::Add(const GridCounts& other) {
  unordered += other.unordered;
  duplicates += other.duplicates;
  clock_back += other.clock_back;
  snapped += other.snapped;
  merged += other.merged;
  stray += other.stray;
  parts += other.parts;
  lost += other.lost;
}

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
    if (kept != 0 && observations[kept - 1].time == observations[i].time) {
      --kept;
      counts.clock_back += IsShownTwice(observations[i].time) ? 1 : 0;
      const double overruled = observations[kept].value;
      if (std::isnan(observations[i].value)) observations[i].value = overruled;  // an empty cell corrects nothing
      counts.lost += !std::isnan(overruled) && overruled != observations[i].value;
    }
    observations[kept++] = observations[i];
  }
  counts.duplicates += observations.size() - kept;
  observations.resize(kept);
}

Step CoarserStep(std::span<const Observation> sorted, const Step& step) {
  constexpr std::size_t kFewest = 8;
  const std::size_t cut = sorted.size() / 20;
  if (sorted.size() < kFewest) return {};
  const double span = static_cast<double>(sorted[sorted.size() - 1 - cut].time) - static_cast<double>(sorted[cut].time);
  const double wanted = 0.95 * 2 * span / static_cast<double>(sorted.size() - 1 - 2 * cut);
  for (const std::int64_t seconds : {1, 5, 10, 30, 60, 300, 900, 1800, 3600, 10'800, 21'600, 43'200, 86'400, 604'800}) {
    if (static_cast<double>(seconds * kNsPerSecond) >= wanted) return {Step::Unit::kNanosecond, seconds * kNsPerSecond};
  }
  constexpr std::int64_t kYear = 12;  // months
  for (const std::int64_t months : {std::int64_t{1}, std::int64_t{3}, kYear}) {
    const bool enough = static_cast<double>(31 * kNsPerDay * months) >= wanted || months == kYear;
    const Step usual = {Step::Unit::kMonth, months};
    if (enough) return usual.mean_nanoseconds() > step.mean_nanoseconds() ? usual : Step{};
  }
  return {};
}

Step FinerAtEnd(std::span<const Observation> sorted, const Step& step) {
  constexpr std::size_t kRows = 12;
  if (sorted.size() <= kRows || step.count <= 0) return {};
  const std::int64_t distance = SaturatedDistance(sorted[sorted.size() - 2].time, sorted.back().time);
  for (std::size_t i = sorted.size() - kRows; i < sorted.size(); ++i) {
    if (SaturatedDistance(sorted[i - 1].time, sorted[i].time) != distance) return {};
  }
  return distance <= step.mean_nanoseconds() / 2 ? Step{Step::Unit::kNanosecond, distance} : Step{};
}

}  // namespace fitd
