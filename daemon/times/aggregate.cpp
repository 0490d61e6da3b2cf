#include "daemon/times/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "daemon/times/civil_day.h"
#include "daemon/times/step_choice.h"

namespace fitd {
namespace {

double Combine(std::vector<double>& values, Aggregate how) {
  if (how == Aggregate::kCount) return static_cast<double>(values.size());
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  double sum = 0;
  for (const double v : values) sum += v;
  switch (how) {
    case Aggregate::kSum:
      return sum;
    case Aggregate::kMean:
      return sum / static_cast<double>(values.size());
    case Aggregate::kFirst:
      return values.front();
    case Aggregate::kMin:
      return *std::min_element(values.begin(), values.end());
    case Aggregate::kMax:
      return *std::max_element(values.begin(), values.end());
    case Aggregate::kMedian:
      std::nth_element(values.begin(), half, values.end());
      return values.size() % 2 == 1 ? *half : (*half + *std::max_element(values.begin(), half)) / 2;
    default:
      return values.back();
  }
}

// The times of a target in one period.
struct Period {
  TimeNs begin = 0;
  TimeNs end = 0;  // where the next one begins
  TimeNs first = 0;
  TimeNs last = 0;
  std::size_t times = 0;  // that differ

  // How far into the period a time is: 0 at its beginning, 1 at its end.
  double ShareAt(TimeNs time) const { return static_cast<double>(time - begin) / static_cast<double>(end - begin); }
};

constexpr double kWholePeriod = 0.95;  // share of a period: a day of a month, an hour of a day may be missing
constexpr std::size_t kFewestForStep = 4;

std::vector<Observation> DistinctTimes(std::vector<Observation> rows) {
  rows.erase(std::unique(rows.begin(), rows.end(),
                         [](const Observation& a, const Observation& b) { return a.time == b.time; }),
             rows.end());
  return rows;
}

std::vector<Period> PeriodsOf(const std::vector<Observation>& rows, const Frequency& frequency) {
  std::vector<Period> periods;
  for (const Observation& row : rows) {
    const TimeNs begin = PeriodBegin(row.time, frequency);
    if (periods.empty() || periods.back().begin != begin) {
      periods.push_back({begin, TimeGrid{begin, frequency.step}.At(1), row.time, row.time, 1});
    } else if (row.time != periods.back().last) {
      periods.back().last = row.time;
      ++periods.back().times;
    }
  }
  return periods;
}

// The usual number of times in a period: hours may be those of a shop, which opens late and closes early.
double UsualTimes(const std::vector<Period>& periods) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 1; i + 1 < periods.size(); ++i) sizes.push_back(periods[i].times);
  if (sizes.empty()) return static_cast<double>(std::max(periods.front().times, periods.back().times));
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return static_cast<double>(*middle);
}

// True when times with a step that are missing from `from` to `to` are few beside all that a period holds, or those
// that are there as many as usual.
bool IsNearlyWhole(const std::vector<Period>& periods, const Period& period, TimeNs from, TimeNs to, const Step& step) {
  const auto missing = static_cast<double>(PointsBetween(from, to - 1, step));
  const auto all = static_cast<double>(PointsBetween(period.begin, period.end - 1, step));
  return missing <= (1 - kWholePeriod) * all || static_cast<double>(period.times) >= kWholePeriod * UsualTimes(periods);
}

// True when times with a step are there from the beginning of the first period.
bool IsWholeFrom(const std::vector<Period>& periods, const Step& step) {
  const Period& first = periods.front();
  const TimeNs before = TimeGrid{first.first, step}.At(-1);
  return before < first.begin || IsNearlyWhole(periods, first, first.begin, first.first, step);
}

// True when times with a step are there until the end of the last period.
bool IsWholeUntil(const std::vector<Period>& periods, const Step& step) {
  const Period& last = periods.back();
  const TimeNs next = TimeGrid{last.last, step}.At(1);
  return next >= last.end || IsNearlyWhole(periods, last, next, last.end, step);
}

double ShareFromFirst(const Period& period) {
  return 1 - period.ShareAt(period.first);
}

double ShareToLast(const Period& period) {
  return period.ShareAt(period.last);
}

// The share that nine tenths of the periods between the first and the last one reach; nullopt: fewer than `fewest`.
std::optional<double> UsualShare(const std::vector<Period>& periods, std::size_t fewest,
                                 double (*share)(const Period&)) {
  std::vector<double> shares;
  for (std::size_t i = 1; i + 1 < periods.size(); ++i) shares.push_back(share(periods[i]));
  if (shares.size() < fewest) return std::nullopt;
  const auto tenth = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 10);
  std::nth_element(shares.begin(), tenth, shares.end());
  return *tenth;
}

constexpr std::size_t kFewestPeriods = 3;

// The share of which a period that has less is a part, by what is usual.
double LeastShare(const std::vector<Period>& periods, double (*share)(const Period&), const PartRules& rules,
                  double PeriodShares::*earlier) {
  double least = rules.strict ? kWholePeriod : 0;
  if (rules.usual) least = (*rules.usual).*earlier;
  if (const std::optional<double> usual = UsualShare(periods, kFewestPeriods, share)) least = *usual;
  return std::min(least, kWholePeriod);
}

bool BeginsLate(const std::vector<Period>& periods, const PartRules& rules) {
  const Period& first = periods.front();
  return 1 - first.ShareAt(std::min(rules.data.first, first.first)) <
         LeastShare(periods, ShareFromFirst, rules, &PeriodShares::from_first);
}

bool EndsEarly(const std::vector<Period>& periods, const PartRules& rules) {
  const Period& last = periods.back();
  return last.ShareAt(std::max(rules.data.last, last.last)) <
         LeastShare(periods, ShareToLast, rules, &PeriodShares::to_last);
}

}  // namespace

std::optional<Aggregate> FindAggregate(std::string_view name) {
  constexpr std::pair<std::string_view, Aggregate> kNames[] = {
      {"", Aggregate::kNone},     {"sum", Aggregate::kSum},     {"mean", Aggregate::kMean},
      {"last", Aggregate::kLast}, {"first", Aggregate::kFirst}, {"min", Aggregate::kMin},
      {"max", Aggregate::kMax},   {"count", Aggregate::kCount}, {"median", Aggregate::kMedian}};
  for (const auto& [known, how] : kNames) {
    if (known == name) return how;
  }
  return std::nullopt;
}

TimeNs LabelOfPeriod(TimeNs begin, const Frequency& frequency) {
  const Step& step = frequency.step;
  if (step.months() && frequency.at_end) return MidnightOf(CivilDayOf(begin).month + step.count - 1, 31);
  if (!step.months() && frequency.weekday >= 0) return begin + step.count - kNsPerDay;  // W-SUN: weeks that end then
  return begin;
}

PartsFound DropPartsOfPeriods(std::vector<Observation>& rows, const Frequency& frequency, const PartRules& rules,
                              GridCounts& counts) {
  const std::vector<Period> periods = PeriodsOf(rows, frequency);
  const std::size_t times = std::accumulate(periods.begin(), periods.end(), std::size_t{0},
                                            [](std::size_t n, const Period& period) { return n + period.times; });
  bool clear = false;
  const Step step = times < kFewestForStep ? Step{} : MostCommonStep(DistinctTimes(rows), &clear);
  const bool steady = step.count > 0 && clear;
  // One or two periods do not show what is usual.
  const bool told = steady && (periods.size() > 2 || !rules.strict);
  bool begins_late = told ? !IsWholeFrom(periods, step) : BeginsLate(periods, rules);
  bool ends_early = told ? !IsWholeUntil(periods, step) : EndsEarly(periods, rules);
  // Times with a step show at least where nothing is missing.
  if (steady && !told) {
    begins_late = begins_late && TimeGrid{periods.front().first, step}.At(-1) >= periods.front().begin;
    ends_early = ends_early && TimeGrid{periods.back().last, step}.At(1) < periods.back().end;
  }
  PartsFound found;
  if (begins_late) found.first = periods.front().begin;
  if (ends_early) found.last = periods.back().begin;
  if (!begins_late && !ends_early) return found;
  const auto is_part = [&](const Observation& row) {
    const TimeNs begin = PeriodBegin(row.time, frequency);
    return begin == found.first || begin == found.last;
  };
  if (!rules.strict && std::all_of(rows.begin(), rows.end(), is_part)) return {};
  counts.parts += std::erase_if(rows, is_part);
  return found;
}

std::optional<PeriodShares> UsualShares(const std::vector<Observation>& rows, const Frequency& frequency) {
  constexpr std::size_t kFewestToTell = 10;
  const std::vector<Period> periods = PeriodsOf(rows, frequency);
  const std::optional<double> from_first = UsualShare(periods, kFewestToTell, ShareFromFirst);
  const std::optional<double> to_last = UsualShare(periods, kFewestToTell, ShareToLast);
  if (!from_first || !to_last) return std::nullopt;
  return PeriodShares{*from_first, *to_last};
}

std::vector<Observation> AggregateRows(const std::vector<Observation>& rows, const Frequency& frequency,
                                       Aggregate how) {
  std::vector<Observation> out;
  std::vector<double> values;
  for (std::size_t i = 0; i < rows.size();) {
    const TimeNs begin = PeriodBegin(rows[i].time, frequency);
    values.clear();
    // Months have no length of their own, so the next period is found row by row.
    const bool fixed = frequency.step.unit == Step::Unit::kNanosecond;
    const TimeNs end = fixed ? begin + frequency.step.count : begin;
    for (; i < rows.size(); ++i) {
      if (fixed ? rows[i].time >= end : PeriodBegin(rows[i].time, frequency) != begin) break;
      if (!std::isnan(rows[i].value)) values.push_back(rows[i].value);
    }
    out.push_back({LabelOfPeriod(begin, frequency), Combine(values, how)});
  }
  return out;
}

}  // namespace fitd
