// Memory for values that cannot stay where they were read. Daemon, ingest threads; an arena belongs to one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "daemon/rows/slab.h"

namespace fitd {

class OutputArena {
 public:
  // Blocks are in `file`, which must outlive them; nullptr: in memory.
  explicit OutputArena(SlabFile* file = nullptr) : file_(file) {}
  // Room for `count` values.
  std::span<double> Take(std::uint64_t count);
  // Hands all blocks over to `owner`.
  void GiveTo(SlabOwner& owner);

 private:
  SlabFile* file_;
  std::vector<Slab*> slabs_;
  Slab* slab_ = nullptr;
  double* next_ = nullptr;
};

}  // namespace fitd
