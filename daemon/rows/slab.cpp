#include "daemon/rows/slab.h"

#include <sys/mman.h>

#include <new>

#include "daemon/rows/slab_file.h"

namespace fitd {

Slab* NewSlab(std::size_t bytes, SlabFile* file) {
  if (file != nullptr) return file->New(bytes);
  bytes = (bytes + 4095) & ~std::size_t{4095};
  const std::size_t reserve = bytes + kSlabBytes;
  void* const mapped =
      mmap(nullptr, reserve, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  // Cut the reserve down to an aligned block.
  char* const reserved = static_cast<char*>(mapped);
  const std::size_t before = (0 - reinterpret_cast<std::uintptr_t>(mapped)) & (kSlabBytes - 1);
  char* const aligned = reserved + before;
  if (before != 0) munmap(reserved, before);
  if (const std::size_t behind = kSlabBytes - before; behind != 0) munmap(aligned + bytes, behind);
  // Fewer page faults; advice only, a refusal changes nothing.
  if (bytes >= kSlabBytes) (void)madvise(aligned, bytes, MADV_HUGEPAGE);
  Slab* const slab = new (aligned) Slab;
  slab->bytes = bytes;
  return slab;
}

void FreeSlab(Slab* slab) {
  if (slab->file != nullptr) return slab->file->Free(slab);
  const std::size_t bytes = slab->bytes;
  slab->~Slab();
  munmap(slab, bytes);
}

void ReleaseExtent(Slab* slab) {
  if (slab->live.fetch_sub(1, std::memory_order_acq_rel) == 1) FreeSlab(slab);
}

}  // namespace fitd
