// Memory of the values while they are read and afterwards in the frame: large blocks taken from and given back to the
// kernel one by one, so that the process never holds the values twice. slab_file.h has blocks of a file.
// Daemon, ingest threads; blocks are taken by one thread, Release is safe from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace fitd {

class SlabFile;

// The start of every block. Blocks of kSlabBytes are aligned to their size, so that any pointer into one finds it.
struct Slab {
  std::size_t bytes = 0;
  std::atomic<std::int64_t> live{0};  // extents still needed; the block goes back to the kernel at zero
  std::uint64_t keep_values = 0;      // values that can stay where they are
  std::uint64_t move_values = 0;      // values that cannot; both decide whether the block is emptied
  bool evacuate = false;
  SlabFile* file = nullptr;  // the file that the block is a part of; nullptr: it is memory

  double* begin() { return reinterpret_cast<double*>(this + 1); }
  double* end() { return reinterpret_cast<double*>(reinterpret_cast<char*>(this) + bytes); }
  static Slab* Of(const void* inside);
};

inline constexpr std::size_t kSlabBytes = 2U << 20;

inline Slab* Slab::Of(const void* inside) {
  const std::size_t offset = reinterpret_cast<std::uintptr_t>(inside) & (kSlabBytes - 1);
  return reinterpret_cast<Slab*>(static_cast<char*>(const_cast<void*>(inside)) - offset);
}

// A block of at least `bytes` (header included), in `file` or, when that is nullptr, in memory; live is 0. Throws
// std::bad_alloc.
Slab* NewSlab(std::size_t bytes, SlabFile* file = nullptr);
void FreeSlab(Slab* slab);

// Gives one extent back; frees the block with the last.
void ReleaseExtent(Slab* slab);

// Keeps blocks alive for a frame, and the file that they are in, if any.
class SlabOwner {
 public:
  explicit SlabOwner(std::shared_ptr<SlabFile> file) : file_(std::move(file)) {}
  ~SlabOwner() {
    for (Slab* slab : slabs_) FreeSlab(slab);
  }
  SlabOwner(const SlabOwner&) = delete;
  SlabOwner& operator=(const SlabOwner&) = delete;
  void Add(Slab* slab) { slabs_.push_back(slab); }

 private:
  std::shared_ptr<SlabFile> file_;
  std::vector<Slab*> slabs_;
};

}  // namespace fitd
