// What a stage does to a group of consecutive targets: the seam between the process machinery, which moves bytes and
// survives deaths, and the work, which knows neither. The same task object runs in a worker process or in the parent
// (--workers 0). One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/series/series.h"
#include "common/status.h"

namespace fitd {

class AlgorithmHosts;

// Which task a worker builds. Part of the wire protocol: never renumber.
enum class TaskKind : std::uint8_t {
  kUnset = 0,       // a stage that forgot to say: refused
  kGlobalSums = 1,  // one record per block of kPooledArBlockSize consecutive targets
  kLocalFit = 2,    // one record per target
  kUserGlobal = 4,  // one record for the whole frame: the result of a user's global algorithm
  kDetect = 5,      // one record per target
  kSynthetic = 3,   // tests and benchmarks: a known cost per target, and misdeeds; not in what users install
};

class TargetTask {
 public:
  virtual ~TargetTask() = default;

  // Once per worker and stage, before the first group. `context` is the stage's options and shared inputs (an archive
  // made by the parent); the bytes live until the task is destroyed. An error ends the run, it is nobody's retry.
  virtual Status Prepare(std::string_view context) = 0;

  // The record of one group, opaque to the machinery. A target that cannot be fitted is inside the record; only a
  // defect of the process itself throws or dies. The views live until the call returns.
  virtual std::string Run(std::span<const SeriesView> group) = 0;
};

// Null for an unknown kind. `hosts` outlives the task.
std::unique_ptr<TargetTask> MakeTask(TaskKind kind, const AlgorithmHosts& hosts);

}  // namespace fitd
