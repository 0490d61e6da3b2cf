// All runs that wait, run or have ended: the queue of the daemon as a value. Pure bookkeeping without clock, process or
// file; times are passed in. Daemon, loop thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace fitd {

enum class ServiceRunState {
  kQueued,
  kRunning,
  kCancelling,   // told to stop by a client
  kComplete,     // exit 0 or 3
  kFailed,       // any other exit
  kCancelled,    // by a client
  kInterrupted,  // by the daemon's stop or the process's death; queued again later
};
std::string_view ServiceRunStateName(ServiceRunState state);  // "queued", "running", ...
std::optional<ServiceRunState> ParseServiceRunState(std::string_view name);
bool IsFinished(ServiceRunState state);

// What a run does. Both kinds write the job's store, so two runs of one job never run at the same time.
enum class RunKind { kTrain, kDetect };
std::string_view RunKindName(RunKind kind);  // "train", "detect"
std::optional<RunKind> ParseRunKind(std::string_view name);

// Wall times are milliseconds since 1970-01-01T00:00:00Z; 0: not yet.
struct RunRecord {
  std::int64_t id = 0;
  std::string job;
  RunKind kind = RunKind::kTrain;
  int priority = 0;    // higher goes first
  bool fresh = false;  // start over instead of resuming what an earlier run left
  ServiceRunState state = ServiceRunState::kQueued;
  uid_t uid = 0;  // the user who asked for it
  pid_t pid = 0;  // the asking process
  std::int64_t queued_ms = 0;
  std::int64_t started_ms = 0;  // of the latest attempt
  std::int64_t ended_ms = 0;
  int attempts = 0;            // processes started for the run
  int deaths = 0;              // of the attempts, those that ended by a signal or stall nobody asked for
  int exit_code = -1;          // of the last process; 128+n for a signal
  std::string message;         // why it failed, one sentence
  std::string summary;         // JSON object of `fitd train --json` or of a detection; empty: none
  std::int64_t store_run = 0;  // number of the run in the store; 0: unknown
  bool held = false;           // not to be started yet, since the queue with it is not on disk (not persisted)
};

class RunQueue {
 public:
  // kBusy when the queue is full or a run of this kind of the job is queued or running (its id is in the message).
  // Returns the new id. A training and a detection of one job may both be queued; they run one after the other.
  Result<std::int64_t> Enqueue(RunRecord record, std::size_t queue_limit);

  // The run to start next: highest priority, then lowest id, among jobs without a running run. Null when there is none
  // or `parallel` runs are active.
  RunRecord* NextToStart(std::size_t parallel);

  // Cancels a queued run (kCancelled), or marks a running one kCancelling; the caller stops its process. kNotFound when
  // there is no such run, kInvalidInput when it has ended.
  Status Cancel(std::int64_t id, std::int64_t now_ms);

  // Sets the final state of a run. Removes all but the newest `history` finished runs of its kind and returns their
  // ids, whose logs can be removed. Counting by kind keeps many short detections from displacing trainings.
  std::vector<std::int64_t> Finish(std::int64_t id, ServiceRunState state, std::int64_t now_ms, std::size_t history);
  // Removes a queued run without a trace.
  void Remove(std::int64_t id);
  // Queues a run again, even beyond the queue limit, as it was admitted before.
  void Requeue(std::int64_t id);

  // Call after loading: queues runs that were running or interrupted. Returns how many.
  std::size_t ResumeInterrupted();

  RunRecord* Find(std::int64_t id);
  const RunRecord* Find(std::int64_t id) const;
  const RunRecord* Active(std::string_view job, RunKind kind) const;  // queued or running; null: neither
  const RunRecord* Latest(std::string_view job, RunKind kind) const;
  const std::deque<RunRecord>& runs() const { return runs_; }  // ascending ids
  std::size_t num_queued() const;
  std::size_t num_active() const;  // running or cancelling

  std::int64_t next_id() const { return next_id_; }
  // Sets runs and next id after loading; ids must ascend.
  void Restore(std::deque<RunRecord> runs, std::int64_t next_id);

 private:
  std::deque<RunRecord> runs_;
  std::int64_t next_id_ = 1;
};

}  // namespace fitd
