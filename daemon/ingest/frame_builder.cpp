#include "daemon/ingest/frame_builder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <new>
#include <span>
#include <string>

#include "common/out_of_memory.h"
#include "common/series/gaps.h"
#include "common/series/observations.h"
#include "common/series/usual_season.h"
#include "common/thread_team.h"
#include "daemon/ingest/repair_log.h"
#include "daemon/rows/rows_of_target.h"
#include "daemon/rows/target_rows.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

constexpr std::int64_t kMonthLike = 28LL * 86'400 * 1'000'000'000;
constexpr std::size_t kBlockOfTargets = 256;
constexpr std::uint64_t kMostMovedPercent = 12;

// New blocks for the values that had to move; one thread's.
class OutputArena {
 public:
  std::span<double> Take(std::uint64_t count) {
    const std::size_t bytes = count * sizeof(double);
    if (bytes > kSlabBytes / 4) {
      Slab* const own = NewSlab(sizeof(Slab) + bytes);
      slabs_.push_back(own);
      return {own->begin(), count};
    }
    if (!slab_ || static_cast<std::uint64_t>(slab_->end() - next_) < count) {
      slab_ = NewSlab(kSlabBytes);
      slabs_.push_back(slab_);
      next_ = slab_->begin();
    }
    double* const begin = next_;
    next_ += count;
    return {begin, count};
  }
  void GiveTo(SlabOwner& owner) {
    for (Slab* slab : slabs_) owner.Add(slab);
    slabs_.clear();
  }

 private:
  std::vector<Slab*> slabs_;
  Slab* slab_ = nullptr;
  double* next_ = nullptr;
};

class FrameBuilder {
 public:
  FrameBuilder(const IngestOptions& options, const SeriesRules& rules, const std::atomic<bool>& stop)
      : options_(options),
        rules_(rules),
        step_(rules.frequency.step),
        plain_(!rules.until && !rules.start && rules.aggregate == Aggregate::kNone && options.gaps != GapPolicy::kZero),
        stop_(stop) {}

  void Run(std::vector<std::unique_ptr<TargetTable>>& tables, int threads);
  Result<Frame> Finish(std::vector<std::unique_ptr<TargetTable>>& tables, IngestReport& report);

 private:
  struct Worker {
    Worker(const SeriesRules& rules, const RepairLimits& limits) : layer(rules), repairs(limits) {}
    OutputArena arena;
    SeriesLayer layer;
    GridCounts counts;
    std::uint64_t gaps = 0;
    std::uint64_t zeros = 0;
    RepairLog repairs;
    std::shared_ptr<std::deque<std::vector<GapRun>>> runs = std::make_shared<std::deque<std::vector<GapRun>>>();
  };

  bool IsInPlace(const TargetRows& head) const;
  void DecideBlocks();
  void Work(Worker& worker);
  void BuildTarget(TargetRows* head, Worker& worker);
  bool CountsLocalDays(std::int64_t step) const {
    return rules_.zone && Step{Step::Unit::kNanosecond, step}.counts_days();
  }
  void FindCommonEnd();
  std::span<double> LayRegular(RowsOfTarget& rows, TimeGrid* grid, Worker& worker) const;
  void KeepObservations(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker) const;
  std::span<double> LayAny(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker, GridCounts& counts) const;
  void Complete(std::span<double> values, Frame::Entry& entry, Worker& worker) const;
  void CountRepairs(std::uint64_t rows, const GridCounts& counts, Frame::Entry& entry, Worker& worker) const;

  const IngestOptions& options_;
  const SeriesRules& rules_;
  Step step_;       // of all targets; count 0: each has its own
  bool plain_;      // all rows are shown as they are, so that values may stay where they are
  TimeNs end_ = 0;  // of all targets, when gaps are zeros
  const std::atomic<bool>& stop_;
  std::vector<TargetRows*> heads_;
  std::vector<Slab*> read_slabs_;
  std::vector<Frame::Entry> entries_;  // by rank
  std::vector<Worker> workers_;
  std::shared_ptr<SlabOwner> owner_ = std::make_shared<SlabOwner>();
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> out_of_memory_{false};
};

// One extent, one run: the values already are a series on a grid.
bool FrameBuilder::IsInPlace(const TargetRows& head) const {
  if (head.filled.sibling || head.runs || head.first != head.last) return false;
  const TimeRun& run = head.run;
  if (!plain_) return false;
  if (run.count == 1) return !rules_.zone;
  if (CountsLocalDays(run.step)) return false;
  if (step_.count != 0) return step_ == Step{Step::Unit::kNanosecond, run.step};
  return run.step < kMonthLike;
}

// A block of which too much must move is emptied altogether, so that it can be given back.
void FrameBuilder::DecideBlocks() {
  for (TargetRows* head : heads_) {
    const bool in_place = !options_.observations && IsInPlace(*head);
    for (TargetRows* rows = head; rows; rows = rows->filled.sibling) {
      for (Extent* e = rows->first; e; e = e->next) {
        Slab* const slab = Slab::Of(e);
        (in_place ? slab->keep_values : slab->move_values) += e->capacity;
      }
    }
  }
  for (Slab* slab : read_slabs_) {
    slab->evacuate = slab->move_values * 100 > (slab->keep_values + slab->move_values) * kMostMovedPercent;
    if (!slab->evacuate) owner_->Add(slab);
  }
}

void FrameBuilder::Run(std::vector<std::unique_ptr<TargetTable>>& tables, int threads) {
  heads_ = LinkTargets(tables);
  for (const auto& table : tables) {
    const std::vector<Slab*> slabs = table->TakeSlabs();
    read_slabs_.insert(read_slabs_.end(), slabs.begin(), slabs.end());
  }
  entries_.resize(heads_.size());
  DecideBlocks();
  if (options_.gaps == GapPolicy::kZero) FindCommonEnd();
  for (int i = 0; i < threads; ++i) workers_.emplace_back(rules_, LimitsOf(options_));
  RunOnThreads(workers_.size(), [this](std::size_t thread) { Work(workers_[thread]); });
}

void FrameBuilder::Work(Worker& worker) {
  while (true) {
    const std::size_t begin = next_.fetch_add(kBlockOfTargets, std::memory_order_relaxed);
    if (begin >= heads_.size()) return;
    const std::size_t end = std::min(begin + kBlockOfTargets, heads_.size());
    for (std::size_t i = begin; i < end; ++i) {
      try {
        BuildTarget(heads_[i], worker);
      } catch (const std::bad_alloc&) {
        out_of_memory_.store(true, std::memory_order_relaxed);
      }
    }
  }
}

void FrameBuilder::BuildTarget(TargetRows* head, Worker& worker) {
  Frame::Entry& entry = entries_[head->filled.rank];
  entry.id = head->name();
  const bool stays = !options_.observations && IsInPlace(*head) && !Slab::Of(head->first)->evacuate;
  if (stop_.load(std::memory_order_relaxed) || out_of_memory_.load(std::memory_order_relaxed)) {
    if (!stays) ReleaseAll(head);
    return;
  }
  if (stays) {
    const TimeRun& run = head->run;
    entry.grid = {run.start, {Step::Unit::kNanosecond, run.step}};
    if (run.count == 1) entry.grid.step = step_;
    Complete({head->first->values(), head->first->size}, entry, worker);
    CountRepairs(run.count, {}, entry, worker);
    return;
  }
  RowsOfTarget rows(head);
  if (options_.observations) {
    KeepObservations(rows, entry, worker);
    head->first = nullptr;  // drained
    return;
  }
  GridCounts counts;
  std::span<double> values = LayRegular(rows, &entry.grid, worker);
  if (values.empty()) values = LayAny(rows, entry, worker, counts);
  head->first = nullptr;  // drained
  Complete(values, entry, worker);
  CountRepairs(rows.count(), counts, entry, worker);
}

// The last time of all targets, or the one that was named: where no row means nothing, it does so up to there.
void FrameBuilder::FindCommonEnd() {
  end_ = std::numeric_limits<TimeNs>::min();
  for (const TargetRows* head : heads_) {
    for (const TargetRows* rows = head; rows; rows = rows->filled.sibling) {
      const auto see = [this](const TimeRun& run) { end_ = std::max({end_, run.start, run.last()}); };
      if (rows->runs) std::for_each(rows->runs->begin(), rows->runs->end(), see);
      see(rows->run);
    }
  }
  if (rules_.until) end_ = std::min(end_, *rules_.until);
}

// Rows in order of time whose steps are all multiples of the most common one, which needs no sorting and no copy of the
// times. Empty when they are not like that.
std::span<double> FrameBuilder::LayRegular(RowsOfTarget& rows, TimeGrid* grid, Worker& worker) const {
  std::int64_t step = 0;
  std::uint64_t regular = 0;
  for (const auto& [run, source] : rows.runs()) {
    if (run.count < 2) continue;
    if (step != 0 && run.step != step) return {};
    step = run.step;
    regular += run.count - 1;
  }
  if (!plain_ || CountsLocalDays(step)) return {};
  const bool other_step = step_.count != 0 && step_ != Step{Step::Unit::kNanosecond, step};
  if (step == 0 || step >= kMonthLike || other_step || regular < rows.runs().size() - 1) return {};
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
  const std::span<double> values = worker.arena.Take(points);
  std::size_t at = 0;
  TimeNs expected = start;
  rows.Drain([&](TimeNs time, double value) {
    for (; expected != time; expected += step) values[at++] = std::numeric_limits<double>::quiet_NaN();
    values[at++] = value;
    expected = static_cast<TimeNs>(static_cast<std::uint64_t>(time) + static_cast<std::uint64_t>(step));
  });
  return values;
}

// Rows as they are, in order of time; rows of the same time stay in the order of the input.
void FrameBuilder::KeepObservations(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker) const {
  std::vector<Observation> observations;
  observations.reserve(rows.count());
  rows.Drain([&](TimeNs time, double value) {
    if (!rules_.until || time <= *rules_.until) observations.push_back({time, value});
  });
  if (observations.empty()) return;
  const auto earlier = [](const Observation& a, const Observation& b) { return a.time < b.time; };
  if (!std::is_sorted(observations.begin(), observations.end(), earlier)) {
    std::stable_sort(observations.begin(), observations.end(), earlier);
    ++worker.counts.unordered;
  }
  const std::span<double> packed = worker.arena.Take(2 * observations.size());
  for (std::size_t i = 0; i < observations.size(); ++i) {
    PackObservation(observations[i].time, observations[i].value, &packed[2 * i]);
  }
  entry.values = packed.data();
  entry.size = packed.size();
  const TimeNs start = observations.front().time;
  GridCounts ignored;
  entry.grid = {start, worker.layer.Plan(observations, ignored).grid.step};
}

// Everything else: unordered, duplicated, irregular, calendar steps.
std::span<double> FrameBuilder::LayAny(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker,
                                       GridCounts& counts) const {
  std::vector<Observation> observations;
  observations.reserve(rows.count());
  rows.Drain([&](TimeNs time, double value) { observations.push_back({time, value}); });
  GridPlan plan = worker.layer.Plan(observations, counts);
  if (plan.points == 0) return {};
  if (options_.gaps == GapPolicy::kZero && plan.grid.step.count != 0) {
    GridPlan whole = plan;
    const std::int64_t last = IndexOn(whole, worker.layer.OnClockOf(plan.grid.step, end_));
    const auto most = static_cast<std::int64_t>(MaxGridPoints(rows.count()));
    if (last != kOffGrid && last >= static_cast<std::int64_t>(plan.points) && last < most) {
      plan.points = static_cast<std::uint64_t>(last) + 1;
    }
  }
  const std::span<double> values = worker.arena.Take(plan.points);
  LayOnGrid(observations, plan, values, counts);
  entry.grid = plan.grid;
  return values;
}

// Trims the ends and fills the gaps.
void FrameBuilder::Complete(std::span<double> values, Frame::Entry& entry, Worker& worker) const {
  const auto has_value = [](double v) { return !std::isnan(v); };
  const auto first = std::find_if(values.begin(), values.end(), has_value);
  if (first == values.end()) {
    entry.size = 0;
    return;
  }
  auto last = values.end();
  const bool zeros = options_.gaps == GapPolicy::kZero || rules_.aggregate == Aggregate::kCount;
  while (options_.gaps != GapPolicy::kZero && !has_value(last[-1])) --last;
  entry.grid.start = entry.grid.At(first - values.begin());
  values = {first, last};
  entry.values = values.data();
  entry.size = values.size();
  if (zeros) {  // no row says that there was nothing: no value is made up
    for (double& v : values) {
      if (has_value(v)) continue;
      v = 0;
      ++worker.zeros;
    }
    return;
  }
  const int season = options_.season_hint > 0 ? options_.season_hint : UsualSeason(entry.grid.step);
  std::vector<GapRun> runs;
  const std::uint64_t gaps = FillGaps(values, options_.gaps, season, &runs);
  if (options_.gaps == GapPolicy::kNone || gaps == 0) return;
  worker.gaps += gaps;
  entry.gaps_filled = static_cast<std::uint32_t>(std::min<std::uint64_t>(gaps, UINT32_MAX));
  runs.shrink_to_fit();
  worker.runs->push_back(std::move(runs));
  entry.num_runs = static_cast<std::uint32_t>(worker.runs->back().size());
  entry.filled = worker.runs->back().data();
}

void FrameBuilder::CountRepairs(std::uint64_t rows, const GridCounts& counts, Frame::Entry& entry,
                                Worker& worker) const {
  worker.counts.Add(counts);
  entry.lost = static_cast<std::uint32_t>(std::min<std::uint64_t>(counts.lost, UINT32_MAX));
  if (counts.lost == 0 && entry.gaps_filled == 0) return;
  worker.repairs.Add({entry.id, rows, counts, entry.size, entry.gaps_filled, entry.grid.step});
}

Result<Frame> FrameBuilder::Finish(std::vector<std::unique_ptr<TargetTable>>& tables, IngestReport& report) {
  RepairLog repairs(LimitsOf(options_));
  for (Worker& worker : workers_) {
    worker.arena.GiveTo(*owner_);
    report.unordered_rows += worker.counts.unordered;
    report.duplicates += worker.counts.duplicates;
    report.snapped += worker.counts.snapped;
    report.merged += worker.counts.merged;
    report.stray += worker.counts.stray;
    report.lost += worker.counts.lost;
    report.gaps_filled += worker.gaps;
    report.zeros_filled += worker.zeros;
    repairs.Add(worker.repairs);
  }
  if (out_of_memory_.load()) return OutOfMemory("laying the series on their grids");
  if (stop_.load()) return Status(StatusCode::kCancelled, "cancelled while reading the data");
  std::size_t kept = 0;
  for (const Frame::Entry& entry : entries_) {
    if (entry.size == 0) {
      report.dropped.push_back({std::string(entry.id), "all values are missing"});
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
  report.worst = repairs.Worst();
  report.over_limit = repairs.over_limit();
  if (report.over_limit != 0) report.refusal = repairs.Refusal(kept);
  StepSingleTimes(entries_);
  const auto other_step = [this](const Frame::Entry& e) { return e.grid.step != entries_[0].grid.step; };
  if (!entries_.empty() && std::none_of(entries_.begin(), entries_.end(), other_step)) {
    report.frequency_option = FormatStep(entries_[0].grid.step);
  }
  std::vector<std::shared_ptr<const void>> arenas{owner_};
  for (const auto& table : tables) arenas.push_back(table->ids());
  for (const Worker& worker : workers_) arenas.push_back(worker.runs);
  Frame frame;
  frame.Adopt(std::move(entries_), std::move(arenas));
  return frame;
}

}  // namespace

Result<Frame> BuildFrame(std::vector<std::unique_ptr<TargetTable>> tables, const IngestOptions& options,
                         const SeriesRules& rules, int threads, const std::atomic<bool>& stop, IngestReport& report) {
  FrameBuilder builder(options, rules, stop);
  builder.Run(tables, threads);
  return builder.Finish(tables, report);
}

}  // namespace fitd
