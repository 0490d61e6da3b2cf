#include "daemon/update/new_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/fit/target_history.h"
#include "common/series/lone_outlier.h"
#include "common/series/sentinel_search.h"
#include "common/series/step.h"
#include "common/time_units.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

// A gap longer than the series and than this many points is not a gap: what follows is another series. Chosen, not
// measured.
constexpr std::uint64_t kLongestGap = 1000;
// More values than kMostMerged, and more than one in kMergedShare, at points that have one already mean that the data
// have a shorter step. For comparison, the hour that comes twice in autumn is one in 25.
constexpr std::uint64_t kMostMerged = 1;
constexpr std::uint64_t kMergedShare = 10;
// Values needed to tell what is far from them, as in training.
constexpr std::uint64_t kFewestToJudge = 8;

// Converts times of the data to the clock of a known series: local time of the zone for steps that count days, else
// UTC. The step found for a row or two may be wrong, so both directions occur.
class Clocks {
 public:
  Clocks(const Step& known, const PlacingRules& rules) : days_(known.counts_days()) {
    if (rules.zone) zone_.emplace(rules.zone);
    naive_ = zone_ && rules.naive && !days_;
  }

  TimeNs FromUtc(TimeNs time) { return zone_ && days_ ? zone_->ToWall(time) : time; }

  // Time of point `i` of a grid, on the clock of the known series.
  TimeNs At(const TimeGrid& grid, std::size_t i) {
    const TimeNs time = grid.At(static_cast<std::int64_t>(i));
    if (!zone_ || grid.step.counts_days() == days_) return time;
    return days_ ? zone_->ToWall(time) : zone_->ToUtc(time);
  }

  // How much later the same clock time occurs again; 0: it is not ambiguous.
  std::int64_t RepeatedBy(TimeNs time) { return naive_ ? zone_->RepeatedBy(time) : 0; }

 private:
  std::optional<ZoneClock> zone_;
  bool days_;
  bool naive_ = false;
};

// One time and value.
struct TimedValue {
  TimeNs time = 0;
  double value = 0;
};

// The observed values, at times on the clock of the known series. When the data begin in the hour that a clock shows
// twice, at a time that is known with another value, they are taken to be in the second such hour.
std::vector<TimedValue> OnItsClock(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules,
                                   const std::optional<TargetHistory>& history) {
  Clocks clocks(known.grid.step, rules);
  const auto n = static_cast<std::int64_t>(known.num_values);
  std::vector<TimedValue> values;
  for (std::size_t i = 0; i < observed.values.size(); ++i) {
    if (!std::isnan(observed.values[i])) values.push_back({clocks.At(observed.grid, i), observed.values[i]});
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t later = clocks.RepeatedBy(values[i].time);
    if (later <= 0) break;
    const TimeNs second = values[i].time + later;
    const auto has_second = [second](const TimedValue& one) { return one.time == second; };
    const std::int64_t index = IndexOfGrid(known.grid, values[i].time);
    if (index < 0 || index >= n || IndexOfGrid(known.grid, second) < n) break;
    const auto back = static_cast<std::uint64_t>(n - 1 - index);
    const bool differs = history && history->Differs(values[i].value, back).value_or(false);
    if (i == 0 && (!differs || std::any_of(values.begin(), values.end(), has_second))) break;
    values[i].time = second;
  }
  return values;
}

// True when `observed` contains the whole part that the models were fitted to, without gaps, and its values differ from
// those then.
bool FittedPartDiffers(const SeriesView& observed, const KnownSeries& known, const TargetHistory& history,
                       std::optional<std::size_t> outlier) {
  const std::uint64_t fitted = history.fitted_values;
  if (!(observed.grid == known.grid) || fitted == 0 || observed.values.size() < fitted) return false;
  const std::span<const double> values = observed.values.first(fitted);
  if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); }))
    return false;  // gaps were filled then
  if (outlier && *outlier < fitted) return false;
  const std::uint64_t then = history.fitted_fingerprint != 0 ? history.fitted_fingerprint : known.fingerprint;
  return FingerprintTarget({known.id, values, known.grid}) != then;
}

// Why values that contradict the known ones are of another clock or unit; empty: they are corrections.
std::string Contradiction(std::span<const TimedValue> observed, const KnownSeries& known, const TargetHistory& history,
                          std::optional<double> outlier, std::uint64_t corrections) {
  constexpr std::uint64_t kFewest = 8;
  constexpr std::uint64_t kFewestApart = 4;
  constexpr int kMostSteps = 26;  // a day of hours and two more
  const auto n = static_cast<std::int64_t>(known.num_values);
  std::vector<std::pair<std::int64_t, double>> values;  // steps back from the last known point, and the value
  for (const TimedValue& one : observed) {
    if (outlier == one.value) continue;
    const std::int64_t index = IndexOfGrid(known.grid, one.time);
    if (index < 0 || index >= n) continue;  // negative also when off the grid
    if (history.Differs(one.value, static_cast<std::uint64_t>(n - 1 - index)))
      values.emplace_back(n - 1 - index, one.value);
  }
  if (corrections < kFewestApart || 10 * corrections < 9 * values.size()) return {};
  const auto few = static_cast<std::size_t>(kFewest);
  for (int shift = -kMostSteps; shift <= kMostSteps; ++shift) {
    std::size_t compared = 0;
    std::size_t same = 0;
    for (const auto& [back, value] : values) {
      if (back + shift < 0) continue;
      const std::optional<bool> differs = history.Differs(value, static_cast<std::uint64_t>(back + shift));
      compared += differs ? 1 : 0;
      same += differs == false ? 1 : 0;
    }
    if (compared >= few && 10 * same >= 9 * compared) {
      return fmt::format(
          "{} of {} values that it has in common with what is known differ, and are those of {} {} {}: say whose clock "
          "the times are on with --timezone, or train again",
          corrections, values.size(), std::abs(shift), std::abs(shift) == 1 ? "step" : "steps",
          shift > 0 ? "before" : "later");
    }
  }
  const bool apart = std::all_of(values.begin(), values.end(), [&](const auto& v) {
    return v.second > history.most_read || v.second < history.least_read;
  });
  if (!apart || !(history.least_read < history.most_read)) return {};
  return fmt::format(
      "{} of {} values that it has in common with what is known differ, and all are outside of what it ever was: write "
      "them in its unit, or train again",
      corrections, values.size());
}

// Why the new values have longer periods than the step; empty: they do not. Missing points before the first do not
// count.
std::string CoarserThanStep(const NewValues& placed) {
  constexpr std::uint64_t kFewest = 3;
  constexpr std::uint64_t kFewestInTwos =
      6;  // if every other point is missing, as many values are needed to rule out chance
  const auto first = std::find_if(placed.values.begin(), placed.values.end(), [](double v) { return !std::isnan(v); });
  const auto points = static_cast<std::uint64_t>(placed.values.end() - first);
  const bool in_twos = placed.observed >= kFewestInTwos && points == 2 * placed.observed - 1 &&
                       std::adjacent_find(first, placed.values.end(), [](double a, double b) {
                         return std::isnan(a) == std::isnan(b);
                       }) == placed.values.end();
  if (placed.observed < kFewest || (points < 2 * placed.observed && !in_twos)) return {};
  return fmt::format(
      "{} new values lie {} steps apart, so that most between them would be missing: put the rows of its step together "
      "as the training did, mend their times, or train again",
      placed.observed, (points - 1) / (placed.observed - 1));
}

// Marks impossible new readings as missing. After one the range of values read has grown, so that a second such value
// counts as data, unless it is a usual code for missing values.
void TakeOutliersOut(const KnownSeries& known, const TargetHistory& history, NewValues& placed) {
  SeenRange seen{history.least_read, history.most_read, known.num_values};
  for (std::size_t i = 0; i < placed.values.size(); ++i) {
    double& value = placed.values[i];
    if (std::isnan(value)) continue;
    const double read = value;
    const bool many = seen.count >= kFewestToJudge && seen.least < seen.most;
    const bool sentinel = many && IsSentinelBeyond(read, seen.least, seen.most);
    if (sentinel || IsLoneOutlier(read, seen)) {
      placed.outliers.push_back({known.grid.At(static_cast<std::int64_t>(known.num_values + i)), read});
      value = std::numeric_limits<double>::quiet_NaN();
      --placed.observed;
    }
    if (sentinel) continue;
    seen = {std::min(seen.least, read), std::max(seen.most, read), seen.count + 1};
  }
}

bool CountsWeeks(const Step& step) {
  if (step.weekdays() != 0) return !step.session() && std::has_single_bit(step.weekdays());
  return !step.months() && !step.on_dates() && step.nanoseconds() % (7 * kNsPerDay) == 0;
}

// Fills missing points with zeros up to `until`.
void FillWithZeros(const KnownSeries& known, TimeNs until, std::uint64_t longest_gap, NewValues& placed) {
  const auto n = static_cast<std::int64_t>(known.num_values);
  std::int64_t last = IndexOfGrid(known.grid, until);
  if (last != kOffGrid && known.grid.At(last) > until) --last;  // its time has not come
  if (last != kOffGrid && last >= n && static_cast<std::uint64_t>(last - n) < placed.values.size() + longest_gap)
    placed.values.resize(std::max(placed.values.size(), static_cast<std::size_t>(last - n + 1)), 0.0);
  for (double& v : placed.values) v = std::isnan(v) ? 0.0 : v;
  placed.observed = placed.values.size();
}

// Why new values with times of this form, or put together in these steps, are none of a target; empty: they may be.
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

// Why times that all lie off the points of a step of days or weeks by the same distance cannot be placed: the earlier
// point contains them, but days that begin at 23:00 of the day before, or weeks called by their first day where they
// were called by their last one, are meant for the later one. Empty: they are on the points, or on changing sides.
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

// Puts `values` onto the grid of the known ones: those behind their end into placed.values, with NaN between them;
// those of known times are compared with `history`, but for `missing`, which the training took out. The reason why they
// cannot be placed; empty: they are.
std::string PlaceOnGrid(std::span<const TimedValue> values, const KnownSeries& known,
                        const std::optional<TargetHistory>& history, std::optional<double> missing,
                        std::uint64_t longest_gap, NewValues& placed) {
  const auto n = static_cast<std::int64_t>(known.num_values);
  for (const auto& [time, value] : values) {
    const std::int64_t index = IndexOfGrid(known.grid, time);
    if (index == kOffGrid) {
      ++placed.off_grid;
      continue;
    }
    if (index < n) {
      ++(index < 0 ? placed.earlier : placed.known);
      if (index < 0 || !history || missing == value) continue;
      if (history->Differs(value, static_cast<std::uint64_t>(n - 1 - index)).value_or(false)) {
        ++placed.corrections;
        if (!placed.first_correction) placed.first_correction = known.grid.At(index);
      }
      continue;
    }
    const auto place = static_cast<std::uint64_t>(index - n);
    if (place > placed.values.size() + longest_gap) {
      return fmt::format("its new values begin {} steps after its last one; train again", place - placed.values.size());
    }
    if (known.grid.At(index) != time) ++placed.snapped;
    if (place >= placed.values.size()) {
      placed.values.resize(place + 1, std::numeric_limits<double>::quiet_NaN());
      ++placed.observed;
    } else {
      ++placed.merged;
    }
    placed.values[place] = value;
  }
  if (placed.merged > kMostMerged && kMergedShare * placed.merged > placed.merged + placed.observed) {
    return fmt::format(
        "{} of its {} new values are at times of its step that have one already: put them together as the training did "
        "(--frequency, --aggregate), or train again",
        placed.merged, placed.merged + placed.observed);
  }
  return {};
}

}  // namespace

NewValues PlaceValues(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules) {
  NewValues placed;
  placed.problem = ProblemOfSteps(observed, known.grid.step, known.grid.start, rules);
  if (!placed.problem.empty()) return placed;
  const std::optional<TargetHistory> history = DecodeHistory(known.history);
  const std::uint64_t longest_gap = std::max(known.num_values, kLongestGap);
  const std::optional<std::size_t> outlier = LoneOutlier(observed.values);  // training takes it as missing
  const std::optional<double> missing = outlier ? std::optional(observed.values[*outlier]) : std::nullopt;
  std::vector<TimedValue> values = OnItsClock(observed, known, rules, history);
  if (rules.tells_utc) {
    std::vector<TimeNs> times;
    times.reserve(values.size());
    for (const TimedValue& one : values) times.push_back(one.time);
    placed.clock_change = ClockChange(times, known.grid);
  }
  for (TimedValue& one : values) one.time -= placed.clock_change;
  placed.problem = OffItsPoints(values, known, rules);
  if (placed.problem.empty()) placed.problem = PlaceOnGrid(values, known, history, missing, longest_gap, placed);
  if (placed.problem.empty() && history) {
    placed.problem = Contradiction(values, known, *history, missing, placed.corrections);
  }
  if (placed.problem.empty() && !rules.zero_until) placed.problem = CoarserThanStep(placed);
  if (!placed.problem.empty()) {
    placed.values.clear();
    placed.observed = 0;
    return placed;
  }
  if (rules.zero_until) {
    FillWithZeros(known, Clocks(known.grid.step, rules).FromUtc(*rules.zero_until), longest_gap, placed);
  }
  if (history && !rules.keep_outliers) TakeOutliersOut(known, *history, placed);
  if (placed.corrections == 0 && history && FittedPartDiffers(observed, known, *history, outlier)) ++placed.corrections;
  return placed;
}

}  // namespace fitd
