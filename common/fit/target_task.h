// The interface between the process machinery, which moves bytes and survives deaths, and the work of a stage on a
// group of consecutive targets. The same task object runs in a worker process or in the parent (--workers 0). One
// thread at a time.
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

// Which task a worker creates. Part of the wire protocol: never renumber.
enum class TaskKind : std::uint8_t {
  kUnset = 0,       // no kind was set: refused
  kGlobalSums = 1,  // one record per block of kPooledArBlockSize consecutive targets
  kLocalFit = 2,    // one record per target
  kUserGlobal = 4,  // one record for the whole frame: the result of a user's global algorithm
  kDetect = 5,      // one record per target
  kSynthetic = 3,   // tests and benchmarks: known cost per target, and misdeeds; not installed
};

class TargetTask {
 public:
  virtual ~TargetTask() = default;

  // Called once per worker and stage, before the first group. `context`: options and shared inputs of the stage (an
  // archive made by the parent); lives until the task is destroyed. An error ends the run and is not retried.
  virtual Status Prepare(std::string_view context) = 0;

  // Returns the record of one group, opaque to the machinery. A target that cannot be fitted is reported inside the
  // record; only a defect of the process throws or dies. The views live until the call returns.
  virtual std::string Run(std::span<const SeriesView> group) = 0;
};

// Null for an unknown kind. `hosts` outlives the task.
std::unique_ptr<TargetTask> MakeTask(TaskKind kind, const AlgorithmHosts& hosts);

}  // namespace fitd
