#include "daemon/ingest/series_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "common/series/lone_outlier.h"
#include "common/series/observations.h"
#include "common/series/usual_season.h"
#include "common/time_units.h"
#include "daemon/rows/known_steps.h"
#include "daemon/rows/rarer_end.h"
#include "daemon/times/grid.h"
#include "daemon/times/grid_plan.h"

namespace fitd {

SeriesBuilder::SeriesBuilder(const IngestOptions& options, const SeriesRules& rules, const UnreadTargets& unread,
                             std::span<const std::uint32_t> inputs)
    : options_(options),
      rules_(rules),
      step_(rules.frequency.step),
      plain_(ShowsAll(options, rules)),
      unread_(unread),
      arena_(options.values_file.get()),
      layer_(rules),
      repairs_(LimitsOf(options)),
      repeated_(inputs) {}

bool SeriesBuilder::ShowsAll(const IngestOptions& options, const SeriesRules& rules) {
  return !rules.until && !rules.start && rules.aggregate == Aggregate::kNone && options.gaps != GapPolicy::kZero;
}

void SeriesBuilder::Finish(std::span<double> values, std::uint64_t rows, Frame::Entry& entry) {
  CountRead(values);
  Complete(values, entry);
  CountRepairs(rows, {}, entry);
}

void SeriesBuilder::Build(RowsOfTarget& rows, Frame::Entry& entry) {
  GridCounts counts;
  std::span<double> values = LayRegular(rows, &entry.grid);
  if (values.empty()) {
    values = LayAny(rows, entry, counts);
  } else {
    CountRead(values);
  }
  Complete(values, entry);
  CountRepairs(rows.count(), counts, entry);
  if (options_.gaps != GapPolicy::kZero || entry.size == 0) return;
  tails_.Add(entry, room_.subspan(static_cast<std::size_t>(entry.values - room_.data())),
             layer_.periods().rows_of_last);
}

void SeriesBuilder::AddTo(IngestReport& report) const {
  report.unordered_rows += counts_.unordered;
  report.duplicates += counts_.duplicates;
  report.clock_back += counts_.clock_back;
  report.snapped += counts_.snapped;
  report.merged += counts_.merged;
  report.stray += counts_.stray;
  report.parts += counts_.parts;
  PeriodsSeen periods{{}, report.usual_shares, 0, std::move(report.part_periods)};
  periods.Add(periods_);
  report.usual_shares = periods.shares;
  report.part_periods = std::move(periods.parts);
  report.lost += counts_.lost;
  report.gaps_filled += gaps_;
  report.zeros_filled += zeros_;
  if (outliers_ > 0 && (report.outliers == 0 || first_outlier_.id < report.first_outlier.id)) {
    report.first_outlier = first_outlier_;
  }
  report.outliers += outliers_;
}

// Lays rows that are in order of time and whose distances are multiples of the most common one; needs no sorting and no
// copy of the times. Returns an empty span, and drains nothing, when they are not like that.
std::span<double> SeriesBuilder::LayRegular(RowsOfTarget& rows, TimeGrid* grid) {
  std::int64_t step = 0;
  std::uint64_t regular = 0;
  for (const auto& [run, source] : rows.runs()) {
    if (run.count < 2) continue;
    if (step != 0 && run.step != step) return {};
    step = run.step;
    regular += run.count - 1;
  }
  if (!plain_ || CountsLocalDays(rules_, step)) return {};
  const bool other_step = step_.count != 0 && step_ != Step{Step::Unit::kNanosecond, step};
  if (step == 0 || step >= kMonthLike || other_step || MayBeOnDaysOfAll(rules_, step) ||
      regular < rows.runs().size() - 1)
    return {};
  // A row alone behind a long gap may have another year than was meant.
  constexpr std::int64_t kLongGap = 12;
  if (const auto& runs = rows.runs(); step >= kNsPerDay && runs.size() > 1) {
    const TimeRun& first = runs.front().time;
    const TimeRun& end = runs.back().time;
    const std::int64_t before = first.count == 1 ? SaturatedDistance(first.start, runs[1].time.start) : 0;
    const std::int64_t behind = end.count == 1 ? SaturatedDistance(runs[runs.size() - 2].time.last(), end.start) : 0;
    if (before / step > kLongGap || behind / step > kLongGap) return {};
  }
  const TimeNs start = rows.runs().front().time.start;
  TimeNs last = start;
  for (const auto& [run, source] : rows.runs()) {
    std::int64_t gap = 0;
    if (&run != &rows.runs().front().time) {
      if (__builtin_sub_overflow(run.start, last, &gap) || gap <= 0 || gap % step != 0) return {};
    }
    last = run.last();
  }
  const auto points =
      (static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(start)) / static_cast<std::uint64_t>(step) + 1;
  // A series with many holes may have another step: business days, hours of the day.
  if (points > MaxGridPoints(rows.count()) || (step_.count == 0 && points * 10 > rows.count() * 11)) return {};
  *grid = {start, {Step::Unit::kNanosecond, step}};
  const std::span<double> values = arena_.Take(points);
  std::size_t at = 0;
  TimeNs expected = start;
  rows.Drain([&](TimeNs time, double value) {
    for (; expected != time; expected += step) values[at++] = std::numeric_limits<double>::quiet_NaN();
    values[at++] = value;
    expected = static_cast<TimeNs>(static_cast<std::uint64_t>(time) + static_cast<std::uint64_t>(step));
  });
  return values;
}

// Rows keep their values, sorted by time. Those of a known target are also put on the clock of its grid.
void SeriesBuilder::KeepObservations(RowsOfTarget& rows, Frame::Entry& entry) {
  std::vector<Observation> observations;
  observations.reserve(rows.count());
  rows.Drain([&](TimeNs time, double value) {
    if (!rules_.until || time <= *rules_.until) observations.push_back({time, value});
  });
  if (observations.empty()) return;
  GridCounts counts, ignored;
  const std::size_t rows_read = observations.size();
  CountRead(observations);
  const bool named = rules_.aggregate != Aggregate::kNone;
  named ? layer_.PutTogether(observations, counts) : layer_.Sort(observations, counts);
  if (observations.empty()) return counts_.Add(counts);
  const std::span<double> packed = Packed(observations);
  entry.values = packed.data();
  entry.size = packed.size();
  Step step = KnownStep(entry.id);
  const bool known = step.count != 0;
  if ((named || known) && rules_.frequency.step.count != 0) step = rules_.frequency.step;
  if (known) {
    layer_.PutOnClockOf(step, observations);
    entry.rows = Packed(observations).data();
    entry.num_rows = observations.size();
  }
  entry.grid = {observations.front().time, step};
  if (step.count == 0) entry.grid.step = layer_.Plan(observations, ignored).grid.step;
  CountRepairs(rows_read, counts, entry);
}

std::span<double> SeriesBuilder::Packed(const std::vector<Observation>& rows) {
  const std::span<double> packed = arena_.Take(2 * rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) PackObservation(rows[i].time, rows[i].value, &packed[2 * i]);
  return packed;
}

// Everything else: unordered, duplicated, irregular, calendar steps.
std::span<double> SeriesBuilder::LayAny(RowsOfTarget& rows, Frame::Entry& entry, GridCounts& counts) {
  std::vector<Observation> observations;
  observations.reserve(rows.count());
  rows.Drain([&](TimeNs time, double value) { observations.push_back({time, value}); });
  CountRead(observations);
  repeated_.Look(entry.id, observations, rows.runs());
  if (rules_.aggregate != Aggregate::kNone) LookForSentinels(observations, entry.id);
  if (const Step known = KnownStep(entry.id); known.count != 0) return LayKnown(observations, known, entry, counts);
  GridPlan plan = layer_.Plan(observations, counts);
  if (plan.points == 0) return {};
  periods_.Add(layer_.periods());
  std::uint64_t points = plan.points;
  if (options_.gaps == GapPolicy::kZero && plan.grid.step.count != 0) {
    const std::int64_t last = IndexOfGrid(plan.grid, layer_.OnClockOf(plan.grid.step, rules_.parts.data.last));
    const auto most = static_cast<std::int64_t>(MostPointsWithPauses(rows.count()));
    if (last >= 0 && last < most) points = std::max(points, static_cast<std::uint64_t>(last) + 1);
  }
  room_ = arena_.Take(points);
  const std::span<double> values = room_.first(plan.points);
  LayOnGrid(observations, plan, values, counts);
  // When rows repeat times but the distinct times fill a grid, the step to suggest for aggregation is that of the grid.
  const bool repeats_alone = counts.duplicates > 0 && counts.merged == 0 && 4 * plan.points <= 5 * observations.size();
  finer_ = counts.merged > 0 ? FinerAtEnd(observations, plan.grid.step) : Step{};
  coarser_ = repeats_alone || finer_.count != 0 ? plan.grid.step : CoarserStep(observations, plan.grid.step);
  entry.grid = plan.grid;
  return values;
}

Step SeriesBuilder::KnownStep(std::string_view id) const {
  return options_.known_steps && !rules_.start ? options_.known_steps->Find(id) : Step{};
}

// An update places the rows of a known target on the grid of the store. A grid of these few alone, which may lie off
// that one or be cut at a night or an outage, is only what is said of them.
std::span<double> SeriesBuilder::LayKnown(std::vector<Observation>& rows, const Step& step, Frame::Entry& entry,
                                          GridCounts& counts) {
  const auto missing = [](const Observation& row) { return std::isnan(row.value); };
  if (rules_.aggregate == Aggregate::kNone) std::erase_if(rows, missing);
  if (rows.empty()) return {};
  const GridPlan plan = layer_.Plan(rows, counts, step);
  periods_.Add(layer_.periods());
  if (plan.points == 0) return {};
  counts.lost -= counts.stray;
  counts.stray = 0;
  entry.rows = Packed(rows).data();
  entry.num_rows = rows.size();
  const std::span<double> values = arena_.Take(plan.points);
  GridCounts ignored;
  LayOnGrid(rows, plan, values, ignored);
  entry.grid = plan.grid;
  return values;
}

// Rows that will be aggregated are searched before that, since aggregates hide the codes.
void SeriesBuilder::LookForSentinels(const std::vector<Observation>& rows, std::string_view id) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const Observation& row : rows) values.push_back(row.value);
  sentinels_.Look(id, values);
}

// Trims the ends and fills the gaps.
void SeriesBuilder::Complete(std::span<double> values, Frame::Entry& entry) {
  const auto has_value = [](double v) { return !std::isnan(v); };
  const auto first = std::find_if(values.begin(), values.end(), has_value);
  if (first == values.end()) {
    entry.size = 0;
    return;
  }
  auto last = values.end();
  const bool zeros = options_.gaps == GapPolicy::kZero || rules_.aggregate == Aggregate::kCount;
  if (rules_.aggregate == Aggregate::kNone) sentinels_.Look(entry.id, values);
  while (options_.gaps != GapPolicy::kZero && !has_value(last[-1])) --last;
  entry.grid.start = entry.grid.At(first - values.begin());
  values = {first, last};
  if (!zeros) values = OnOwnStep(values, entry);
  entry.values = values.data();
  entry.size = values.size();
  if (zeros) {  // a missing row means zero, so nothing is made up
    for (double& v : values) {
      if (has_value(v)) continue;
      v = 0;
      ++zeros_;
    }
    return;
  }
  const int season = options_.season_hint > 0 ? options_.season_hint : UsualSeason(entry.grid.step);
  const std::optional<GapRun> end = options_.keep_outliers ? std::nullopt : TakeOutlierOut(values, season, entry);
  if (step_.count == 0 && options_.gaps == GapPolicy::kAuto) {
    rarer_ = StepOfRarerEnd(values, entry.grid);
    rarer_before_ = rarer_.count == 0 ? StepOfRarerBegin(values, entry.grid) : Step{};
  }
  std::vector<GapRun> runs;
  std::uint64_t gaps = FillGaps(values, options_.gaps, season, &runs);
  if (options_.gaps == GapPolicy::kNone) {
    runs.clear();
    gaps = 0;
  }
  if (end) {
    runs.insert(end->first == 0 ? runs.begin() : runs.end(), *end);
    ++gaps;
  }
  if (gaps == 0) return;
  gaps_ += gaps;
  entry.gaps_filled = static_cast<std::uint32_t>(std::min<std::uint64_t>(gaps, UINT32_MAX));
  runs.shrink_to_fit();
  runs_->push_back(std::move(runs));
  entry.num_runs = static_cast<std::uint32_t>(runs_->back().size());
  entry.filled = runs_->back().data();
}

std::optional<GapRun> SeriesBuilder::TakeOutlierOut(std::span<double> values, int season, const Frame::Entry& entry) {
  const std::optional<std::size_t> place = LoneOutlier(values);
  if (!place) return std::nullopt;
  if (outliers_ == 0 || entry.id < first_outlier_.id) {
    first_outlier_ = {std::string(entry.id), entry.grid.At(static_cast<std::int64_t>(*place)), values[*place]};
  }
  ++outliers_;
  DropOutlier(values, *place, season);
  if (std::isnan(values[*place])) return std::nullopt;  // then it is filled like other gaps
  return GapRun{static_cast<std::uint32_t>(*place), 1};
}

void SeriesBuilder::CountRead(std::span<const double> values) {
  if (unread_.empty()) return;
  read_ =
      static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); }));
}

void SeriesBuilder::CountRead(std::span<const Observation> rows) {
  if (unread_.empty()) return;
  read_ = static_cast<std::uint64_t>(
      std::count_if(rows.begin(), rows.end(), [](const Observation& row) { return !std::isnan(row.value); }));
}

void SeriesBuilder::CountRepairs(std::uint64_t rows, const GridCounts& counts, Frame::Entry& entry) {
  counts_.Add(counts);
  const auto unread = unread_.find(entry.id);
  const bool any = unread != unread_.end();
  // Of rows, count only those with a value or an unreadable cell: empty cells could not be lost.
  if (any) rows = read_ + unread->second.cells;
  const RepairEntry repair{entry.id,
                           rows,
                           counts,
                           entry.size,
                           entry.gaps_filled,
                           entry.grid.step,
                           std::exchange(coarser_, {}),
                           std::exchange(finer_, {}),
                           std::exchange(rarer_, {}),
                           any ? &unread->second : nullptr,
                           std::exchange(rarer_before_, {})};
  entry.lost = static_cast<std::uint32_t>(std::min<std::uint64_t>(repair.lost(), UINT32_MAX));
  if (repair.lost() > 0 || entry.gaps_filled > 0) repairs_.Add(repair);
}

std::span<double> SeriesBuilder::OnOwnStep(std::span<double> values, Frame::Entry& entry) {
  constexpr std::size_t kFewest = 8;  // observations
  const bool free = rules_.frequency.step.count == 0 && !rules_.zone && plain_;
  if (!free || KnownStep(entry.id).count != 0 || entry.grid.step.count == 0) return values;
  const auto missing =
      static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }));
  if (missing * 5 < values.size() || values.size() - missing < kFewest) return values;
  std::vector<Observation> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) seen.push_back({entry.grid.At(static_cast<std::int64_t>(i)), values[i]});
  }
  GridCounts counts;
  const GridPlan plan = layer_.Plan(seen, counts);
  if (plan.grid.step == entry.grid.step || plan.points * 10 > seen.size() * 11) return values;
  const std::span<double> laid = arena_.Take(plan.points);
  LayOnGrid(seen, plan, laid, counts);
  if (counts.lost + counts.stray + counts.merged > 0) return values;
  entry.grid = plan.grid;
  return laid;
}

}  // namespace fitd
