// Adds up the global stage: sums of blocks arrive from workers in any order and are merged in block order, so that the
// model is the same bits whatever the chunks, the workers and their deaths. Floating-point sums are not associative, so
// hosts never add what others added: blocks go into fixed superblocks of the sorted targets, and superblocks are merged
// in order by whoever solves. Daemon, one thread; no process, no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/status.h"

namespace fitd {

// Targets whose sums are one unit of exchange between shards: 64 blocks. Fleets up to this size have the bits they had
// before there were superblocks; the sums of a million targets are 245 of them.
inline constexpr std::uint64_t kSuperblockTargets = 64 * kPooledArBlockSize;

// Every so many superblocks teach the long windows of the pooled regression, from the first on: 4096 targets are many
// for a few hundred weights, and with all the sums of a million hourly targets would take 430 MB, with these 180.
inline constexpr std::uint64_t kWindowSuperblocks = 8;

// The sums of some targets, by season length.
using SeasonSums = std::map<int, PooledArSums>;
// Adds `sums` behind what is in `total`.
void MergeSums(SeasonSums& total, const SeasonSums& sums);
// The model of each season length, ascending. `targets` as in Solve.
std::vector<PooledArGlobal> SolveSums(const SeasonSums& total, std::uint64_t targets);

class GlobalSums {
 public:
  using Superblock = std::function<void(std::uint64_t number, SeasonSums sums)>;

  // Sums the targets [first, end); `first` begins a superblock. `complete` gets each superblock, in order.
  GlobalSums(std::uint64_t first, std::uint64_t end, Superblock complete);

  // The record of the block that begins at series `first` (a multiple of kPooledArBlockSize). Blocks that are too early
  // wait; each block once. kCorrupt for bytes no worker of this version wrote.
  Status Add(std::uint64_t first, std::string_view record);

  // Whether all superblocks were handed over.
  bool complete() const { return next_ >= end_ && waiting_.empty(); }

 private:
  std::uint64_t next_;  // first series of the next block to merge
  std::uint64_t end_;
  Superblock complete_;
  std::map<std::uint64_t, std::vector<PooledArSums>> waiting_;
  SeasonSums current_;  // of the superblock that next_ is in
};

}  // namespace fitd
