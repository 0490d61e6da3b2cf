#include "daemon/update/new_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/fit/target_history.h"
#include "common/series/lone_outlier.h"
#include "common/series/observations.h"
#include "common/series/sentinel_search.h"
#include "common/series/step.h"
#include "common/time_units.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/times/grid.h"
#include "daemon/update/placing_doubts.h"

namespace fitd {
namespace {

// A gap longer than the series and than this many points is not a gap: what follows is another series. Chosen, not
// measured.
constexpr std::uint64_t kLongestGap = 1000;
// More values than kMostMerged, and more than one in kMergedShare, at points that have one already mean that the data
// have a shorter step. For comparison, the hour that comes twice in autumn is one in 25.
constexpr std::uint64_t kMostMerged = 1;
constexpr std::uint64_t kMergedShare = 10;
// As many values off the days or hours of a step, and more than one in kOffGridShare, mean that it has changed. As in
// training, where they are lost rows.
constexpr std::uint64_t kMostOffGrid = 3;
constexpr std::uint64_t kOffGridShare = 10;
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

  // A time on the clock of grids of `step`, on that of the known series.
  TimeNs Of(TimeNs time, const Step& step) {
    if (!zone_ || step.counts_days() == days_) return time;
    return days_ ? zone_->ToWall(time) : zone_->ToUtc(time);
  }

  // How much later the same clock time occurs again; 0: it is not ambiguous.
  std::int64_t RepeatedBy(TimeNs time) { return naive_ ? zone_->RepeatedBy(time) : 0; }

 private:
  std::optional<ZoneClock> zone_;
  bool days_;
  bool naive_ = false;
};

// The observed values, at times on the clock of the known series. When the data begin in the hour that a clock shows
// twice, at a time that is known with another value, they are taken to be in the second such hour.
std::vector<TimedValue> OnItsClock(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules,
                                   const std::optional<TargetHistory>& history) {
  Clocks clocks(known.grid.step, rules);
  const auto n = static_cast<std::int64_t>(known.num_values);
  std::vector<TimedValue> values;
  const Observations rows(observed.rows);
  const std::size_t count = rows.size() > 0 ? rows.size() : observed.values.size();
  for (std::size_t i = 0; i < count; ++i) {
    const double value = rows.size() > 0 ? rows.value(i) : observed.values[i];
    const TimeNs time = rows.size() > 0 ? rows.time(i) : observed.grid.At(static_cast<std::int64_t>(i));
    if (!std::isnan(value)) values.push_back({clocks.Of(time, observed.grid.step), value});
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
    const auto back = static_cast<std::uint64_t>(n - 1 - index);
    if (history.Differs(one.value, back) && !history.WasMissing(back)) values.emplace_back(n - 1 - index, one.value);
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

// Fills missing points of `values`, the first of which is point `first` of the grid, with zeros up to zero_until, or up
// to the last of them, but for those of periods whose rows were left out. Returns how many have a value.
std::uint64_t FillWithZeros(const TimeGrid& grid, std::uint64_t first, const PlacingRules& rules,
                            std::uint64_t longest_gap, std::vector<double>& values) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<std::int64_t>(first);
  Clocks clocks(grid.step, rules);
  const std::int64_t last =
      rules.zero_until ? LastIndexBy(grid, clocks.FromUtc(*rules.zero_until)) : std::int64_t{kOffGrid};
  if (last != kOffGrid && last >= n && static_cast<std::uint64_t>(last - n) < values.size() + longest_gap)
    values.resize(std::max(values.size(), static_cast<std::size_t>(last - n + 1)), kMissing);
  std::vector<std::size_t> parts;
  for (const TimeNs time : rules.part_periods) {
    const std::int64_t index = IndexOfGrid(grid, clocks.FromUtc(time));
    const bool among = index != kOffGrid && index >= n && static_cast<std::uint64_t>(index - n) < values.size();
    if (among && std::isnan(values[static_cast<std::size_t>(index - n)])) {
      parts.push_back(static_cast<std::size_t>(index - n));
    }
  }
  for (double& v : values) v = std::isnan(v) ? 0.0 : v;
  for (const std::size_t place : parts) values[place] = kMissing;
  const std::size_t missing = parts.size();
  std::size_t behind = 0;
  for (; !values.empty() && std::isnan(values.back()); ++behind) values.pop_back();
  return values.size() + behind - missing;
}

std::uint64_t LongestGap(const KnownSeries& known) {
  return std::max(known.num_values, kLongestGap);
}

// Puts `values` onto the grid of the known ones: those behind their end into placed.values, with NaN between them;
// those of known times are compared with `history`, but for `missing`, which the training took out. The reason why they
// cannot be placed; empty: they are.
std::string PlaceOnGrid(std::span<const TimedValue> values, const KnownSeries& known,
                        const std::optional<TargetHistory>& history, std::optional<double> missing,
                        const PlacingRules& rules, NewValues& placed) {
  const auto n = static_cast<std::int64_t>(known.num_values);
  const std::uint64_t longest_gap = LongestGap(known);
  std::uint64_t left_out = 0;  // points of longer gaps
  for (const auto& [time, value] : values) {
    const std::int64_t index = IndexOfGrid(known.grid, time);
    if (index == kOffGrid) {
      ++placed.off_grid;
      continue;
    }
    if (index < n) {
      ++(index < 0 ? placed.earlier : placed.known);
      if (index < 0 || !history || missing == value) continue;
      const auto back = static_cast<std::uint64_t>(n - 1 - index);
      if (history->WasMissing(back)) {
        ++placed.late;
      } else if (history->Differs(value, back).value_or(false)) {
        ++placed.corrections;
        if (!placed.first_correction) placed.first_correction = known.grid.At(index);
      }
      continue;
    }
    auto place = static_cast<std::uint64_t>(index - n) - left_out;
    if (rules.any_gap && place > placed.values.size() + longest_gap) {
      left_out += place - placed.values.size();
      place = placed.values.size();
    }
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
  if (placed.off_grid > kMostOffGrid && kOffGridShare * placed.off_grid > values.size()) {
    return fmt::format(
        "{} of its {} values are of days or hours that its step, {}, has none of: leave them out, or train again",
        placed.off_grid, values.size(), FormatStep(known.grid.step));
  }
  if (placed.merged > kMostMerged && kMergedShare * placed.merged > placed.merged + placed.observed) {
    return fmt::format(
        "{} of its {} new values are at times of its step that have one already: put them together as the training did "
        "(--frequency, --aggregate), or train again",
        placed.merged, placed.merged + placed.observed);
  }
  return {};
}

// The index of each row of `observed`, of which `values` are those that have one, moved to the clock of the known ones.
std::vector<std::int64_t> PlacesOfRows(const SeriesView& observed, std::span<const TimedValue> values,
                                       const KnownSeries& known, const PlacingRules& rules) {
  Clocks clocks(known.grid.step, rules);
  const Observations rows(observed.rows);
  std::vector<std::int64_t> places;
  places.reserve(rows.size());
  for (std::size_t i = 0, next = 0; i < rows.size(); ++i) {
    const bool missing = std::isnan(rows.value(i));
    const TimeNs time = missing ? clocks.Of(rows.time(i), observed.grid.step) : values[next++].time;
    places.push_back(IndexOfGrid(known.grid, time));
  }
  return places;
}

}  // namespace

NewValues PlaceValues(const SeriesView& observed, const KnownSeries& known, const PlacingRules& rules,
                      std::vector<std::int64_t>* places) {
  NewValues placed;
  placed.problem = ProblemOfSteps(observed, known.grid.step, known.grid.start, rules);
  if (!placed.problem.empty()) return placed;
  const std::optional<TargetHistory> history = DecodeHistory(known.history);
  const std::optional<std::size_t> outlier = LoneOutlier(observed.values);  // training takes it as missing
  const std::optional<double> missing = outlier ? std::optional(observed.values[*outlier]) : std::nullopt;
  std::vector<TimedValue> values = OnItsClock(observed, known, rules, history);
  if (rules.tells_utc) {
    std::vector<TimeNs> times;
    times.reserve(values.size());
    for (const TimedValue& one : values) times.push_back(one.time);
    placed.clock_change = ClockChange(times, known.grid);
  }
  for (TimedValue& one : values) {
    const std::int64_t index = IndexOfGrid(known.grid, one.time);
    if (index == kOffGrid || known.grid.At(index) != one.time) one.time -= placed.clock_change;
  }
  if (places != nullptr) *places = PlacesOfRows(observed, values, known, rules);
  placed.problem = OffItsPoints(values, known, rules);
  if (placed.problem.empty()) placed.problem = PlaceOnGrid(values, known, history, missing, rules, placed);
  if (placed.problem.empty() && history) {
    placed.problem = Contradiction(values, known, *history, missing, placed.corrections);
  }
  const bool zeros = rules.zero_until || rules.zero_inside;
  if (placed.problem.empty()) {
    placed.problem = OfOtherYear(values, known, placed);
    placed.other_year = !placed.problem.empty();
  }
  if (placed.problem.empty() && !zeros) placed.problem = CoarserThanStep(placed);
  if (!placed.problem.empty()) {
    placed.values.clear();
    placed.observed = 0;
    return placed;
  }
  if (zeros) {
    placed.observed = FillWithZeros(known.grid, known.num_values, rules, LongestGap(known), placed.values);
  }
  if (history && !rules.keep_outliers) TakeOutliersOut(known, *history, placed);
  placed.restated =
      placed.corrections + placed.late == 0 && history && FittedPartDiffers(observed, known, *history, outlier);
  return placed;
}

std::vector<double> WithZeros(const SeriesView& observed, const PlacingRules& rules) {
  if ((!rules.zero_until && !rules.zero_inside) || observed.grid.step.count == 0) return {};
  std::vector<double> values(observed.values.begin(), observed.values.end());
  FillWithZeros(observed.grid, 0, rules, std::max<std::uint64_t>(values.size(), kLongestGap), values);
  return values;
}

}  // namespace fitd
