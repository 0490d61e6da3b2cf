#include "daemon/train/global_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/fit/local_fit.h"
#include "common/process/log.h"

namespace fitd {
namespace {

// A block of targets cannot be left out, so many deaths from outside are tolerated (250 is the most that a stage
// allows). After deaths of its own doing another try would only kill more workers.
constexpr int kOwnRetries = 3;
constexpr int kOutsideRetries = 250;
constexpr auto kFirstLimit = std::chrono::seconds(10);  // a block takes milliseconds

class SumsSink final : public StageSink {
 public:
  SumsSink(const Frame& frame, std::uint64_t frame_first, std::uint64_t first, std::uint64_t end,
           GlobalSums::Superblock complete, Progress& progress)
      : frame_(frame),
        frame_first_(frame_first),
        first_(first),
        end_(end),
        progress_(progress),
        sums_(first, end, std::move(complete)) {}

  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double, int worker) override {
    return sums_.Add(frame_first_ + unit.first, bytes).WithContext(fmt::format("worker {}", worker));
  }
  // A missing block would change the models of all targets, so its loss ends the run.
  Status OnLost(const TargetLost& lost) override {
    return {StatusCode::kWorkerLost,
            fmt::format(
                "the global stage lost the targets from '{}' on: its worker ended {} times with {}; find the target "
                "with fitd check, or train with --global none",
                frame_[lost.unit.first].id, lost.attempts, lost.cause)};
  }
  Status OnProgress(const StageProgress& stage) override {
    RunAdvanced update;
    update.stage = Stage::kGlobal;
    update.total = end_ - first_;
    update.done = std::min<std::uint64_t>(stage.done * kPooledArBlockSize, update.total);
    progress_.On(update);
    return {};
  }
  bool complete() const { return sums_.complete(); }

 private:
  const Frame& frame_;
  std::uint64_t frame_first_, first_, end_;
  Progress& progress_;
  GlobalSums sums_;
};

}  // namespace

Status SumTargets(const Frame& frame, std::uint64_t frame_first, std::uint64_t first, std::uint64_t end,
                  const ModelPlan& plan, WorkerPool& pool, const SignalCancel& cancel, Progress& progress,
                  GlobalSums::Superblock complete) {
  const std::string context = EncodeLocalFitOptions(plan.fit);
  StageOptions options;
  options.kind = TaskKind::kGlobalSums;
  options.context = context;
  for (const WorkUnit& unit : UnitsOfBlocks(end - frame_first, kPooledArBlockSize)) {
    if (unit.first >= first - frame_first) options.units.push_back(unit);
  }
  options.retries = kOwnRetries;
  options.outside_retries = kOutsideRetries;
  options.first_limit = kFirstLimit + std::chrono::microseconds(frame.num_values());
  options.cancel = &cancel.source();
  SumsSink sink(frame, frame_first, first, end, std::move(complete), progress);
  FITD_RETURN_IF_ERROR(pool.RunStage(frame, options, sink).status());
  if (sink.complete()) return {};
  return {StatusCode::kInternal, "the global stage ended without the sums of all targets"};
}

Result<std::vector<PooledArGlobal>> RunGlobalStage(const Frame& frame, const ModelPlan& plan, WorkerPool& pool,
                                                   KeptSums& kept, const SignalCancel& cancel, Progress& progress) {
  SeasonSums total;
  std::uint64_t taken = 0;
  for (std::uint64_t superblock = 0; superblock < kept.size();) {
    FITD_ASSIGN_OR_RETURN(std::optional<SeasonSums> known, kept.Get(superblock));
    if (known) {
      MergeSums(total, *known);
      ++superblock, ++taken;
      continue;
    }
    std::uint64_t end = superblock + 1;
    while (end < kept.size() && !kept.Has(end)) ++end;
    Status saved;
    const auto complete = [&](std::uint64_t number, const SeasonSums& sums) {
      if (saved.ok()) saved = kept.Put(number, sums);
      MergeSums(total, sums);
    };
    const std::uint64_t last = std::min<std::uint64_t>(end * kSuperblockTargets, frame.size());
    FITD_RETURN_IF_ERROR(
        SumTargets(frame, 0, superblock * kSuperblockTargets, last, plan, pool, cancel, progress, complete));
    FITD_RETURN_IF_ERROR(saved);
    superblock = end;
  }
  if (taken > 0) {
    Log(LogLevel::kInfo,
        fmt::format("{} of {} superblocks of targets have their sums of an earlier run", taken, kept.size()));
  }
  return SolveSums(total, plan.TargetsForPrior(frame.size()));
}

}  // namespace fitd
