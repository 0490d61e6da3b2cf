#include "daemon/ingest/frame_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "common/out_of_memory.h"
#include "common/thread_team.h"
#include "daemon/clocks/days_of_all.h"
#include "daemon/clocks/found_clock.h"
#include "daemon/ingest/repair_log.h"
#include "daemon/ingest/series_builder.h"
#include "daemon/rows/rows_of_target.h"
#include "daemon/rows/slab_file.h"
#include "daemon/rows/target_rows.h"
#include "daemon/times/grid.h"

namespace fitd {
namespace {

// Targets that a thread takes at a time. They are neighbours in memory, so that blocks become free one after the other.
constexpr std::size_t kBlockOfTargets = 256;
// A block is emptied when more than this share of its values must move. A block that stays keeps the holes of moved
// values, so a frame takes at most 1 / (1 - 0.12), or 1.14, times the memory of its values; one that is emptied costs a
// copy of all values that could have stayed.
constexpr std::uint64_t kMostMovedPercent = 12;

class FrameBuilder {
 public:
  FrameBuilder(const IngestOptions& options, SeriesRules& rules, const std::atomic<bool>& stop,
               const UnreadTargets& unread, const MixedFiles& files)
      : options_(options),
        rules_(rules),
        step_(rules.frequency.step),
        plain_(SeriesBuilder::ShowsAll(options, rules)),
        stop_(stop),
        unread_(unread),
        files_(files),
        owner_(std::make_shared<SlabOwner>(options.values_file)) {
    if (rules.aggregate == Aggregate::kSum && !options.observations) inputs_ = files.InputOfPieces();
  }

  void Run(std::vector<std::unique_ptr<TargetTable>>& tables, int threads);
  Result<Frame> Finish(std::vector<std::unique_ptr<TargetTable>>& tables, IngestReport& report);

 private:
  void FindClock();
  void FindWeekdays();
  bool IsInPlace(const TargetRows& head) const;
  void DecideBlocks();
  void Work(SeriesBuilder& builder);
  void BuildTarget(TargetRows* head, SeriesBuilder& builder);
  void ExtendZeros();
  void CheckFiles(const RowsOfTarget& rows, const TargetRows& head);
  void Touched(std::uint64_t values) const {
    if (options_.values_file) options_.values_file->Touched(values * sizeof(double));
  }
  std::string WhyEmpty(std::string_view id) const;
  void WeighSentinels(const SentinelSearch& sentinels, std::uint64_t targets, IngestReport& report) const;

  const IngestOptions& options_;
  SeriesRules& rules_;
  Step step_;   // of all targets; count 0: each has its own
  bool plain_;  // all rows are shown as they are, so values may stay where they are
  const std::atomic<bool>& stop_;
  const UnreadTargets& unread_;
  const MixedFiles& files_;
  std::vector<std::uint32_t> inputs_;  // of pieces, where rows of several files are added up
  std::vector<TargetRows*> heads_;
  std::vector<Slab*> read_slabs_;
  std::vector<Frame::Entry> entries_;    // by rank of the target
  std::vector<SeriesBuilder> builders_;  // one a thread
  std::shared_ptr<SlabOwner> owner_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> out_of_memory_{false};
  std::mutex mutex_;
  std::uint32_t mixed_rank_ = std::numeric_limits<std::uint32_t>::max();  // least rank of a target that is refused
  std::string mixed_;  // why: its files do not go together; empty: none is
  ZeroTails::Extended extended_;
};

// True when the values of a target already form a series on a grid: one extent and one run.
bool FrameBuilder::IsInPlace(const TargetRows& head) const {
  if (head.filled.sibling || head.runs || head.first != head.last) return false;
  const TimeRun& run = head.run;
  if (!plain_) return false;
  if (run.count == 1) return !rules_.zone;
  if (CountsLocalDays(rules_, run.step) || MayBeOnDaysOfAll(rules_, run.step)) return false;
  if (step_.count != 0) return step_ == Step{Step::Unit::kNanosecond, run.step};
  return run.step < kMonthLike;
}

// Searches for the clock of the times in those of a few targets, from all over the data: by their ranks, as the order
// of heads_ depends on which thread has read what.
void FrameBuilder::FindClock() {
  constexpr std::uint64_t kMostRead = 4'000'000;  // times of a target; those of a longer one say nothing
  ClockSearch search(*rules_.offsets);
  const std::size_t stride = heads_.size() / ClockSearch::kMostTargets + 1;
  std::vector<const TargetRows*> looked_at;
  std::copy_if(heads_.begin(), heads_.end(), std::back_inserter(looked_at),
               [stride](const TargetRows* head) { return head->filled.rank % stride == 0; });
  std::sort(looked_at.begin(), looked_at.end(),
            [](const TargetRows* a, const TargetRows* b) { return a->filled.rank < b->filled.rank; });
  for (const TargetRows* head : looked_at) {
    std::uint64_t count = 0;
    for (const TargetRows* rows = head; rows; rows = rows->filled.sibling) count += rows->count;
    if (count > kMostRead) continue;
    std::vector<Observation> times;
    times.reserve(count);
    ForEachRun(head, [&times](const TimeRun& run) {
      for (std::uint32_t k = 0; k < run.count; ++k) times.push_back({run.at(k), 0});
    });
    if (times.size() > ClockSearch::kMostTimes) {  // the latest ones
      const auto first = times.end() - static_cast<std::ptrdiff_t>(ClockSearch::kMostTimes);
      std::nth_element(times.begin(), first, times.end(),
                       [](const Observation& a, const Observation& b) { return a.time < b.time; });
      times.erase(times.begin(), first);
    }
    GridCounts ignored;
    SortAndDeduplicate(times, ignored);
    search.Look(std::move(times));
  }
  const std::shared_ptr<const TimeZone> found = search.Find();
  if (!found) return;
  const OffsetsSeen& offsets = *rules_.offsets;
  const bool in_utc = offsets.least == 0 && offsets.most == 0;
  const Result<std::shared_ptr<const TimeZone>> zone =
      TimeZone::Find(found->name() + std::string(in_utc ? kWrittenInUtc : kFoundByOffsets));
  if (!zone.ok()) return;
  rules_.zone = *zone;
  rules_.other_offset.reset();
  rules_.naive = false;
}

// Sets SeriesRules::weekdays.
void FrameBuilder::FindWeekdays() {
  DaysOfAll days(rules_.zone, options_.single_step);
  for (const TargetRows* head : heads_) {
    ForEachRun(head, [&days](const TimeRun& run) { days.See(run.start, run.step, run.count); });
    if (days.full()) return;
  }
  rules_.weekdays = days.Mask();
}

// Marks blocks of which too much must move to be emptied altogether, so that they can be freed.
void FrameBuilder::DecideBlocks() {
  const Extent* before = nullptr;
  for (TargetRows* head : heads_) {
    const bool in_place = !options_.observations && IsInPlace(*head);
    for (TargetRows* rows = head; rows; rows = rows->filled.sibling) {
      for (Extent* e = rows->first; e; e = e->next) {
        Slab* const slab = Slab::Of(e);
        (in_place ? slab->keep_values : slab->move_values) += e->capacity;
        if (options_.values_file) options_.values_file->TouchedAt(e, std::exchange(before, e));
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
  if (rules_.offsets) FindClock();
  if (step_.count == 0 && !rules_.start && !options_.observations) FindWeekdays();
  DecideBlocks();
  if (options_.gaps == GapPolicy::kZero || rules_.aggregate != Aggregate::kNone) {
    rules_.parts.data = SpanOf(heads_);
    if (rules_.until) rules_.parts.data.last = std::min(rules_.parts.data.last, *rules_.until);
  }
  for (int i = 0; i < threads; ++i) builders_.emplace_back(options_, rules_, unread_, inputs_);
  RunOnThreads(builders_.size(), [this](std::size_t thread) { Work(builders_[thread]); });
  if (options_.gaps == GapPolicy::kZero) ExtendZeros();
}

void FrameBuilder::ExtendZeros() {
  ZeroTails tails;
  std::optional<TimeNs> open;  // of all targets a last period is open where it is of one
  for (SeriesBuilder& builder : builders_) {
    tails.Add(builder.TakeTails());
    if (builder.open()) open = open ? std::min(*open, *builder.open()) : *builder.open();
  }
  extended_ = tails.Extend(rules_, open, rules_.until || options_.max_repaired);
}

void FrameBuilder::Work(SeriesBuilder& builder) {
  while (true) {
    const std::size_t begin = next_.fetch_add(kBlockOfTargets, std::memory_order_relaxed);
    if (begin >= heads_.size()) return;
    const std::size_t end = std::min(begin + kBlockOfTargets, heads_.size());
    for (std::size_t i = begin; i < end; ++i) {
      try {
        BuildTarget(heads_[i], builder);
        Touched(2 * entries_[heads_[i]->filled.rank].size);  // read and, where they do not stay, written
      } catch (const std::bad_alloc&) {
        out_of_memory_.store(true, std::memory_order_relaxed);
      }
    }
  }
}

void FrameBuilder::BuildTarget(TargetRows* head, SeriesBuilder& builder) {
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
    builder.Finish({head->first->values(), head->first->size}, run.count, entry);
    return;
  }
  RowsOfTarget rows(head);
  if (!files_.all_alike() || files_.may_alternate()) CheckFiles(rows, *head);
  options_.observations ? builder.KeepObservations(rows, entry) : builder.Build(rows, entry);
  head->first = nullptr;  // drained
}

void FrameBuilder::CheckFiles(const RowsOfTarget& rows, const TargetRows& head) {
  const TimeRun* first = nullptr;
  const TimeRun* before = nullptr;
  std::uint32_t compared = 0;  // the last piece that was compared with the first one
  for (const RowsOfTarget::Run& run : rows.runs()) {
    if (run.time.count == 0) continue;
    const bool differ =
        first != nullptr && run.time.piece != compared && files_.Differ(head.name(), first->piece, run.time.piece);
    compared = run.time.piece;
    const bool alternate = before != nullptr && files_.may_alternate() && files_.Alternate(*before, run.time);
    if (!differ && !alternate) {
      if (first == nullptr) first = &run.time;
      if (before == nullptr || run.time.count >= before->count) before = &run.time;
      continue;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (head.filled.rank >= mixed_rank_) return;
    mixed_rank_ = head.filled.rank;
    mixed_ = differ ? files_.Refusal(head.name(), first->piece, run.time.piece)
                    : files_.RefusalOfTurns(head.name(), *before, run.time);
    return;
  }
}

// Sets report.sentinels. When at least kShareRefused of the targets have one it is a refusal; fewer are only a warning,
// so that one odd series does not stop a fleet.
void FrameBuilder::WeighSentinels(const SentinelSearch& sentinels, std::uint64_t targets, IngestReport& report) const {
  constexpr double kShareRefused = 0.01;
  const bool said = std::any_of(options_.missing.begin(), options_.missing.end(),
                                [](const std::string& marker) { return marker == "none"; });
  if (said || options_.observations) return;
  std::string option;
  double share = 0;
  report.sentinels = sentinels.Describe(targets, &option, &share);
  if (report.sentinels.empty()) return;
  std::vector<std::string> markers = options_.missing;
  markers.push_back(option);
  report.sentinels += fmt::format("; if so, say --missing={}, if not, --missing=none", fmt::join(markers, ","));
  if (share < kShareRefused) return;
  report.refusal += (report.refusal.empty() ? "" : "\n") +
                    ("numbers far from all others look like missing values: " + report.sentinels);
}

std::string FrameBuilder::WhyEmpty(std::string_view id) const {
  const auto unread = unread_.find(id);
  return unread == unread_.end() ? "all values are missing" : "no cell is a number, such as " + unread->second.first;
}

Result<Frame> FrameBuilder::Finish(std::vector<std::unique_ptr<TargetTable>>& tables, IngestReport& report) {
  RepairLog repairs(LimitsOf(options_));
  SentinelSearch sentinels;
  RepeatedRows repeated(inputs_);
  for (SeriesBuilder& builder : builders_) {
    builder.arena().GiveTo(*owner_);
    builder.AddTo(report);
    repairs.Add(builder.repairs());
    sentinels.Add(builder.sentinels());
    repeated.Add(builder.repeated());
  }
  if (out_of_memory_.load()) return NoRoom(options_, "laying the series on their grids");
  if (stop_.load()) return Status(StatusCode::kCancelled, "cancelled while reading the data");
  std::size_t kept = 0;
  for (const Frame::Entry& entry : entries_) {
    if (entry.size == 0) {
      report.dropped.push_back({std::string(entry.id), WhyEmpty(entry.id)});
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
  report.repeated = repeated.Find();
  report.worst = repairs.Worst();
  report.over_limit = repairs.over_limit();
  report.zeros_filled += extended_.zeros;
  report.parts += extended_.parts;
  report.refusal = mixed_.empty() ? extended_.refusal : mixed_;
  // Repairs of a target that mixes two measures are not judged: they change once the files are separated.
  const bool judged = report.over_limit != 0 && report.refusal.empty();
  if (judged) report.refusal = repairs.Refusal(kept + report.dropped.size());
  WeighSentinels(sentinels, kept, report);
  StepSingleTimes(entries_, options_.single_step, rules_.zone);
  const auto other_step = [this](const Frame::Entry& e) { return e.grid.step != entries_[0].grid.step; };
  if (!entries_.empty() && std::none_of(entries_.begin(), entries_.end(), other_step)) {
    report.frequency_option = FormatStep(entries_[0].grid.step);
  }
  std::vector<std::shared_ptr<const void>> arenas{owner_};
  for (const auto& table : tables) arenas.push_back(table->ids());
  for (const SeriesBuilder& builder : builders_) arenas.push_back(builder.runs());
  Frame frame;
  frame.Adopt(std::move(entries_), std::move(arenas));
  if (rules_.zone && IsFoundZone(rules_.zone->name())) frame.time_zone = rules_.zone->name();
  return frame;
}

}  // namespace

Status NoRoom(const IngestOptions& options, std::string_view doing, std::uint64_t need) {
  Status full = options.values_file ? options.values_file->status() : OkStatus();
  return full.ok() ? OutOfMemory(doing, need) : full;
}

Result<Frame> BuildFrame(std::vector<std::unique_ptr<TargetTable>> tables, const IngestOptions& options,
                         SeriesRules rules, int threads, const std::atomic<bool>& stop, const UnreadTargets& unread,
                         const MixedFiles& files, IngestReport& report) {
  FrameBuilder builder(options, rules, stop, unread, files);
  builder.Run(tables, threads);
  return builder.Finish(tables, report);
}

}  // namespace fitd
