// One worker of the pool as the parent sees it: its process, channel, shared memory and the chunks it has. Knows how to
// talk to it, not what to do next. Parent; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/pool/pool_options.h"
#include "daemon/pool/worker_output.h"
#include "daemon/pool/worker_runner.h"
#include "ipc/channel.h"
#include "ipc/messages.h"
#include "ipc/result_ring.h"
#include "ipc/shared_segment.h"
#include "ipc/worker_process.h"

namespace fitd {

class PooledWorker {
 public:
  enum class State : std::uint8_t {
    kAbsent,     // no process
    kStarting,   // spawned, no Hello yet
    kAttached,   // said Hello, belongs to no stage
    kPreparing,  // was told the stage, not Ready yet
    kReady,
    kLeaving,  // was told to finish
  };

  PooledWorker(int number, int cpu);

  // REQUIRES kAbsent. Then kStarting.
  Status Spawn(const PoolOptions& options, int spawn_number, const std::string& cgroup_dir, Monotonic now);
  // Hello arrived: hands over the shared memory. kCorrupt when the message is not believable.
  Status Attach(const HelloMessage& hello);
  Status BeginStage(std::uint32_t stage, TaskKind kind, const SharedSegment& context, std::size_t context_bytes,
                    Monotonic now);
  // REQUIRES HasRoom().
  Status Send(ChunkOrder order, ChunkWriter& writer, const Frame& frame, Monotonic now);
  // Answers ResultsFull, after a Drain.
  Status AnswerResultsFull(const ResultsFullMessage& message);
  // Takes published records and checks that they are the next ones of the chunk in work; empty when there are none.
  // On kCorrupt the valid ones before the lie are in `records` all the same. Only records of one chunk are returned at
  // a time: call again until it gives none.
  Status Collect(std::vector<ResultRecord>& records);
  // The chunk in work is done; kCorrupt unless `chunk` is that chunk and all its records were collected.
  Status FinishChunk(const ChunkDoneMessage& done);

  bool HasRoom() const;
  // What the worker has had in hand since when; the limit is for the unit's cost in the plan.
  struct InHand {
    std::optional<std::uint32_t> position;
    double cost = 0;
    Monotonic since;
  };
  // Nullopt when it has no chunk. Looks at the progress word.
  std::optional<InHand> Look(Monotonic now);
  // After the process ended: accounts for it and forgets it.
  void Bury(const ExitReport& report);

  int number() const { return number_; }
  int cpu() const { return cpu_; }
  State state = State::kAbsent;
  Monotonic state_since{};
  bool fresh = true;  // no chunk yet in this process
  std::optional<WorkerProcess> process;
  std::optional<Channel> channel;
  std::unique_ptr<WorkerOutput> output;
  bool output_open = false;
  bool exited = false;                 // its pidfd said so
  std::optional<Monotonic> closed_at;  // its socket closed before its pidfd said that it ended
  std::optional<Message> held;         // waits until the records published before it were delivered
  // Set when the parent decided that it must go; the cause of its death then.
  std::string verdict;
  std::optional<Monotonic> kill_at;  // SIGABRT was sent, SIGKILL follows

  struct Queued {
    ChunkOrder order;
    std::size_t slot;
    std::uint32_t next_position = 0;
  };
  std::deque<Queued> queue;
  WorkerStats stats;
  std::uint64_t units_in_process = 0;
  std::uint64_t rss_bytes = 0, first_rss_bytes = 0;

 private:
  Status PrepareSlot(std::size_t slot, std::size_t bytes, std::uint64_t& new_segment_bytes);

  int number_, cpu_;
  SharedSegment page_, ring_;
  std::optional<RingReader> reader_;
  std::array<SharedSegment, kQueuedChunks> inputs_;
  std::vector<ResultRecord> drained_;
  std::size_t drained_next_ = 0;
  double cpu_seconds_before_ = 0;  // of earlier processes
  std::uint64_t last_word_ = 0;
  Monotonic in_hand_since_{}, looked_at_{};
};

}  // namespace fitd
