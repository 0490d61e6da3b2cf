// One worker of the pool as the parent sees it: process, channel, shared memory and queued chunks. Talks to the worker
// but does not decide what comes next. Parent; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/pool/pool_options.h"
#include "daemon/pool/worker_output.h"
#include "daemon/pool/worker_runner.h"
#include "daemon/pool/worker_watch.h"
#include "ipc/channel.h"
#include "ipc/child_process.h"
#include "ipc/messages.h"
#include "ipc/result_ring.h"
#include "ipc/shared_segment.h"

namespace fitd {

class PooledWorker {
 public:
  // `clock` outlives the worker.
  PooledWorker(int number, int cpu, const Clock& clock);

  // Starts a process. REQUIRES kAbsent; the state is kStarting afterwards. `on_line` receives every line of its stdout
  // and stderr.
  Status Spawn(const PoolOptions& options, int spawn_number, const std::string& cgroup_dir,
               std::function<void(std::string_view)> on_line);

  int number() const { return number_; }
  WorkerState state() const { return state_; }
  bool alive() const { return process_.has_value(); }  // it has a process that was not yet buried
  const WorkerStats& stats() const { return stats_; }

  // Messages from the worker. FirstMessage returns the oldest message, null when there is none; kCorrupt when the
  // stream is not made of messages. It stays the oldest until TakeMessage, so that records published before it can be
  // delivered first.
  Result<const Message*> FirstMessage();
  Message TakeMessage();
  // Handles Hello: sends the shared memory. kCorrupt when the message is not plausible.
  Status Attach(const HelloMessage& hello);
  // Handles the answer to BeginStage: ready, or stage refused; `next` is the new state. kCorrupt unless the state is
  // kPreparing.
  Status OnPrepared(WorkerState next);
  // Answers ResultsFull, after Collect has returned all records.
  Status AnswerResultsFull(const ResultsFullMessage& message);
  // Takes published records of one chunk and checks that they are the next ones of that chunk; empty when there are
  // none. On kCorrupt `records` still holds the valid ones before the bad one. Call again until `records` stays empty.
  Status Collect(std::vector<ResultRecord>& records);
  // Ends the chunk in work. kCorrupt unless it is the chunk named and all its records were collected.
  Status FinishChunk(const ChunkDoneMessage& done);

  // Messages to the worker. kWorkerLost: the process is gone; its pidfd reports that too.
  Status BeginStage(std::uint32_t stage, TaskKind kind, const SharedSegment& context, std::size_t context_bytes);
  void EndStage();  // a ready worker belongs to no stage any more
  bool HasRoom() const;
  Status Send(ChunkOrder order, ChunkWriter& writer, const Frame& frame);  // REQUIRES HasRoom().
  WorkerSlot slot() const { return {number_, static_cast<int>(queue_.size()), fresh_}; }
  void LeaveWhenDone();  // takes no more chunks, exits after those it has
  void SayFinish();      // tells it that it may exit; kills it when it cannot be told

  // Ends the worker for `verdict`; the first verdict stays. After SIGABRT, SIGKILL is due at kill_at(), `grace` later.
  void Condemn(Verdict verdict, int signal, Duration grace);
  void Kill();
  bool condemned_for(Verdict verdict) const { return verdict_ == verdict; }
  bool condemned() const { return verdict_.has_value(); }
  std::optional<Monotonic> kill_at() const { return kill_at_; }  // when SIGKILL is due
  WorkerCondition Condition(const UnitLimits* limits);
  std::optional<ExitReport> TryReap();
  ExitReport Reap();  // kills it and blocks until it has ended
  // Cause returns why the process ended, from what the parent knows. Obituary returns its chunks and the unit in hand;
  // the caller adds cause and last words.
  DeathCause Cause(const ExitReport& report, bool oom_kill) const;
  WorkerDied Obituary();
  // Adds the usage of the ended process to the statistics and frees all that belonged to it.
  void Bury(const ExitReport& report);
  void CountDeath() { ++stats_.deaths; }

  bool has_chunks() const { return !queue_.empty(); }
  bool exited() const { return exited_; }  // its pidfd reported the end
  bool IsWorn(const RecycleLimits& limits) const {
    return fitd::IsWorn(limits, units_in_process_, first_rss_bytes_, rss_bytes_);
  }

  // Descriptors to poll; -1: none. Poll the socket for POLLOUT too when wants_to_write().
  int socket_fd() const { return alive() && !exited_ && !closed_at_ ? channel_->fd() : -1; }
  int exit_fd() const { return alive() && !exited_ ? process_->pidfd() : -1; }
  int output_fd() const { return alive() && output_open_ ? process_->stderr_fd() : -1; }
  bool wants_to_write() const { return channel_->wants_to_write(); }
  pid_t pid() const { return process_->pid(); }  // REQUIRES alive()
  // Reads and writes as far as the socket allows. kCorrupt: the bytes are not frames.
  Status Exchange(bool writable);
  void OnExit() { exited_ = true; }
  void ReadOutput();
  void FinishOutput();  // reads the rest, and emits an unfinished last line
  void Note(std::string_view remark) { output_->Note(remark); }
  std::string LastWords() const { return output_->LastWords(); }

 private:
  struct Queued {
    ChunkOrder order;
    std::size_t slot;
    std::uint32_t next_position = 0;
  };
  // The unit that the worker is working on, or none (no position) between units. `cost`: its cost in the plan.
  struct InHand {
    std::optional<std::uint32_t> position;
    double cost = 0;
    Monotonic since;
    bool coming_up = false;  // since then its command is
  };

  // What the worker has in hand, by the progress word in the shared page; nullopt when it has no chunk.
  std::optional<InHand> Look();
  Status PrepareSlot(std::size_t slot, std::size_t bytes, std::uint64_t& new_segment_bytes);

  const Clock& clock_;
  int number_, cpu_;
  WorkerState state_ = WorkerState::kAbsent;
  Monotonic state_since_{};
  std::optional<ChildProcess> process_;
  std::optional<Channel> channel_;
  std::unique_ptr<WorkerOutput> output_;
  bool output_open_ = false;
  bool exited_ = false;
  std::optional<Monotonic> closed_at_;  // when its socket closed although its process had not ended
  std::optional<Message> first_message_;
  std::optional<Verdict> verdict_;
  std::optional<Monotonic> kill_at_;  // set after SIGABRT

  SharedSegment page_, ring_;
  std::optional<RingReader> reader_;
  std::array<SharedSegment, kQueuedChunks> inputs_;
  std::deque<Queued> queue_;
  std::vector<ResultRecord> drained_;
  std::size_t drained_next_ = 0;
  bool fresh_ = true;  // no chunk was sent to this process yet
  std::uint64_t units_in_process_ = 0;
  std::uint64_t rss_bytes_ = 0, first_rss_bytes_ = 0;
  std::uint64_t last_word_ = 0;
  Monotonic in_hand_since_{}, looked_at_{};

  WorkerStats stats_;
  double cpu_seconds_before_ = 0;  // of the earlier processes of this worker
};

}  // namespace fitd
