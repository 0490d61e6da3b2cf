// What runs there are, were and will be: the queue of the daemon as a value. Pure bookkeeping without clock, process or
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
  kInterrupted,  // by the daemon's stop or the process's death; queued again at the next chance
};
std::string_view ServiceRunStateName(ServiceRunState state);  // "queued", "running", ...
std::optional<ServiceRunState> ParseServiceRunState(std::string_view name);
bool IsFinished(ServiceRunState state);

// What a run does. Both write the job's store, so that the runs of one job never go on at the same time.
enum class RunKind { kTrain, kDetect };
std::string_view RunKindName(RunKind kind);  // "train", "detect"
std::optional<RunKind> ParseRunKind(std::string_view name);

// Wall times are milliseconds since 1970-01-01T00:00:00Z, 0: not yet.
struct RunRecord {
  std::int64_t id = 0;
  std::string job;
  RunKind kind = RunKind::kTrain;
  int priority = 0;    // higher goes first
  bool fresh = false;  // start over instead of resuming what an earlier run left
  ServiceRunState state = ServiceRunState::kQueued;
  uid_t uid = 0;  // who asked
  pid_t pid = 0;  // and the asking process
  std::int64_t queued_ms = 0;
  std::int64_t started_ms = 0;  // the latest start
  std::int64_t ended_ms = 0;
  int attempts = 0;            // processes started for it
  int deaths = 0;              // of those, ended by a signal or a stall that nobody asked for
  int exit_code = -1;          // of the last process; 128+n for a signal
  std::string message;         // why it failed, one sentence
  std::string summary;         // the JSON object of `fitd train --json`, or of a detection; empty: none
  std::int64_t store_run = 0;  // the run's number in the store; 0: not known
  bool held = false;           // not to be started yet: the queue with it is not on disk (not persisted)
};

class RunQueue {
 public:
  // kBusy when the queue is full or a run of this kind of the job is queued or running already (its id is in the
  // message). A training and a detection of one job wait for each other.
  Result<std::int64_t> Enqueue(RunRecord record, std::size_t queue_limit);

  // The run to start next (highest priority, then lowest id) whose job has no other running, null when there is none or
  // `parallel` are active.
  RunRecord* NextToStart(std::size_t parallel);

  // A queued run becomes kCancelled; a running one kCancelling (the caller stops its process). kNotFound without such a
  // run, kInvalidInput when it has ended already.
  Status Cancel(std::int64_t id, std::int64_t now_ms);

  // What happened to a run. Forgotten runs beyond `history` finished ones of its kind are returned (their logs can go):
  // many short detections do not push the trainings out.
  std::vector<std::int64_t> Finish(std::int64_t id, ServiceRunState state, std::int64_t now_ms, std::size_t history);
  // Takes a queued run away as if it had never been there.
  void Remove(std::int64_t id);
  // Back into the queue, whatever its length: it was admitted once.
  void Requeue(std::int64_t id);

  // After loading: whatever was running or interrupted waits again. Returns how many.
  std::size_t ResumeInterrupted();

  RunRecord* Find(std::int64_t id);
  const RunRecord* Find(std::int64_t id) const;
  const RunRecord* Active(std::string_view job, RunKind kind) const;  // queued or running; null when neither
  const RunRecord* Latest(std::string_view job, RunKind kind) const;
  const std::deque<RunRecord>& runs() const { return runs_; }  // ascending ids
  std::size_t num_queued() const;
  std::size_t num_active() const;  // running or cancelling

  std::int64_t next_id() const { return next_id_; }
  // For loading; ids must ascend.
  void Restore(std::deque<RunRecord> runs, std::int64_t next_id);

 private:
  std::deque<RunRecord> runs_;
  std::int64_t next_id_ = 1;
};

}  // namespace fitd
