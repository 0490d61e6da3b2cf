// Adds up the global stage: sums of blocks arrive from workers in any order and are merged in block order, so that the
// model is the same bits whatever the chunks, the workers and their deaths. Daemon, one thread; no process, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/pooled_ar/pooled_ar.h"
#include "common/status.h"

namespace fitd {

class GlobalSums {
 public:
  // The record of the block that begins at series `first` (a multiple of kPooledArBlockSize). Blocks that are too early
  // wait; each block once. kCorrupt for bytes no worker of this version wrote.
  Status Add(std::uint64_t first, std::string_view record);

  // Whether the blocks of the first `targets` targets are all there.
  bool Complete(std::uint64_t targets) const { return next_ >= targets && waiting_.empty(); }
  // The model of each season length, ascending.
  std::vector<PooledArGlobal> Solve() const;

 private:
  std::uint64_t next_ = 0;  // first series of the next block to merge
  std::map<std::uint64_t, std::vector<PooledArSums>> waiting_;
  std::map<int, PooledArSums> by_season_;
};

}  // namespace fitd
