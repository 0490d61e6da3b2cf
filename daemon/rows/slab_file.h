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

  // A block of at least `bytes`, as from NewSlab(). When the disk is full, throws std::bad_alloc, and status() says
  // why.
  Slab* New(std::size_t bytes);
  // Frees a block and its room on the disk.
  void Free(Slab* slab);
  // Counts bytes of blocks that were read or written. Every kLetGoBytes the pages of all blocks are let go of, and the
  // kernel maps them again when they are next touched.
  void Touched(std::size_t bytes);
  // Counts one touched place as the 64 KiB that the kernel maps around it, unless they hold `before`, the place touched
  // last.
  void TouchedAt(const void* place, const void* before);
  Status status() const;

  // Most bytes that are mapped at a time. What mapping costs does not depend on it.
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
  std::size_t used_ = 0;     // bytes of the last chunk
  off_t size_ = 0;           // bytes of the file
  std::size_t touched_ = 0;  // bytes since pages were let go of
  Status status_;
};

}  // namespace fitd
