// The bookkeeping of a stage: which units wait, run, are done, are retried or given up. Only decides; owns no process,
// clock or descriptor. Parent; one thread. The result of a unit does not depend on the chunk it is sent in.
//
// Chunk size `auto` is guided self-scheduling (Polychronopoulos & Kuck 1987): a chunk gets 1/(4 x workers) of the cost
// that is left, largest units first, between 1 and 50 ms of work once the seconds per unit of cost are known.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "common/job/job_values.h"

namespace fitd {

struct PlanOptions {
  int workers = 1;
  ChunkSizePolicy chunk_size;
  int own_retries = 1;                      // retries after a death that the unit probably caused
  int outside_retries = 5;                  // retries after a death that came from outside
  double seconds_per_cost = 0;              // expected before the first record arrives; 0: unknown
  std::uint64_t max_chunk_bytes = 1 << 20;  // limit of automatic chunks; a larger unit is sent by itself
};

struct PlanUnit {
  double cost = 1;  // in any unit of measure; expected seconds are best
  std::uint64_t bytes = 0;
};

struct PlannedChunk {
  std::uint32_t chunk = 0;  // from 1
  std::vector<std::uint32_t> units;
  bool alone = false;  // a retry: the only chunk of a fresh worker
};

// A unit that used up its retries.
struct GivenUp {
  std::uint32_t unit = 0;
  int attempts = 0;
};

class ChunkPlan {
 public:
  ChunkPlan(std::span<const PlanUnit> units, const PlanOptions& options);

  bool has_pending() const { return !requeued_.empty() || next_ < order_.size(); }
  bool has_retry() const { return !retries_.empty(); }
  bool has_running() const { return !running_.empty(); }
  bool finished() const { return num_done_ + num_given_up_ == units_.size(); }
  std::size_t num_done() const { return num_done_; }
  std::size_t num_chunks() const { return last_chunk_; }
  std::size_t num_retried() const { return num_retried_; }

  // REQUIRES has_pending() / has_retry().
  PlannedChunk NextChunk();
  PlannedChunk NextRetry();

  // Marks the unit at `position` of a running chunk as done and returns it. Nullopt when the chunk does not run or
  // `position` is not its next one.
  std::optional<std::uint32_t> OnRecord(std::uint32_t chunk, std::uint32_t position, double seconds);
  // True when the chunk came from NextRetry() and runs.
  bool IsAlone(std::uint32_t chunk) const;
  // Forgets a chunk whose units are all done; false when units are left or the chunk does not run.
  bool OnChunkFinished(std::uint32_t chunk);
  // The worker with these `chunks` died; it worked on the first. `position`: the unit of that chunk it had begun, if
  // any. Blames that unit, or the first unit of the chunk when none was done: the unit is queued for NextRetry() or
  // given up. All other units that are not done are queued again. Returns the units given up.
  std::vector<GivenUp> OnWorkerDied(std::span<const std::uint32_t> chunks, std::optional<std::uint32_t> position,
                                    bool own_doing);
  // Takes back the chunks of a worker that the parent ended; their units that are not done are queued again.
  void TakeBack(std::span<const std::uint32_t> chunks);
  // Queues a unit that was done for another try, alone.
  void TryAgain(std::uint32_t unit);

  double cost(std::uint32_t unit) const { return units_[unit].cost; }
  // Learned from the records so far; before the first, PlanOptions::seconds_per_cost.
  double seconds_per_cost() const { return done_cost_ > 0 ? done_seconds_ / done_cost_ : options_.seconds_per_cost; }
  double slowest_seconds() const { return slowest_seconds_; }
  double remaining_cost() const { return remaining_cost_; }
  double total_cost() const { return total_cost_; }
  // The unit at `position` of a running chunk; nullopt when there is none.
  std::optional<std::uint32_t> UnitAt(std::uint32_t chunk, std::uint32_t position) const;
  // Expected seconds of work that is left, summed over all workers; 0: unknown.
  double remaining_seconds() const { return remaining_cost_ * seconds_per_cost(); }

 private:
  struct Unit {
    double cost;
    std::uint64_t bytes;
    std::uint16_t own_deaths = 0;
    std::uint16_t outside_deaths = 0;
  };
  struct Running {
    std::vector<std::uint32_t> units;
    bool alone = false;
    std::size_t done = 0;
  };

  std::uint32_t PeekPending() const { return requeued_.empty() ? order_[next_] : requeued_.front(); }
  void PopPending();
  double CostBudget() const;
  std::size_t UnitBudget() const;
  PlannedChunk Launch(std::vector<std::uint32_t> units, bool alone);
  void Requeue(const std::vector<std::uint32_t>& units);
  void Blame(std::uint32_t unit, bool own_doing, std::vector<GivenUp>& given_up);

  std::vector<Unit> units_;
  PlanOptions options_;
  std::vector<std::uint32_t> order_;  // by falling cost; in the order given for even chunks
  std::size_t next_ = 0;
  std::deque<std::uint32_t> requeued_;  // units taken back from workers, before order_[next_]
  std::deque<std::uint32_t> retries_;   // units for NextRetry()
  std::unordered_map<std::uint32_t, Running> running_;
  std::uint32_t last_chunk_ = 0;
  std::size_t num_done_ = 0, num_given_up_ = 0, num_retried_ = 0;
  double pending_cost_ = 0, remaining_cost_ = 0, total_cost_ = 0;
  double done_cost_ = 0, done_seconds_ = 0, slowest_seconds_ = 0;
};

}  // namespace fitd
