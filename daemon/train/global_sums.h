// Adds up the sums of the global stage. Blocks arrive from workers in any order and are merged in block order, so the
// model has the same bits whatever the chunks, workers and deaths. Floating-point sums are not associative, so partial
// sums of hosts are never added: blocks are merged into fixed superblocks of the sorted targets, and superblocks are
// merged in order by the host that solves. Daemon, one thread; no process, no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/status.h"

namespace fitd {

// Targets whose sums are exchanged between shards as one unit: 64 blocks. Fleets up to this size give the bits they
// gave before superblocks existed; a million targets have 245 superblocks.
inline constexpr std::uint64_t kSuperblockTargets = 64 * kPooledArBlockSize;

// One in this many superblocks, from the first on, teaches the long windows of the pooled regression: 4096 targets are
// enough for a few hundred weights. The sums of a million hourly targets take 180 MB this way; with all superblocks
// they would take 430 MB.
inline constexpr std::uint64_t kWindowSuperblocks = 8;

// The sums of some targets, by season length.
using SeasonSums = std::map<int, PooledArSums>;
// Adds `sums` to `total`, behind what it has (order matters for the bits).
void MergeSums(SeasonSums& total, const SeasonSums& sums);
// The model of each season length, ascending. `targets`: see Solve.
std::vector<PooledArGlobal> SolveSums(const SeasonSums& total, std::uint64_t targets);

class GlobalSums {
 public:
  using Superblock = std::function<void(std::uint64_t number, SeasonSums sums)>;

  // Sums the targets [first, end); `first` must begin a superblock. Passes each superblock to `complete`, in order.
  GlobalSums(std::uint64_t first, std::uint64_t end, Superblock complete);

  // Adds the record of the block that begins at series `first` (a multiple of kPooledArBlockSize); each block once.
  // Blocks ahead of next_ wait. kCorrupt for bytes that no worker of this version wrote.
  Status Add(std::uint64_t first, std::string_view record);

  // True when all superblocks were passed to `complete`.
  bool complete() const { return next_ >= end_ && waiting_.empty(); }

 private:
  std::uint64_t next_;  // first series of the next block to merge
  std::uint64_t end_;
  Superblock complete_;
  std::map<std::uint64_t, std::vector<PooledArSums>> waiting_;
  SeasonSums current_;  // of the superblock that contains next_
};

}  // namespace fitd
