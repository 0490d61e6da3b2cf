#include "daemon/cluster/sum_shard.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "common/process/log.h"
#include "daemon/cluster/sums_file.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"
#include "daemon/pool/worker_placement.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/train/global_stage.h"

namespace fitd {

Status SumShard(const Job& job, const Shard& shard, const std::string& path, const SignalCancel& cancel,
                Progress& progress) {
  const ModelPlan plan = MakeModelPlan(job);
  if (!plan.global) {
    return {StatusCode::kUsage, "these options have no regression over all targets, so its shards need no sums"};
  }
  FITD_ASSIGN_OR_RETURN(const IngestResult loaded, LoadJobData(job, cancel, progress));
  const Frame& frame = loaded.frame;
  SumsFile file;
  file.fingerprint = FingerprintRun(frame, FingerprintTargets(frame), DescribeOptions(plan));
  file.superblocks = (frame.size() + kSuperblockTargets - 1) / kSuperblockTargets;
  const std::vector<std::uint32_t> bounds = ShardBounds(std::vector<double>(file.superblocks, 1.0), shard.count);
  file.first = bounds[static_cast<std::size_t>(shard.index) - 1];
  const std::uint64_t first = file.first * kSuperblockTargets;
  const std::uint64_t end =
      std::min<std::uint64_t>(bounds[static_cast<std::size_t>(shard.index)] * kSuperblockTargets, frame.size());
  if (first < end) {
    const std::size_t blocks = static_cast<std::size_t>((end - first) / kPooledArBlockSize + 1);
    FITD_ASSIGN_OR_RETURN(const PoolOptions options, PlacePool(job, DemandOf(frame, blocks), {}));
    FITD_ASSIGN_OR_RETURN(const std::unique_ptr<WorkerPool> pool, WorkerPool::Start(options));
    const Status summed = SumTargets(frame, first, end, plan, *pool, cancel, progress,
                                     [&file](std::uint64_t, SeasonSums sums) { file.sums.push_back(std::move(sums)); });
    if (!summed.ok()) return cancel.cancelled() ? cancel.status() : summed;
  }
  return WriteSumsFile(path, file);
}

}  // namespace fitd
