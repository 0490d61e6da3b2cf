#include "daemon/times/lay_series.h"

#include <algorithm>

#include "daemon/times/calendar_steps.h"
#include "daemon/times/civil_day.h"
#include "daemon/times/grid_plan.h"
#include "daemon/times/step_choice.h"

namespace fitd {

void PeriodsSeen::Add(const PeriodsSeen& other) {
  if (other.open) open = open ? std::min(*open, *other.open) : *other.open;
  if (other.shares) {
    if (!shares) shares.emplace();
    *shares = {std::max(shares->from_first, other.shares->from_first),
               std::max(shares->to_last, other.shares->to_last)};
  }
  parts.insert(other.parts.begin(), other.parts.end());
}

SeriesLayer::SeriesLayer(const SeriesRules& rules) : rules_(rules) {
  if (rules.zone) clock_ = std::make_unique<ZoneClock>(rules.zone);
}

// An hour that the clock shows twice is parsed as the first one. Rows in it that go back in time are of the second one.
void SeriesLayer::TellRepeatedHours(std::vector<Observation>& rows) {
  TimeNs before = INT64_MIN;
  for (Observation& row : rows) {
    if (row.time <= before && before - row.time <= kNsPerDay / 8) {
      const std::int64_t back = clock_->RepeatedBy(row.time);
      if (back > 0 && row.time + back > before) row.time += back;
    }
    before = row.time;
  }
}

std::vector<Observation> SeriesLayer::OnTheWall(const std::vector<Observation>& utc) {
  std::vector<Observation> wall;
  wall.reserve(utc.size());
  const auto clock_of = [](TimeNs time) { return time - DayOf(time) * kNsPerDay; };
  const std::int64_t usual = clock_of(clock_->ToWall(utc.back().time));
  std::size_t others = 0;  // rows at another time of day
  for (const Observation& o : utc) {
    TimeNs time = clock_->ToWall(o.time);
    if (rules_.other_offset && clock_of(time) != usual && clock_of(o.time + *rules_.other_offset) == usual) {
      time = o.time + *rules_.other_offset;
    }
    others += clock_of(time) != usual ? 1 : 0;
    wall.push_back({time, o.value});
  }
  // Only days have a usual time: of hours, one of each day would be moved onto the next one.
  if (10 * others > utc.size()) {
    for (std::size_t i = 0; i < utc.size(); ++i) wall[i].time = clock_->ToWall(utc[i].time);
  }
  return wall;
}

Frequency SeriesLayer::ChooseFrequency(const std::vector<Observation>& utc, const Step& known) {
  if (rules_.frequency.step.count != 0) return rules_.frequency;
  if (known.count != 0) return {known};
  bool clear = false;
  const Step usual = MostCommonStep(utc, &clear);
  const bool by_the_clock = clear && !usual.counts_days();
  Step in_utc;
  if (!clock_ || by_the_clock) {
    in_utc = InferStep(utc);
    // With many holes it may be a session, whose hours are those of a place.
    const bool holes = PointsBetween(utc.front().time, utc.back().time, usual) * 10 > utc.size() * 11;
    if (!clock_) return {OnDaysOfAll(in_utc, utc, rules_.weekdays)};
    if (!in_utc.counts_days() && !holes) return {in_utc};
  }
  std::vector<Observation> wall = OnTheWall(utc);
  GridCounts ignored;
  SortAndDeduplicate(wall, ignored);
  const Step step = InferStep(wall);
  if (!step.counts_days() && by_the_clock && !in_utc.counts_days()) return {in_utc};
  return {OnDaysOfAll(step, wall, rules_.weekdays)};
}

// Means and the like of a part of a period are estimates of the whole, which sums are not; but `strict` counts them
// too.
void SeriesLayer::Aggregated(std::vector<Observation>& rows, bool strict, GridCounts& counts) {
  const Frequency& frequency = rules_.frequency;
  const Step& step = frequency.step;
  if (clock_ && step.counts_days()) rows = OnTheWall(rows);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Observation& a, const Observation& b) { return a.time < b.time; });
  periods_ = {};
  periods_.shares = UsualShares(rows, frequency);
  if (strict || rules_.aggregate == Aggregate::kSum || rules_.aggregate == Aggregate::kCount) {
    PartRules parts = rules_.parts;
    parts.data = {OnClockOf(step, parts.data.first), OnClockOf(step, parts.data.last)};
    parts.strict = strict;
    const PartsFound found = DropPartsOfPeriods(rows, frequency, parts, counts);
    if (found.last) periods_.open = ToUtc(step, *found.last);
    for (const std::optional<TimeNs>& begin : {found.first, found.last}) {
      if (begin) periods_.parts.insert(ToUtc(step, LabelOfPeriod(*begin, frequency)));
    }
  }
  if (rows.empty()) return;
  const TimeNs last = PeriodBegin(rows.back().time, frequency);
  for (auto row = rows.rbegin(); row != rows.rend() && row->time >= last; ++row) ++periods_.rows_of_last;
  rows = AggregateRows(rows, frequency, rules_.aggregate);
}

void SeriesLayer::PutTogether(std::vector<Observation>& rows, GridCounts& counts) {
  if (clock_ && rules_.naive) TellRepeatedHours(rows);
  Aggregated(rows, true, counts);
  for (Observation& row : rows) row.time = ToUtc(rules_.frequency.step, row.time);
}

void SeriesLayer::Sort(std::vector<Observation>& rows, GridCounts& counts) {
  if (clock_ && rules_.naive) TellRepeatedHours(rows);
  SortAndDeduplicate(rows, counts);
}

void SeriesLayer::PutOnClockOf(const Step& step, std::vector<Observation>& rows) {
  if (clock_ && step.counts_days() && !rows.empty()) rows = OnTheWall(rows);
}

TimeNs SeriesLayer::OnClockOf(const Step& step, TimeNs utc) {
  return clock_ && step.counts_days() ? clock_->ToWall(utc) : utc;
}

TimeNs SeriesLayer::ToUtc(const Step& step, TimeNs on_clock) {
  return clock_ && step.counts_days() ? clock_->ToUtc(on_clock) : on_clock;
}

GridPlan SeriesLayer::Plan(std::vector<Observation>& observations, GridCounts& counts, const Step& known) {
  if (rules_.start) {
    const TimeGrid grid{*rules_.start, rules_.frequency.step};
    for (Observation& o : observations) o.time = grid.At(o.time - 1);
    SortAndDeduplicate(observations, counts);
    return PlanGrid(observations, rules_.frequency, counts, rules_.pauses);
  }
  if (rules_.until) {
    std::erase_if(observations, [&](const Observation& o) { return o.time > *rules_.until; });
    if (observations.empty()) return {};
  }
  if (rules_.aggregate != Aggregate::kNone) {
    if (clock_ && rules_.naive) TellRepeatedHours(observations);
    Aggregated(observations, rules_.parts.strict, counts);
    return observations.empty() ? GridPlan{} : PlanGrid(observations, rules_.frequency, counts, rules_.pauses);
  }
  Sort(observations, counts);
  const Frequency frequency = ChooseFrequency(observations, known);
  if (clock_ && frequency.step.counts_days()) {
    observations = OnTheWall(observations);
    SortAndDeduplicate(observations, counts);
  }
  PlaceOpenEnd(observations, frequency, counts);
  return PlanGrid(observations, frequency, counts, rules_.pauses);
}

}  // namespace fitd
