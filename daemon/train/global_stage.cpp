#include "daemon/train/global_stage.h"

#include <fmt/format.h>

#include "common/fit/local_fit.h"
#include "daemon/train/global_sums.h"

namespace fitd {
namespace {

// A block of targets cannot be left out. After deaths of its own doing it would only kill more workers; after those
// that somebody else caused it is tried as often as a stage allows.
constexpr int kOwnRetries = 3;
constexpr int kOutsideRetries = 250;
constexpr auto kFirstLimit = std::chrono::seconds(10);  // a block is milliseconds of work

class SumsSink final : public StageSink {
 public:
  SumsSink(const Frame& frame, Progress& progress) : frame_(frame), progress_(progress) {}

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
    update.done = std::min<std::uint64_t>(stage.done * kPooledArBlockSize, frame_.size());
    update.total = frame_.size();
    progress_.On(update);
    return {};
  }
  const GlobalSums& sums() const { return sums_; }

 private:
  const Frame& frame_;
  Progress& progress_;
  GlobalSums sums_;
};

}  // namespace

Result<std::vector<PooledArGlobal>> RunGlobalStage(const Frame& frame, const ModelPlan& plan, WorkerPool& pool,
                                                   const SignalCancel& cancel, Progress& progress) {
  const std::string context = EncodeLocalFitOptions(plan.fit);
  StageOptions options;
  options.kind = TaskKind::kGlobalSums;
  options.context = context;
  options.units = UnitsOfBlocks(frame.size(), kPooledArBlockSize);
  options.retries = kOwnRetries;
  options.outside_retries = kOutsideRetries;
  options.first_limit = kFirstLimit + std::chrono::microseconds(frame.num_values());
  options.cancel = &cancel.source();
  SumsSink sink(frame, progress);
  Result<StageReport> report = pool.RunStage(frame, options, sink);
  if (!report.ok()) return report.status();
  return sink.sums().Solve();
}

}  // namespace fitd
