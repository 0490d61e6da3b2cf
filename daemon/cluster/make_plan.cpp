#include "daemon/cluster/make_plan.h"

#include <memory>
#include <utility>
#include <vector>

#include "common/atomic_file.h"
#include "common/process/log.h"
#include "daemon/plan/cost_estimate.h"
#include "daemon/plan/data_note.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/job_data.h"
#include "daemon/plan/model_plan.h"
#include "daemon/rows/slab_file.h"

namespace fitd {

Result<FleetPlan> MakeFleetPlan(const Job& job, const FleetPlanOptions& options, const SignalCancel& cancel,
                                Progress& progress) {
  FITD_RETURN_IF_ERROR(CheckReplaceable(options.path));
  FITD_RETURN_IF_ERROR(CheckIsNoInput(options.path, InputsOf(job)));
  FITD_RETURN_IF_ERROR(CheckIsKind(options.path, "plan of fitd plan",
                                   [](std::string_view head) { return head.starts_with("fitd-plan "); }));
  const ModelPlan models = MakeModelPlan(job);
  std::shared_ptr<SlabFile> values;
  if (!options.spill.empty()) {
    FITD_ASSIGN_OR_RETURN(values, SlabFile::Make(options.spill));
  }
  const auto touched = [&values](std::size_t bytes) {
    if (values) values->Touched(bytes);
  };
  FITD_ASSIGN_OR_RETURN(std::vector<DataSource> sources, FindDataSources(job.data.files));
  FITD_ASSIGN_OR_RETURN(const IngestResult loaded, LoadJobData(job, cancel, progress, true, values));
  const std::string repairs = DescribeRepairs(loaded.report);
  if (!repairs.empty()) Log(LogLevel::kWarning, "repaired while loading: " + repairs);
  for (const std::string& row : loaded.report.first_bad_rows) Log(LogLevel::kWarning, row);
  const Frame& frame = loaded.frame;
  std::vector<std::uint64_t> fingerprints;
  fingerprints.reserve(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    fingerprints.push_back(FingerprintTarget(frame[i]));
    touched(frame.entry(i).size * sizeof(double));
  }
  FleetPlan plan;
  plan.options = DescribeOptions(models);
  plan.fingerprint = FingerprintRun(frame, fingerprints, plan.options);
  plan.data_note = DescribeData(job, loaded.report, frame);
  plan.sources = std::move(sources);
  plan.targets = frame.size();
  plan.values = frame.num_values();
  plan.shards = DivideFleet(ExpectedSeconds(frame, models), options.shards);
  FITD_RETURN_IF_ERROR(WriteFleetPlan(options.path, plan, frame, fingerprints, touched));
  return plan;
}

}  // namespace fitd
