// The interface between a stage (Dispatch) and its workers, which are processes, the parent itself, or a test's script.
// Parent; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/fit/target_task.h"
#include "common/series/series.h"
#include "common/status.h"
#include "ipc/cancel_source.h"
#include "ipc/chunk_segment.h"
#include "ipc/result_ring.h"

namespace fitd {

// How long a unit may take, by its cost in the plan. Asked at every check, since the answer is learned during the
// stage.
class UnitLimits {
 public:
  virtual ~UnitLimits() = default;
  virtual Duration LimitFor(double cost) const = 0;
};

// What a stage runs on. Everything it points to outlives the stage.
struct StageSpec {
  TaskKind kind = TaskKind::kUnset;
  std::string_view context;
  const Frame* frame = nullptr;
  const UnitLimits* limits = nullptr;
  const CancelSource* cancel = nullptr;  // may be null
};

// A chunk for a worker: its units and the cost of each in the plan.
struct ChunkOrder {
  std::uint32_t chunk = 0;  // unique in the stage, never 0
  std::vector<WorkUnit> units;
  std::vector<double> costs;
  bool alone = false;  // the worker gets no other chunk until this one is finished
};

struct WorkerSlot {
  int worker = 0;
  int queued = 0;      // chunks that it has
  bool fresh = false;  // its process has not been given a chunk yet
};

// Why a worker process ended.
struct DeathCause {
  std::string text;  // signal:11, exit:3, oom, timeout, bad-message
  // False for a signal that somebody else sent: the unit in hand is not to blame.
  bool own_doing = true;
  std::string why = {};  // for messages, where more is known than the cause says: "" or "; " and a clause
};

// A worker can take chunks: at the start of a stage, or as a replacement.
struct WorkerReady {
  int worker = 0;
};
// Records of one chunk, in order of their positions. The views are valid until the next call of the runner.
struct RecordsArrived {
  int worker = 0;
  std::uint32_t chunk = 0;
  std::span<const ResultRecord> records;
};
// All records of the chunk have been delivered.
struct ChunkFinished {
  int worker = 0;
  std::uint32_t chunk = 0;
};
// Everything that the worker finished has been delivered. A replacement follows.
struct WorkerDied {
  int worker = 0;
  int pid = 0;
  DeathCause cause;
  std::vector<std::uint32_t> chunks;      // chunks that it had, the one in work first
  std::optional<std::uint32_t> position;  // of the unit in hand, in the first of `chunks`; nullopt: it had begun none
  std::string last_words;                 // the end of its stderr
  bool replaced = false;                  // ended by Replace(): no unit is to blame
};
// The stage cannot go on: the task refused its context, or no worker stays alive.
struct RunnerFailed {
  Status status;
};
struct Interrupted {};
struct DeadlinePassed {};

using WorkerEvent =
    std::variant<WorkerReady, RecordsArrived, ChunkFinished, WorkerDied, RunnerFailed, Interrupted, DeadlinePassed>;

class WorkerRunner {
 public:
  virtual ~WorkerRunner() = default;

  virtual Status BeginStage(const StageSpec& spec) = 0;
  // Workers that can take a chunk now, the least busy first. Valid until the next call.
  virtual std::span<const WorkerSlot> FreeSlots() = 0;
  // `worker` is one of FreeSlots().
  virtual Status Start(int worker, ChunkOrder order) = 0;
  // Ends a worker that may be broken: WorkerDied follows, with `replaced`, and a fresh one takes its place.
  virtual void Replace(int worker) = 0;
  // The next event; DeadlinePassed when `deadline` passes without one.
  virtual WorkerEvent WaitUntil(Monotonic deadline) = 0;
  // Ends the stage at once; chunks that workers still have are dropped.
  virtual void Abort() = 0;
};

}  // namespace fitd
