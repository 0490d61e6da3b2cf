// The bookkeeping of a stage: which units wait, which are being worked on, which are done, tried again or given up.
// Decides, does nothing: no process, no clock, no descriptor. Parent; one thread. Which chunk a unit travels in has no
// influence on its result.
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
  int own_retries = 1;                      // after a death that is likely the unit's own doing
  int outside_retries = 5;                  // after one that is not
  double seconds_per_cost = 0;              // expected before the first record; 0: unknown
  std::uint64_t max_chunk_bytes = 1 << 20;  // of automatic chunks; a larger unit travels by itself
};

struct PlanUnit {
  double cost = 1;  // any unit of measure; expected seconds are best
  std::uint64_t bytes = 0;
};

struct PlannedChunk {
  std::uint32_t chunk = 0;  // from 1
  std::vector<std::uint32_t> units;
  bool alone = false;
};

// A unit that was tried as often as it may be.
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

  // The unit at `position` of a running chunk is done; returns the unit. Nullopt for a chunk that does not run or a
  // position that is not its next.
  std::optional<std::uint32_t> OnRecord(std::uint32_t chunk, std::uint32_t position, double seconds);
  bool IsAlone(std::uint32_t chunk) const;  // it was a NextRetry() and runs
  // False when the chunk still has units.
  bool OnChunkFinished(std::uint32_t chunk);
  // The worker that had `chunks` (the one in work first) died. The unit in hand is to be tried again alone, or is given
  // up; without one in hand the first unit of a chunk it never got on with is blamed. All others wait again.
  std::vector<GivenUp> OnWorkerDied(std::span<const std::uint32_t> chunks, std::optional<std::uint32_t> position,
                                    bool own_doing);
  // The worker that had `chunks` was ended by the parent: all they still have waits again.
  void TakeBack(std::span<const std::uint32_t> chunks);
  // A unit that was done is to be tried once more, alone.
  void TryAgain(std::uint32_t unit);

  double cost(std::uint32_t unit) const { return units_[unit].cost; }
  // Learned from the records so far; before the first what the options expect, 0 when they expect nothing.
  double seconds_per_cost() const { return done_cost_ > 0 ? done_seconds_ / done_cost_ : options_.seconds_per_cost; }
  double slowest_seconds() const { return slowest_seconds_; }
  double remaining_cost() const { return remaining_cost_; }
  double total_cost() const { return total_cost_; }
  // The unit at a position of a running chunk; nullopt when there is none.
  std::optional<std::uint32_t> UnitAt(std::uint32_t chunk, std::uint32_t position) const;
  // Expected seconds of work that is not done yet, over all workers.
  double remaining_seconds() const { return remaining_cost_ * seconds_per_cost(); }

 private:
  struct Unit {
    double cost;
    std::uint64_t bytes;
    std::uint8_t own_deaths = 0;
    std::uint8_t outside_deaths = 0;
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
  std::vector<std::uint32_t> order_;  // largest cost first, unless the chunks are to be even
  std::size_t next_ = 0;
  std::deque<std::uint32_t> requeued_;
  std::deque<std::uint32_t> retries_;
  std::unordered_map<std::uint32_t, Running> running_;
  std::uint32_t last_chunk_ = 0;
  std::size_t num_done_ = 0, num_given_up_ = 0, num_retried_ = 0;
  double pending_cost_ = 0, remaining_cost_ = 0, total_cost_ = 0;
  double done_cost_ = 0, done_seconds_ = 0, slowest_seconds_ = 0;
};

}  // namespace fitd
