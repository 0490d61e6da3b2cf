#include "daemon/train/global_stage.h"

#include <fmt/format.h>

#include "common/fit/local_fit.h"

namespace fitd {
namespace {

// A block of targets cannot be left out. After deaths of its own doing it would only kill more workers; after those
// that somebody else caused it is tried as often as a stage allows.
constexpr int kOwnRetries = 3;
constexpr int kOutsideRetries = 250;
constexpr auto kFirstLimit = std::chrono::seconds(10);  // a block is milliseconds of work

class SumsSink final : public StageSink {
 public:
  SumsSink(const Frame& frame, std::uint64_t first, std::uint64_t end, GlobalSums::Superblock complete,
           Progress& progress)
      : frame_(frame), first_(first), end_(end), progress_(progress), sums_(first, end, std::move(complete)) {}

  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double, int worker) override {
    return sums_.Add(unit.first, bytes).WithContext(fmt::format("worker {}", worker));
  }
  // Leaving a block out would make the models of every target depend on what happened to a worker.
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
  std::uint64_t first_, end_;
  Progress& progress_;
  GlobalSums sums_;
};

}  // namespace

Status SumTargets(const Frame& frame, std::uint64_t first, std::uint64_t end, const ModelPlan& plan, WorkerPool& pool,
                  const SignalCancel& cancel, Progress& progress, GlobalSums::Superblock complete) {
  const std::string context = EncodeLocalFitOptions(plan.fit);
  StageOptions options;
  options.kind = TaskKind::kGlobalSums;
  options.context = context;
  for (const WorkUnit& unit : UnitsOfBlocks(end, kPooledArBlockSize)) {
    if (unit.first >= first) options.units.push_back(unit);
  }
  options.retries = kOwnRetries;
  options.outside_retries = kOutsideRetries;
  options.first_limit = kFirstLimit + std::chrono::microseconds(frame.num_values());
  options.cancel = &cancel.source();
  SumsSink sink(frame, first, end, std::move(complete), progress);
  FITD_RETURN_IF_ERROR(pool.RunStage(frame, options, sink).status());
  if (sink.complete()) return {};
  return {StatusCode::kInternal, "the global stage ended without the sums of all targets"};
}

Result<std::vector<PooledArGlobal>> RunGlobalStage(const Frame& frame, const ModelPlan& plan, WorkerPool& pool,
                                                   const SignalCancel& cancel, Progress& progress) {
  SeasonSums total;
  FITD_RETURN_IF_ERROR(SumTargets(frame, 0, frame.size(), plan, pool, cancel, progress,
                                  [&total](std::uint64_t, SeasonSums sums) { MergeSums(total, std::move(sums)); }));
  return SolveSums(total);
}

}  // namespace fitd
