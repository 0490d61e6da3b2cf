// A file without a name for values that are too many for memory: blocks of it are mapped, and the kernel writes out and
// gives up what is not in use, as it cannot with memory. Daemon, ingest threads; safe from any.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/rows/slab.h"

namespace fitd {

class SlabFile {
 public:
  // In `folder`, gone with the process. kUsage when that is in memory itself (tmpfs); otherwise the folder's errors.
  static Result<std::shared_ptr<SlabFile>> Make(const std::string& folder);
  ~SlabFile();
  SlabFile(const SlabFile&) = delete;
  SlabFile& operator=(const SlabFile&) = delete;

  // A block of at least `bytes`, as NewSlab gives them; std::bad_alloc, and why in status(), when the disk is full.
  Slab* New(std::size_t bytes);
  // Its room on the disk is free again.
  void Free(Slab* slab);
  // Says that so many bytes of blocks were read or written since the last call: every kLetGoBytes all pages are let go
  // of, which are mapped again when they are next touched.
  void Touched(std::size_t bytes);
  // The same of a place behind another that was touched: what the kernel maps around a page, unless they are
  // neighbours.
  void TouchedAt(const void* place, const void* before);
  Status status() const;

  // The most that is mapped at a time; mapping costs the same whatever it is.
  static constexpr std::size_t kLetGoBytes = 32 << 20;

 private:
  struct Chunk {
    char* begin;
    std::size_t bytes;
  };
  SlabFile(std::string folder, int fd) : folder_(std::move(folder)), fd_(fd) {}
  void AddChunk(std::size_t bytes);
  void CountTouched(std::size_t bytes);

  std::string folder_;
  int fd_;
  mutable std::mutex mutex_;
  std::vector<Chunk> chunks_;
  std::size_t used_ = 0;     // of the last
  off_t size_ = 0;           // of the file
  std::size_t touched_ = 0;  // since pages were let go of
  Status status_;
};

}  // namespace fitd
