// Runs one stage on a runner: asks the plan for chunks, sends them, accounts for the records. Parent; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/fit/target_task.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/pool/chunk_plan.h"
#include "daemon/pool/worker_runner.h"

namespace fitd {

struct StageOptions {
  TaskKind kind = TaskKind::kUnset;  // of the task; must live until the stage ends
  std::string_view context;          // the work, in any order; see UnitsOfTargets and UnitsOfBlocks
  std::vector<WorkUnit> units;       // what is to be done, in any order; see UnitsOfTargets and UnitsOfBlocks
  // Expected seconds of each unit, in seconds or only in proportion; empty: proportional to its number of values.
  std::vector<double> expected_seconds;
  bool expectation_measured =
      false;  // expected_seconds come from earlier fits and are real seconds: used before the first record
  ChunkSizePolicy chunk_size;
  Duration target_timeout{0};                       // hard limit for a unit; 0: only the limit learned from the costs
  Duration first_limit = std::chrono::minutes(10);  // limit for a unit while the cost is unknown
  Duration least_limit = std::chrono::seconds(10);  // least limit for a unit afterwards
  std::optional<int> retries;  // retries of a unit after deaths; nullopt: 1 after its own, 5 after deaths from outside
  std::optional<int> outside_retries;  // instead of `retries` for deaths from outside
  // Tries a failure that follows another one in the same worker once more before believing it (failure_doubts.h).
  bool doubt_failures = false;
  const CancelSource* cancel = nullptr;
};

// One unit for each of these targets.
std::vector<WorkUnit> UnitsOfTargets(std::size_t num_targets);
std::vector<WorkUnit> UnitsOfTargets(const std::vector<std::uint32_t>& targets);
// The whole frame in blocks of `block` consecutive targets (the last may be smaller).
std::vector<WorkUnit> UnitsOfBlocks(std::size_t num_targets, std::uint32_t block);

// A unit that used up its retries because its workers died or hung.
struct TargetLost {
  WorkUnit unit;
  std::string cause;  // of the last death: signal:11, oom, timeout, exit:3, bad-message
  int attempts = 0;
  int worker = 0;
  std::string last_words;
};

struct StageProgress {
  std::size_t units = 0, done = 0, lost = 0;
  double remaining_worker_seconds = 0;   // expected work left, over all workers; 0 while nothing is known
  double cost_done = 0, cost_total = 0;  // of the costs that the stage was given
  int worker_deaths = 0;
};

// Receives the results of a stage. An error it returns ends the stage and is returned by RunStage.
class StageSink {
 public:
  virtual ~StageSink() = default;
  // Called for each unit that was done, in any order; a unit that is tried again reports once. `bytes` live until the
  // call returns.
  virtual Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) = 0;
  virtual Status OnLost(const TargetLost& lost) = 0;
  // True when a record says that its unit failed. Called before OnRecord when StageOptions::doubt_failures is set.
  virtual bool IsFailure(const WorkUnit& /*unit*/, std::string_view /*bytes*/) const { return false; }
  // Called after a worker's death was logged, before OnLost. `in_hand`: the unit it worked on; null: none.
  virtual void OnWorkerDeath(const WorkerDied&, const WorkUnit* /*in_hand*/) {}
  // Called when the stage begins and ends, after each batch of records, and every 250 ms while workers are silent.
  virtual Status OnProgress(const StageProgress&) { return OkStatus(); }
};

struct StageReport {
  std::size_t done = 0, lost = 0, retried = 0, chunks = 0;
  int worker_deaths = 0;
};

// Blocks until every unit is done or lost. kCancelled when the cancel source fires. The runner is aborted after every
// error.
Result<StageReport> Dispatch(WorkerRunner& runner, const Frame& frame, const StageOptions& options, int workers,
                             StageSink& sink, const Clock& clock);

}  // namespace fitd
