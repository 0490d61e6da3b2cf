#include "daemon/times/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "daemon/times/civil_day.h"
#include "daemon/times/step_choice.h"

namespace fitd {
namespace {

// The time of the point for the period that begins at `begin`.
TimeNs LabelOf(TimeNs begin, const Frequency& frequency) {
  const Step& step = frequency.step;
  if (step.months() && frequency.at_end) return MidnightOf(CivilDayOf(begin).month + step.count - 1, 31);
  if (!step.months() && frequency.weekday >= 0) return begin + step.count - kNsPerDay;  // W-SUN: weeks that end then
  return begin;
}

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

void DropPartsOfPeriods(std::vector<Observation>& rows, const Frequency& frequency, Aggregate how, GridCounts& counts) {
  constexpr double kWhole = 0.95;  // share of a period: a day of a month, an hour of a day may be missing
  constexpr std::size_t kFewest = 4;
  if (how != Aggregate::kSum && how != Aggregate::kCount) return;
  std::vector<Observation> times = rows;
  times.erase(std::unique(times.begin(), times.end(),
                          [](const Observation& a, const Observation& b) { return a.time == b.time; }),
              times.end());
  bool clear = false;
  const Step step = times.size() < kFewest ? Step{} : MostCommonStep(times, &clear);
  if (step.count <= 0 || !clear) return;
  std::vector<double> sizes;  // times in each period
  TimeNs period = PeriodBegin(times.front().time, frequency) - 1;
  for (const Observation& o : times) {
    const TimeNs begin = PeriodBegin(o.time, frequency);
    if (begin != period) sizes.push_back(0);
    period = begin;
    ++sizes.back();
  }
  // The usual number of times in a period: hours may be those of a shop, which opens late and closes early.
  const double of_first = sizes.front();
  const double of_last = sizes.back();
  double usual = std::max(of_first, of_last);
  if (sizes.size() > 2) {
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin() + 1, middle, sizes.end() - 1);
    usual = *middle;
  }
  const TimeNs first = PeriodBegin(times.front().time, frequency);
  const TimeNs last = PeriodBegin(times.back().time, frequency);
  const TimeNs before = TimeGrid{times.front().time, step}.At(-1);
  const TimeNs next = TimeGrid{times.back().time, step}.At(1);
  const auto is_whole = [&](TimeNs begin, TimeNs there, double size) {
    const auto length = static_cast<double>(TimeGrid{begin, frequency.step}.At(1) - begin);
    return static_cast<double>(there) >= kWhole * length || size >= kWhole * usual;
  };
  const TimeNs end = TimeGrid{last, frequency.step}.At(1);
  const TimeNs second = TimeGrid{first, frequency.step}.At(1);
  const bool begins_late = before >= first && !is_whole(first, second - times.front().time, of_first);
  const bool ends_early = next < end && !is_whole(last, next - last, of_last);
  const auto is_part = [&](const Observation& row) {
    const TimeNs begin = PeriodBegin(row.time, frequency);
    return (begins_late && begin == first) || (ends_early && begin == last);
  };
  if (std::all_of(rows.begin(), rows.end(), is_part)) return;
  counts.parts += std::erase_if(rows, is_part);
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
    out.push_back({LabelOf(begin, frequency), Combine(values, how)});
  }
  return out;
}

}  // namespace fitd
