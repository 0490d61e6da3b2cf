// Runs one stage on a runner: asks the plan what to send, sends it, accounts for what comes back. Parent; one thread.
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
  TaskKind kind = TaskKind::kUnset;
  std::string_view context;     // of the task; lives until the stage ends
  std::vector<WorkUnit> units;  // what is to be done, in any order; see UnitsOfTargets and UnitsOfBlocks
  // Expected seconds of each unit, absolute or only in proportion; empty: by the number of values.
  std::vector<double> expected_seconds;
  bool expectation_measured = false;  // they come from earlier fits: believed in limits before the first record
  ChunkSizePolicy chunk_size;
  Duration target_timeout{0};                       // hard limit for a unit; 0: from the costs alone
  Duration first_limit = std::chrono::minutes(10);  // for a unit while nothing is known about the costs
  Duration least_limit = std::chrono::seconds(10);  // and never less afterwards
  std::optional<int> retries;                       // nullopt: 1 after an own death, 5 after one from outside
  std::optional<int> outside_retries;               // instead of `retries` after a death from outside; at most 250
  // A failure that follows another in the same worker is tried once more before it counts (failure_doubts.h).
  bool doubt_failures = false;
  const CancelSource* cancel = nullptr;
};

// One unit for each of these targets.
std::vector<WorkUnit> UnitsOfTargets(std::size_t num_targets);
std::vector<WorkUnit> UnitsOfTargets(const std::vector<std::uint32_t>& targets);
// The whole frame in blocks of `block` consecutive targets (the last may be smaller).
std::vector<WorkUnit> UnitsOfBlocks(std::size_t num_targets, std::uint32_t block);

// A unit that killed or hung its workers as often as it may.
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

// What becomes of the records. An error ends the stage and is what RunStage returns.
class StageSink {
 public:
  virtual ~StageSink() = default;
  // In any order, each unit once; `bytes` live until the call returns.
  virtual Status OnRecord(const WorkUnit& unit, std::string_view bytes, double seconds, int worker) = 0;
  virtual Status OnLost(const TargetLost& lost) = 0;
  // Whether a record says that its unit failed. Asked when failures are doubted, before OnRecord.
  virtual bool IsFailure(std::string_view /*bytes*/) const { return false; }
  // After the death was logged; what it costs comes through OnLost. `in_hand`: what it worked on, or null.
  virtual void OnWorkerDeath(const WorkerDied&, const WorkUnit* /*in_hand*/) {}
  // After each batch of records, and at least every 250 ms.
  virtual Status OnProgress(const StageProgress&) { return OkStatus(); }
};

struct StageReport {
  std::size_t done = 0, lost = 0, retried = 0, chunks = 0;
  int worker_deaths = 0;
};

// Blocks until every unit is done or lost. kCancelled: the cancel source fired; the runner has been aborted, as after
// every error.
Result<StageReport> Dispatch(WorkerRunner& runner, const Frame& frame, const StageOptions& options, int workers,
                             StageSink& sink, const Clock& clock);

}  // namespace fitd
