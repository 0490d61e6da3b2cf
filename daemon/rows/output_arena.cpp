#include "daemon/rows/output_arena.h"

namespace fitd {

std::span<double> OutputArena::Take(std::uint64_t count) {
  const std::size_t bytes = count * sizeof(double);
  if (bytes > kSlabBytes / 4) {
    Slab* const own = NewSlab(sizeof(Slab) + bytes, file_);
    slabs_.push_back(own);
    return {own->begin(), count};
  }
  if (!slab_ || static_cast<std::uint64_t>(slab_->end() - next_) < count) {
    slab_ = NewSlab(kSlabBytes, file_);
    slabs_.push_back(slab_);
    next_ = slab_->begin();
  }
  double* const begin = next_;
  next_ += count;
  return {begin, count};
}

void OutputArena::GiveTo(SlabOwner& owner) {
  for (Slab* slab : slabs_) owner.Add(slab);
  slabs_.clear();
}

}  // namespace fitd
