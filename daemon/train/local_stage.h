// The local stage of a run: decides which targets need a worker, fits them and saves each result as it arrives. Daemon,
// main thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "common/job/job.h"
#include "common/series/series.h"
#include "daemon/plan/cost_model.h"
#include "daemon/plan/model_plan.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/pool/worker_pool.h"
#include "daemon/progress/progress.h"
#include "daemon/store/model_store.h"
#include "daemon/store/quarantine.h"
#include "daemon/store/result_saver.h"
#include "daemon/train/failure_policy.h"
#include "daemon/train/open_run.h"
#include "daemon/train/run_summary.h"

namespace fitd {

class LocalStage : public StageSink {
 public:
  // All arguments outlive the stage. `plan.fit` holds the globals.
  LocalStage(Frame& frame, const ModelPlan& plan, const OpenRun& run, Store& store, Quarantine& quarantine,
             FailurePolicy& failures, Progress& progress, const Clock& clock, std::uint64_t keep_values);

  // Keeps the fits of targets that are unchanged since the run's base, and gives simple models to constant, short and
  // quarantined targets. The rest is put into units(), with earlier models as priors.
  Status Map();
  const std::vector<WorkUnit>& units() const { return units_; }
  const std::vector<double>& expected_seconds() const { return expected_seconds_; }

  // Fits units(). After an error other than the store's own, everything that was finished is saved.
  Result<StageReport> Fit(WorkerPool& pool, const Job& job, const SignalCancel& cancel);
  // Saves results that wait to be written.
  Status Flush() { return saver_.Flush(); }
  // Puts what the stage has counted, and the seconds of saving, into the summary.
  void Report(RunSummary& summary) const;

  Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) override;
  Status OnLost(const TargetLost& lost) override;
  bool IsFailure(const WorkUnit& unit, std::string_view bytes) const override;
  void OnWorkerDeath(const WorkerDied& died, const WorkUnit* in_hand) override;
  Status OnProgress(const StageProgress& progress) override;

 private:
  Result<std::vector<bool>> TakeEarlier();
  std::string CostKeyOf(const SeriesView& series);
  void LoadCosts();
  void SaveCosts() const;
  double ExpectSeconds(const SeriesView& series, double estimate);
  const std::string& CostKey(const TimeGrid& grid);
  void WarnOfIncomplete() const;
  void WarnOfFractions() const;
  Status SaveFit(std::uint32_t index, const TargetFit& fit, int attempts);

  Frame& frame_;
  const ModelPlan& plan_;
  const OpenRun& run_;
  Store& store_;
  Quarantine& quarantine_;
  FailurePolicy& failures_;
  Progress& progress_;
  const Clock& clock_;
  ResultSaver saver_;
  std::deque<std::string> priors_;  // referred to by the frame's series
  EarlierCounts earlier_;
  TargetsOfAKind level_shifts_;
  TargetsOfAKind outlier_patches_;
  TargetsOfAKind short_seasons_;
  TargetsOfAKind late_starts_;
  std::vector<WorkerDeath> deaths_;  // the first kDeathsKept
  std::vector<WorkUnit> units_;
  std::size_t incomplete_ = 0;    // fitted targets that lack one of several models
  std::string first_incomplete_;  // the first of them, with its reason
  std::vector<double> expected_seconds_;
  CostModel costs_;
  Step cost_key_step_;  // the step that cost_key_ was made for
  std::string cost_key_;
  bool all_measured_ = true;  // every expected time comes from the cost model
};

}  // namespace fitd
