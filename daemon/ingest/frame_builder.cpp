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
#include "daemon/ingest/grid.h"
#include "daemon/ingest/rows_of_target.h"

namespace fitd {
namespace {

constexpr std::int64_t kMonthLike = 28LL * 86'400 * 1'000'000'000;
constexpr std::size_t kBlockOfTargets = 256;
constexpr std::uint64_t kMostMovedPercent = 12;

// Sort key: the first bytes of the id decide most comparisons without touching the id.
struct IdKey {
  std::uint64_t prefix;
  TargetRows* rows;

  explicit IdKey(TargetRows* r) : prefix(0), rows(r) {
    std::memcpy(&prefix, r->id, std::min<std::size_t>(8, r->id_size));
    prefix = __builtin_bswap64(prefix);
  }
  bool operator<(const IdKey& other) const {
    if (prefix != other.prefix) return prefix < other.prefix;
    return rows->name() < other.rows->name();
  }
};

// Links the same target's rows of several tables, ranks the targets by id, and returns the heads in storage order (the
// order in which blocks of memory become free).
std::vector<TargetRows*> LinkTargets(std::vector<std::unique_ptr<TargetTable>>& tables) {
  std::size_t most = 0;
  for (const auto& table : tables) most += table->size();
  std::vector<IdKey> keys;
  keys.reserve(most);
  for (const auto& table : tables) {
    for (std::uint32_t i = 0; i < table->size(); ++i) {
      if (TargetRows& rows = (*table)[i]; rows.count != 0) keys.emplace_back(&rows);
    }
  }
  // Stable, so that siblings come in the order of their tables.
  if (!std::is_sorted(keys.begin(), keys.end())) std::stable_sort(keys.begin(), keys.end());
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    TargetRows* const rows = keys[i].rows;
    if (i != 0 && rows->name() == keys[i - 1].rows->name()) {
      keys[i - 1].rows->filled.sibling = rows;
      continue;
    }
    rows->filled.head = true;
    rows->filled.rank = rank++;
  }
  std::vector<TargetRows*> heads;
  heads.reserve(rank);
  for (const auto& table : tables) {
    for (std::uint32_t i = 0; i < table->size(); ++i) {
      if ((*table)[i].filled.head) heads.push_back(&(*table)[i]);
    }
  }
  return heads;
}

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

void ReleaseAll(TargetRows* head) {
  for (TargetRows* rows = head; rows; rows = rows->filled.sibling) {
    for (Extent* extent = rows->first; extent;) {
      Extent* const next = extent->next;
      ReleaseExtent(Slab::Of(extent));
      extent = next;
    }
    rows->first = nullptr;
  }
}

class FrameBuilder {
 public:
  FrameBuilder(const IngestOptions& options, Step step, const std::atomic<bool>& stop)
      : options_(options), step_(step), stop_(stop) {}

  void Run(std::vector<std::unique_ptr<TargetTable>>& tables, int threads);
  Result<Frame> Finish(std::vector<std::unique_ptr<TargetTable>>& tables, IngestReport& report);

 private:
  struct Worker {
    OutputArena arena;
    GridCounts counts;
    std::uint64_t gaps = 0;
    std::shared_ptr<std::deque<std::vector<GapRun>>> runs = std::make_shared<std::deque<std::vector<GapRun>>>();
  };

  bool IsInPlace(const TargetRows& head) const;
  void DecideBlocks();
  void Work(Worker& worker);
  void BuildTarget(TargetRows* head, Worker& worker);
  std::span<double> LayRegular(RowsOfTarget& rows, TimeGrid* grid, Worker& worker) const;
  void KeepObservations(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker) const;
  std::span<double> LayAny(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker) const;
  void Complete(TargetRows* head, std::span<double> values, Frame::Entry& entry, Worker& worker) const;

  const IngestOptions& options_;
  Step step_;
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
  if (run.count == 1) return true;
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
  workers_.resize(static_cast<std::size_t>(threads));
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
    Complete(head, {head->first->values(), head->first->size}, entry, worker);
    return;
  }
  RowsOfTarget rows(head);
  if (options_.observations) {
    KeepObservations(rows, entry, worker);
    head->first = nullptr;  // drained
    return;
  }
  std::span<double> values = LayRegular(rows, &entry.grid, worker);
  if (values.empty()) values = LayAny(rows, entry, worker);
  head->first = nullptr;  // drained
  Complete(head, values, entry, worker);
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
  if (points > MaxGridPoints(rows.count())) return {};
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
  rows.Drain([&](TimeNs time, double value) { observations.push_back({time, value}); });
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
  GridCounts ignored;
  const TimeNs start = observations.front().time;
  if (step_.count != 0) {
    entry.grid = {start, step_};
  } else {
    SortAndDeduplicate(observations, ignored);
    entry.grid = {start, InferStep(observations)};
  }
}

// Everything else: unordered, duplicated, irregular, calendar steps.
std::span<double> FrameBuilder::LayAny(RowsOfTarget& rows, Frame::Entry& entry, Worker& worker) const {
  std::vector<Observation> observations;
  observations.reserve(rows.count());
  rows.Drain([&](TimeNs time, double value) { observations.push_back({time, value}); });
  GridCounts counts;
  SortAndDeduplicate(observations, counts);
  const Step step = step_.count != 0 ? step_ : InferStep(observations);
  const GridPlan plan = PlanGrid(observations, step, counts);
  const std::span<double> values = worker.arena.Take(plan.points);
  LayOnGrid(observations, plan, values, counts);
  entry.grid = plan.grid;
  entry.duplicates = static_cast<std::uint32_t>(std::min<std::uint64_t>(counts.duplicates, UINT32_MAX));
  worker.counts.unordered += counts.unordered;
  worker.counts.duplicates += counts.duplicates;
  worker.counts.snapped += counts.snapped;
  worker.counts.merged += counts.merged;
  worker.counts.stray += counts.stray;
  return values;
}

// Trims the ends and fills the gaps.
void FrameBuilder::Complete(TargetRows* head, std::span<double> values, Frame::Entry& entry, Worker& worker) const {
  const auto has_value = [](double v) { return !std::isnan(v); };
  const auto first = std::find_if(values.begin(), values.end(), has_value);
  if (first == values.end()) {
    entry.size = 0;
    return;
  }
  auto last = values.end();
  while (!has_value(last[-1])) --last;
  entry.grid.start = entry.grid.At(first - values.begin());
  values = {first, last};
  entry.values = values.data();
  entry.size = values.size();
  const int season = options_.season_hint > 0 ? options_.season_hint : UsualSeason(entry.grid.step);
  std::vector<GapRun> runs;
  const std::uint64_t gaps = FillGaps(values, options_.gaps, season, &runs);
  if (options_.gaps != GapPolicy::kNone && gaps != 0) {
    worker.gaps += gaps;
    entry.gaps_filled = static_cast<std::uint32_t>(std::min<std::uint64_t>(gaps, UINT32_MAX));
    runs.shrink_to_fit();
    worker.runs->push_back(std::move(runs));
    entry.num_runs = static_cast<std::uint32_t>(worker.runs->back().size());
    entry.filled = worker.runs->back().data();
  }
  (void)head;
}

Result<Frame> FrameBuilder::Finish(std::vector<std::unique_ptr<TargetTable>>& tables, IngestReport& report) {
  for (Worker& worker : workers_) {
    worker.arena.GiveTo(*owner_);
    report.unordered_rows += worker.counts.unordered;
    report.duplicates += worker.counts.duplicates;
    report.snapped += worker.counts.snapped;
    report.merged += worker.counts.merged;
    report.stray += worker.counts.stray;
    report.gaps_filled += worker.gaps;
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
  StepSingleTimes(entries_);
  std::vector<std::shared_ptr<const void>> arenas{owner_};
  for (const auto& table : tables) arenas.push_back(table->ids());
  for (const Worker& worker : workers_) arenas.push_back(worker.runs);
  Frame frame;
  frame.Adopt(std::move(entries_), std::move(arenas));
  return frame;
}

}  // namespace

Result<Frame> BuildFrame(std::vector<std::unique_ptr<TargetTable>> tables, const IngestOptions& options, Step step,
                         int threads, const std::atomic<bool>& stop, IngestReport& report) {
  FrameBuilder builder(options, step, stop);
  builder.Run(tables, threads);
  return builder.Finish(tables, report);
}

}  // namespace fitd
