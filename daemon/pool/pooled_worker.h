// One worker of the pool as the parent sees it: its process, channel, shared memory and the chunks it has. Knows how to
// talk to it, not what to do next. Parent; one thread.
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

  // REQUIRES kAbsent. Then kStarting. `on_line` gets every line it writes to stdout or stderr.
  Status Spawn(const PoolOptions& options, int spawn_number, const std::string& cgroup_dir,
               std::function<void(std::string_view)> on_line);

  int number() const { return number_; }
  WorkerState state() const { return state_; }
  bool alive() const { return process_.has_value(); }  // it has a process that was not buried
  const WorkerStats& stats() const { return stats_; }

  // What it says. The message that came first, null when there is none; kCorrupt when the stream is no messages. It
  // stays the first until it is taken, so that records published before it can be delivered first.
  Result<const Message*> FirstMessage();
  Message TakeMessage();
  // Hello arrived: hands over the shared memory. kCorrupt when the message is not believable.
  Status Attach(const HelloMessage& hello);
  // It is ready for the stage it was told, or its task refused the stage. kCorrupt unless it is kPreparing.
  Status OnPrepared(WorkerState next);
  // Answers ResultsFull, after a Drain.
  Status AnswerResultsFull(const ResultsFullMessage& message);
  // Takes published records and checks that they are the next ones of the chunk in work; empty when there are none.
  // On kCorrupt the valid ones before the lie are in `records` all the same. Only records of one chunk are returned at
  // a time: call again until it gives none.
  Status Collect(std::vector<ResultRecord>& records);
  // The chunk in work is done; kCorrupt unless `chunk` is that chunk and all its records were collected.
  Status FinishChunk(const ChunkDoneMessage& done);

  // What it is told. kWorkerLost: it is gone, which its pidfd says too.
  Status BeginStage(std::uint32_t stage, TaskKind kind, const SharedSegment& context, std::size_t context_bytes);
  void EndStage();  // a ready one belongs to no stage any more
  bool HasRoom() const;
  Status Send(ChunkOrder order, ChunkWriter& writer, const Frame& frame);  // REQUIRES HasRoom().
  WorkerSlot slot() const { return {number_, static_cast<int>(queue_.size()), fresh_}; }
  void LeaveWhenDone();  // takes no more chunks
  void SayFinish();      // it may exit; a worker that cannot be told is killed

  // Its death. The first verdict stays. After SIGABRT it has `grace` until kill_at.
  void Condemn(Verdict verdict, int signal, Duration grace);
  void Kill();
  bool condemned_for(Verdict verdict) const { return verdict_ == verdict; }
  bool condemned() const { return verdict_.has_value(); }
  std::optional<Monotonic> kill_at() const { return kill_at_; }  // SIGKILL is due then
  WorkerCondition Condition(const UnitLimits* limits);
  std::optional<ExitReport> TryReap();
  ExitReport Reap();  // kills it and blocks until it has ended
  // What the parent knows of why a process ended, and what it had (cause and last words are the caller's).
  DeathCause Cause(const ExitReport& report, bool oom_kill) const;
  WorkerDied Obituary();
  // Accounts for the process and forgets it.
  void Bury(const ExitReport& report);
  void CountDeath() { ++stats_.deaths; }

  bool has_chunks() const { return !queue_.empty(); }
  bool exited() const { return exited_; }  // its pidfd said so
  bool IsWorn(const RecycleLimits& limits) const {
    return fitd::IsWorn(limits, units_in_process_, first_rss_bytes_, rss_bytes_);
  }

  // Descriptors to wait for; -1: nothing to wait for. The socket has POLLOUT to wait for when it wants_to_write().
  int socket_fd() const { return alive() && !exited_ && !closed_at_ ? channel_->fd() : -1; }
  int exit_fd() const { return alive() && !exited_ ? process_->pidfd() : -1; }
  int output_fd() const { return alive() && output_open_ ? process_->stderr_fd() : -1; }
  bool wants_to_write() const { return channel_->wants_to_write(); }
  pid_t pid() const { return process_->pid(); }  // REQUIRES alive()
  // Reads and writes what the socket has room for. kCorrupt: no frames.
  Status Exchange(bool writable);
  void OnExit() { exited_ = true; }
  void ReadOutput();
  void FinishOutput();  // what is left, and the last line, though it was not ended
  void Note(std::string_view remark) { output_->Note(remark); }
  std::string LastWords() const { return output_->LastWords(); }

 private:
  struct Queued {
    ChunkOrder order;
    std::size_t slot;
    std::uint32_t next_position = 0;
  };
  // What the worker has had in hand since when; the limit is for the unit's cost in the plan.
  struct InHand {
    std::optional<std::uint32_t> position;
    double cost = 0;
    Monotonic since;
  };

  // Nullopt when it has no chunk. Looks at the progress word.
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
  std::optional<Monotonic> closed_at_;  // its socket closed before its pidfd said that it ended
  std::optional<Message> first_message_;
  std::optional<Verdict> verdict_;
  std::optional<Monotonic> kill_at_;  // SIGABRT was sent, SIGKILL follows

  SharedSegment page_, ring_;
  std::optional<RingReader> reader_;
  std::array<SharedSegment, kQueuedChunks> inputs_;
  std::deque<Queued> queue_;
  std::vector<ResultRecord> drained_;
  std::size_t drained_next_ = 0;
  bool fresh_ = true;  // no chunk yet in this process
  std::uint64_t units_in_process_ = 0;
  std::uint64_t rss_bytes_ = 0, first_rss_bytes_ = 0;
  std::uint64_t last_word_ = 0;
  Monotonic in_hand_since_{}, looked_at_{};

  WorkerStats stats_;
  double cpu_seconds_before_ = 0;  // of earlier processes
};

}  // namespace fitd
