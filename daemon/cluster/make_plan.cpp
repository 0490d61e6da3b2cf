#include "daemon/cluster/make_plan.h"

#include <utility>

#include "common/process/log.h"
#include "daemon/plan/cost_estimate.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"

namespace fitd {

Result<FleetPlan> MakeFleetPlan(const Job& job, int shards, const std::string& path, const SignalCancel& cancel,
                                Progress& progress) {
  const ModelPlan models = MakeModelPlan(job);
  FITD_ASSIGN_OR_RETURN(const IngestResult loaded, LoadJobData(job, cancel, progress));
  const std::string repairs = DescribeRepairs(loaded.report);
  if (!repairs.empty()) Log(LogLevel::kWarning, "repaired while loading: " + repairs);
  for (const std::string& row : loaded.report.first_bad_rows) Log(LogLevel::kWarning, row);
  const Frame& frame = loaded.frame;
  const std::vector<std::uint64_t> fingerprints = FingerprintTargets(frame);
  FleetPlan plan;
  plan.options = DescribeOptions(models);
  plan.fingerprint = FingerprintRun(frame, fingerprints, plan.options);
  plan.data_note = DescribeData(loaded.report, frame);
  plan.targets = frame.size();
  plan.values = frame.num_values();
  plan.shards = DivideFleet(ExpectedSeconds(frame, models), shards);
  FITD_RETURN_IF_ERROR(WriteFleetPlan(path, plan, frame, fingerprints));
  return plan;
}

}  // namespace fitd
