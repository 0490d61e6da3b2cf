#include "daemon/cluster/sum_shard.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "common/atomic_file.h"
#include "common/process/log.h"
#include "daemon/cluster/sums_file.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/fleet_plan.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"
#include "daemon/pool/worker_placement.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/train/global_stage.h"

namespace fitd {

namespace {

// Superblocks of a shard, and the targets in them.
struct Range {
  std::uint64_t superblock = 0, first = 0, end = 0;
};

Range RangeOf(const Shard& shard, std::uint64_t targets, std::uint64_t superblocks) {
  const std::vector<std::uint32_t> bounds = EqualParts(std::vector<double>(superblocks, 1.0), shard.count);
  const std::uint64_t superblock = bounds[static_cast<std::size_t>(shard.index) - 1];
  const std::uint64_t end = bounds[static_cast<std::size_t>(shard.index)];
  return {superblock, std::min(superblock * kSuperblockTargets, targets), std::min(end * kSuperblockTargets, targets)};
}

std::uint64_t SuperblocksOf(std::uint64_t targets) {
  return (targets + kSuperblockTargets - 1) / kSuperblockTargets;
}

}  // namespace

Status SumShard(const Job& job, const Shard& shard, const std::string& plan_path, const std::string& path,
                const SignalCancel& cancel, Progress& progress) {
  const ModelPlan plan = MakeModelPlan(job);
  if (!plan.global) {
    return {StatusCode::kUsage, "these options have no regression over all targets, so its shards need no sums"};
  }
  FITD_RETURN_IF_ERROR(CheckReplaceable(path));
  std::vector<std::string> inputs = InputsOf(job);
  inputs.push_back(plan_path);
  FITD_RETURN_IF_ERROR(CheckIsNoInput(path, inputs));
  FITD_RETURN_IF_ERROR(
      CheckIsKind(path, "file of sums", [](std::string_view head) { return head.starts_with("fitd-sums "); }));
  Frame frame;
  SumsFile file;
  Range range;
  if (plan_path.empty()) {
    FITD_ASSIGN_OR_RETURN(IngestResult loaded, LoadJobData(job, cancel, progress));
    frame = std::move(loaded.frame);
    file.fingerprint = FingerprintRun(frame, FingerprintTargets(frame), DescribeOptions(plan));
    file.superblocks = SuperblocksOf(frame.size());
    file.targets = plan.TargetsForPrior(frame.size());
    range = RangeOf(shard, frame.size(), file.superblocks);
  } else {
    FITD_ASSIGN_OR_RETURN(const FleetPlanFile fleet, FleetPlanFile::Open(plan_path));
    FITD_RETURN_IF_ERROR(fleet.ExpectOptions(DescribeOptions(plan)));
    FITD_RETURN_IF_ERROR(fleet.ExpectData(job.data.files));
    file.fingerprint = fleet.plan().fingerprint;
    file.superblocks = SuperblocksOf(fleet.plan().targets);
    file.targets = plan.TargetsForPrior(fleet.plan().targets);
    range = RangeOf(shard, fleet.plan().targets, file.superblocks);
    const auto [first, end] = std::pair(static_cast<std::uint32_t>(range.first), static_cast<std::uint32_t>(range.end));
    FITD_ASSIGN_OR_RETURN(FleetPart part, fleet.Read({first, end}));
    frame = std::move(part.frame);
  }
  file.first = range.superblock;
  const auto [first, end] = std::pair(range.first, range.end);
  if (first < end) {
    const std::size_t blocks = static_cast<std::size_t>((end - first) / kPooledArBlockSize + 1);
    PoolOptions given;
    given.earlier_shards = shard.index - 1;
    given.log_level = LogLevel::kWarning;  // as on the terminal of a training
    FITD_ASSIGN_OR_RETURN(const PoolOptions options, PlacePool(job, DemandOf(frame, blocks), given));
    FITD_ASSIGN_OR_RETURN(const std::unique_ptr<WorkerPool> pool, WorkerPool::Start(options));
    const std::uint64_t frame_first = plan_path.empty() ? 0 : first;
    const Status summed = SumTargets(frame, frame_first, first, end, plan, *pool, cancel, progress,
                                     [&file](std::uint64_t, SeasonSums sums) { file.sums.push_back(std::move(sums)); });
    if (!summed.ok()) return cancel.cancelled() ? cancel.status() : summed;
  }
  return WriteSumsFile(path, file);
}

}  // namespace fitd
