#include "daemon/pool/dispatcher.h"

#include <algorithm>
#include <set>

#include "common/process/log.h"
#include "daemon/pool/failure_doubts.h"

namespace fitd {
namespace {

// Chosen, not measured.
constexpr auto kProgressInterval = std::chrono::milliseconds(250);
constexpr auto kFarewell = std::chrono::seconds(1);  // for workers to report finished chunks after the last record

// The limit of a unit: a multiple of its expected time and of the slowest unit seen, but at least a floor that a busy
// machine may need. Before the first record the measured expectation is used; without one, the limit (first_limit) only
// ends a hang.
class LearnedLimits final : public UnitLimits {
 public:
  LearnedLimits(const ChunkPlan& plan, const StageOptions& options)
      : plan_(plan),
        hard_(options.target_timeout),
        first_seconds_(std::chrono::duration<double>(options.first_limit).count()),
        least_seconds_(std::chrono::duration<double>(options.least_limit).count()) {}

  Duration LimitFor(double cost) const override {
    // Chosen, not measured.
    constexpr double kTimesExpected = 30, kTimesSlowest = 10;
    const double scale = plan_.seconds_per_cost();
    const double seconds =
        scale > 0 ? std::max({least_seconds_, kTimesExpected * scale * cost, kTimesSlowest * plan_.slowest_seconds()})
                  : first_seconds_;
    const auto limit = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::min(seconds, 1e8)));
    return hard_ > Duration(0) ? std::min(limit, hard_) : limit;
  }

 private:
  const ChunkPlan& plan_;
  Duration hard_;
  double first_seconds_, least_seconds_;
};

std::vector<PlanUnit> PlanUnits(const Frame& frame, const StageOptions& options) {
  std::vector<PlanUnit> units;
  units.reserve(options.units.size());
  for (std::size_t i = 0; i < options.units.size(); ++i) {
    const std::uint64_t bytes = UnitBytes(frame, options.units[i]);
    const double cost = options.expected_seconds.empty() ? static_cast<double>(bytes) : options.expected_seconds[i];
    units.push_back({cost, bytes});
  }
  return units;
}

PlanOptions PlanOptionsOf(const StageOptions& options, int workers) {
  PlanOptions plan;
  plan.workers = workers;
  plan.chunk_size = options.chunk_size;
  if (options.expectation_measured) plan.seconds_per_cost = 1;
  if (options.retries) plan.own_retries = plan.outside_retries = *options.retries;
  if (options.outside_retries) plan.outside_retries = *options.outside_retries;
  return plan;
}

class StageRun {
 public:
  StageRun(WorkerRunner& runner, const Frame& frame, const StageOptions& options, int workers, StageSink& sink,
           const Clock& clock)
      : runner_(runner),
        frame_(frame),
        options_(options),
        sink_(sink),
        clock_(clock),
        plan_(PlanUnits(frame, options), PlanOptionsOf(options, workers)),
        limits_(plan_, options),
        spec_{options.kind, options.context, &frame, &limits_, options.cancel} {}

  Status Run() {
    if (plan_.finished()) return sink_.OnProgress(Progress());
    FITD_RETURN_IF_ERROR(runner_.BeginStage(spec_));
    // Without worker processes the first event comes when the first unit is done, which may take minutes.
    FITD_RETURN_IF_ERROR(sink_.OnProgress(Progress()));
    next_progress_ = clock_.Now() + kProgressInterval;
    while (true) {
      if (plan_.finished()) FITD_RETURN_IF_ERROR(Follow(doubts_.AtEnd()));
      ReplaceBroken();
      if (plan_.finished()) break;
      FITD_RETURN_IF_ERROR(FillSlots());
      const WorkerEvent event = runner_.WaitUntil(next_progress_);
      FITD_RETURN_IF_ERROR(std::visit([this](const auto& e) { return this->On(e); }, event));
    }
    FITD_RETURN_IF_ERROR(LetWorkersFinish());
    return sink_.OnProgress(Progress());
  }

  StageReport Report() const {
    return {plan_.num_done(), lost_, plan_.num_retried(), plan_.num_chunks(), worker_deaths_};
  }

 private:
  // All records have arrived; waits for the workers to say that their chunks are finished. A worker that does not in
  // time is dropped by the next BeginStage.
  Status LetWorkersFinish() {
    const Monotonic deadline = clock_.Now() + kFarewell;
    while (plan_.has_running() && clock_.Now() < deadline) {
      const WorkerEvent event = runner_.WaitUntil(deadline);
      if (std::holds_alternative<RunnerFailed>(event) || std::holds_alternative<Interrupted>(event)) break;
      FITD_RETURN_IF_ERROR(std::visit([this](const auto& e) { return this->On(e); }, event));
    }
    return OkStatus();
  }

  // Sends retries first, each alone to a worker that has done nothing yet; then chunks to the least busy workers.
  Status FillSlots() {
    while (plan_.has_retry() || plan_.has_pending()) {
      const std::span<const WorkerSlot> slots = runner_.FreeSlots();
      const auto fresh = std::find_if(slots.begin(), slots.end(), [](const WorkerSlot& s) { return s.fresh; });
      if (plan_.has_retry() && fresh != slots.end()) {
        FITD_RETURN_IF_ERROR(Send(fresh->worker, plan_.NextRetry()));
      } else if (plan_.has_pending() && !slots.empty()) {
        FITD_RETURN_IF_ERROR(Send(slots.front().worker, plan_.NextChunk()));
      } else {
        // No worker runs or is being replaced, so no fresh one would come: replace one for the retry.
        if (plan_.has_retry() && !plan_.has_running() && replacing_.empty() && !slots.empty()) {
          Replace(slots.front().worker);
        }
        break;
      }
    }
    return OkStatus();
  }

  Status Send(int worker, const PlannedChunk& planned) {
    ChunkOrder order{planned.chunk, {}, {}, planned.alone};
    order.units.reserve(planned.units.size());
    order.costs.reserve(planned.units.size());
    for (const std::uint32_t unit : planned.units) {
      order.units.push_back(options_.units[unit]);
      order.costs.push_back(plan_.cost(unit));
    }
    return runner_.Start(worker, std::move(order));
  }

  Status On(const WorkerReady& ready) {
    replacing_.erase(ready.worker);
    return OkStatus();
  }

  Status On(const RecordsArrived& arrived) {
    for (const ResultRecord& record : arrived.records) {
      const auto unit = plan_.OnRecord(record.chunk, record.position, record.seconds);
      if (!unit) return {StatusCode::kInternal, "a record for a unit that was not being worked on"};
      const bool doubtful = options_.doubt_failures && sink_.IsFailure(options_.units[*unit], record.bytes);
      if (doubtful) {
        FITD_RETURN_IF_ERROR(
            Follow(doubts_.OnFailed({*unit, arrived.worker, record.seconds, std::string(record.bytes)})));
        continue;
      }
      FITD_RETURN_IF_ERROR(sink_.OnRecord(options_.units[*unit], record.bytes, record.seconds, arrived.worker));
      if (options_.doubt_failures) FITD_RETURN_IF_ERROR(Follow(doubts_.OnFitted(*unit, arrived.worker)));
    }
    return sink_.OnProgress(Progress());
  }

  // Delivers records that are believed and queues units to try again. Workers to replace are only noted: their records
  // are still being read.
  Status Follow(const DoubtVerdict& verdict) {
    for (const std::uint32_t unit : verdict.again) {
      plan_.TryAgain(unit);
      Log(LogLevel::kWarning,
          "it failed where its worker may be broken, next to another failure: it is tried once more in a fresh one",
          frame_[options_.units[unit].first].id);
    }
    broken_.insert(broken_.end(), verdict.replace.begin(), verdict.replace.end());
    for (const FailedRecord& record : verdict.believed) {
      FITD_RETURN_IF_ERROR(sink_.OnRecord(options_.units[record.unit], record.bytes, record.seconds, record.worker));
    }
    return OkStatus();
  }

  void ReplaceBroken() {
    for (const int worker : broken_) Replace(worker);
    broken_.clear();
  }

  void Replace(int worker) {
    replacing_.insert(worker);
    runner_.Replace(worker);
  }

  Status On(const ChunkFinished& finished) {
    const bool alone = plan_.IsAlone(finished.chunk);
    if (plan_.OnChunkFinished(finished.chunk)) {
      // This worker is not fresh any more; the next retry needs another one.
      if (alone && plan_.has_retry()) Replace(finished.worker);
      return OkStatus();
    }
    return {StatusCode::kInternal, "a chunk was finished without all its records"};
  }

  Status On(const WorkerDied& died) {
    if (died.replaced) {
      plan_.TakeBack(died.chunks);
      return Follow(doubts_.OnWorkerGone(died.worker));
    }
    ++worker_deaths_;
    const WorkUnit* in_hand = InHand(died);
    const auto given_up = plan_.OnWorkerDied(died.chunks, died.position, died.cause.own_doing);
    Log(LogLevel::kWarning,
        "worker " + std::to_string(died.worker) + " (pid " + std::to_string(died.pid) + ") died: " + died.cause.text +
            died.cause.why + (died.last_words.empty() ? "" : "; its last words: " + died.last_words),
        in_hand == nullptr ? std::string_view() : frame_[in_hand->first].id);
    sink_.OnWorkerDeath(died, in_hand);
    for (const GivenUp& unit : given_up) {
      ++lost_;
      FITD_RETURN_IF_ERROR(
          sink_.OnLost({options_.units[unit.unit], died.cause.text, unit.attempts, died.worker, died.last_words}));
      FITD_RETURN_IF_ERROR(Follow(doubts_.OnLost(unit.unit)));
    }
    return Follow(doubts_.OnWorkerGone(died.worker));
  }

  const WorkUnit* InHand(const WorkerDied& died) const {
    if (!died.position || died.chunks.empty()) return nullptr;
    const auto unit = plan_.UnitAt(died.chunks.front(), *died.position);
    return unit ? &options_.units[*unit] : nullptr;
  }

  static Status On(const RunnerFailed& failed) { return failed.status; }
  static Status On(const Interrupted&) { return {StatusCode::kCancelled, "interrupted"}; }
  Status On(const DeadlinePassed&) {
    next_progress_ = clock_.Now() + kProgressInterval;
    return sink_.OnProgress(Progress());
  }

  StageProgress Progress() const {
    StageProgress progress;
    progress.units = options_.units.size();
    progress.done = plan_.num_done();
    progress.lost = lost_;
    progress.remaining_worker_seconds = plan_.remaining_seconds();
    progress.cost_done = plan_.total_cost() - plan_.remaining_cost();
    progress.cost_total = plan_.total_cost();
    progress.worker_deaths = worker_deaths_;
    return progress;
  }

  WorkerRunner& runner_;
  const Frame& frame_;
  const StageOptions& options_;
  StageSink& sink_;
  const Clock& clock_;
  ChunkPlan plan_;
  FailureDoubts doubts_;
  std::vector<int> broken_;  // workers to replace after the current batch of records
  std::set<int> replacing_;  // workers being replaced, until WorkerReady
  LearnedLimits limits_;
  StageSpec spec_;
  Monotonic next_progress_{};
  std::size_t lost_ = 0;
  int worker_deaths_ = 0;
};

}  // namespace

std::vector<WorkUnit> UnitsOfTargets(std::size_t num_targets) {
  return UnitsOfBlocks(num_targets, 1);
}

std::vector<WorkUnit> UnitsOfTargets(const std::vector<std::uint32_t>& targets) {
  std::vector<WorkUnit> units;
  units.reserve(targets.size());
  for (const std::uint32_t target : targets) units.push_back({target, 1});
  return units;
}

std::vector<WorkUnit> UnitsOfBlocks(std::size_t num_targets, std::uint32_t block) {
  std::vector<WorkUnit> units;
  const auto end = static_cast<std::uint32_t>(num_targets);
  for (std::uint32_t first = 0; first < end; first += block) units.push_back({first, std::min(block, end - first)});
  return units;
}

Result<StageReport> Dispatch(WorkerRunner& runner, const Frame& frame, const StageOptions& options, int workers,
                             StageSink& sink, const Clock& clock) {
  StageRun run(runner, frame, options, workers, sink, clock);
  const Status status = run.Run();
  if (!status.ok()) {
    runner.Abort();
    return status;
  }
  return run.Report();
}

}  // namespace fitd
