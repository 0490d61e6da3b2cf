#include "daemon/update/placing_doubts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <vector>

#include "common/series/step.h"
#include "common/time_units.h"
#include "daemon/times/civil_day.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

bool CountsWeeks(const Step& step) {
  if (step.weekdays() != 0) return !step.session() && std::has_single_bit(step.weekdays());
  return !step.months() && !step.on_dates() && step.nanoseconds() % (7 * kNsPerDay) == 0;
}

// The indices of the new values, ascending.
std::vector<std::size_t> PlacesOf(const NewValues& placed) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < placed.values.size(); ++i) {
    if (!std::isnan(placed.values[i])) places.push_back(i);
  }
  return places;
}

}  // namespace

std::string ProblemOfSteps(const SeriesView& observed, const Step& step, TimeNs start, const PlacingRules& rules) {
  if (step.count == 0) return "its step is not known from a single value; train again";
  if (rules.form_months > 0 && (!step.months() || step.count < rules.form_months)) {
    return fmt::format("its times are those of {}, and it goes on in steps of {}",
                       rules.form_months == 1   ? "months"
                       : rules.form_months == 3 ? "quarters"
                       : rules.form_months == 6 ? "halves of a year"
                                                : "years",
                       FormatStep(step));
  }
  if (rules.form_weeks && !CountsWeeks(step)) {
    return fmt::format("its times are those of weeks, and it goes on in steps of {}", FormatStep(step));
  }
  if (rules.form_weeks && WeekdayOf(FloorDivide(start, kNsPerDay)) != 0) {
    return "its times are weeks of ISO 8601, from Monday on, and those known are other days of a week, which may begin "
           "or end it: write dates as those are";
  }
  constexpr double kLonger = 1.05;  // business days are none of days
  if (rules.frequency_said && observed.grid.step.count > 0 &&
      static_cast<double>(observed.grid.step.mean_nanoseconds()) >
          kLonger * static_cast<double>(step.mean_nanoseconds())) {
    return fmt::format(
        "it goes on in steps of {}, and --frequency puts its new values together in steps of {}: leave it out, or say "
        "that of the training",
        FormatStep(step), FormatStep(observed.grid.step));
  }
  return {};
}

std::string OffItsPoints(std::span<const TimedValue> values, const KnownSeries& known, const PlacingRules& rules) {
  constexpr std::size_t kFewest = 3;  // fewer may be chance, unless their clock is said
  constexpr TimeNs kLastMinute = kNsPerDay - kNsPerMinute;
  const Step& step = known.grid.step;
  const bool weeks = CountsWeeks(step);
  const bool days = !step.months() && !step.on_dates() && step.weekdays() == 0 && step.nanoseconds() == kNsPerDay;
  if ((!weeks && !days) || values.size() < (rules.naive || weeks ? kFewest : 1)) return {};
  std::optional<TimeNs> off;
  for (const TimedValue& one : values) {
    const std::int64_t index = IndexOfGrid(known.grid, one.time);
    if (index == kOffGrid) return {};
    const TimeNs here = one.time - known.grid.At(index);
    if (off && *off != here) return {};
    off = here;
  }
  // The last minute of a day is the end of that day.
  const bool later_half = days && 2 * *off > kNsPerDay && *off < kLastMinute && *off % kNsPerHour == 0;
  const bool other_day = weeks && *off >= kNsPerDay;
  if (!later_half && !other_day) return {};
  const std::string distance =
      days ? fmt::format("{} hours", *off / kNsPerHour) : fmt::format("{} days", *off / kNsPerDay);
  return fmt::format(
      "its {} {} behind the points of its step, so that each may be of the next one: {}write them as those "
      "known are, or train again",
      values.size() == 1 ? "time is" : "times are all", distance,
      days ? "say whose days they are with --timezone, " : "");
}

std::string CoarserThanStep(const NewValues& placed) {
  constexpr std::uint64_t kFewest = 3;
  constexpr std::uint64_t kFewestInTwos =
      6;  // if every other point is missing, as many values are needed to rule out chance
  const std::vector<std::size_t> places = PlacesOf(placed);
  if (places.size() < kFewest) return {};
  std::vector<std::size_t> apart;
  for (std::size_t i = 1; i < places.size(); ++i) apart.push_back(places[i] - places[i - 1]);
  std::sort(apart.begin(), apart.end());
  const std::size_t usual = apart[(apart.size() - 1) / 2];
  const bool in_twos = places.size() >= kFewestInTwos && apart.front() == 2 && apart.back() == 2;
  const std::size_t points = places.back() - places.front() + 1;
  if (!in_twos && (usual < 2 || points < 2 * places.size())) return {};
  return fmt::format(
      "{} new values lie {} steps apart, so that most between them would be missing: put the rows of its step together "
      "as the training did, mend their times, or train again",
      places.size(), usual);
}

std::string OfOtherYear(std::span<const TimedValue> values, const KnownSeries& known, const NewValues& placed) {
  constexpr std::uint64_t kLongGap = 12;  // points, or a tenth of those that are seen, as in a training
  constexpr std::uint64_t kFewest = 20;
  const Step& step = known.grid.step;
  const std::uint64_t seen = known.num_values + placed.observed;
  if (values.empty() || seen < kFewest || step.session() || step.mean_nanoseconds() < static_cast<double>(kNsPerDay))
    return {};
  const auto n = static_cast<std::int64_t>(known.num_values);
  const std::vector<std::size_t> places = PlacesOf(placed);
  const TimeNs odd = values.back().time;
  if (places.empty() || IndexOfGrid(known.grid, odd) != n + static_cast<std::int64_t>(places.back())) return {};
  const std::size_t next = places.size() > 1 ? places[places.size() - 2] + 1 : 0;  // of those before it
  if (places.back() - next + 1 <= std::min(kLongGap, seen / 10)) return {};
  const CivilDay day = CivilDayOf(odd);
  const auto year_of = [](std::int64_t month) { return FloorDivide(month, std::int64_t{kMonthsOfYear}); };
  const auto first_year = year_of(CivilDayOf(known.grid.At(n)).month) - 1;
  const auto last_year = year_of(CivilDayOf(known.grid.At(n + static_cast<std::int64_t>(next))).month) + 1;
  for (std::int64_t year = first_year; year <= last_year; ++year) {
    if (year == year_of(day.month)) continue;
    const std::int64_t month = day.month + (year - year_of(day.month)) * kMonthsOfYear;
    const TimeNs meant = MidnightOf(month, day.day) + day.clock;
    const std::int64_t index = IndexOfGrid(known.grid, meant);
    const std::int64_t place = index == kOffGrid ? -1 : index - n;
    if (place < 0 || place > static_cast<std::int64_t>(next) || known.grid.At(index) != meant) continue;
    const auto at = static_cast<std::size_t>(place);
    if (at < next && !std::isnan(placed.values[at])) continue;
    return fmt::format(
        "its last new value lies {} steps behind the one before it, and is of a day that is missing in the year {}: "
        "mend its year, send it together with the next ones, or train again",
        places.back() - next + 1, year);
  }
  return {};
}

}  // namespace fitd
