#include "daemon/rows/slab_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <new>

namespace fitd {
namespace {

constexpr std::size_t kChunkBytes = 64 << 20;

std::size_t InWholeBlocks(std::size_t bytes) {
  return (bytes + kSlabBytes - 1) & ~(kSlabBytes - 1);
}

}  // namespace

Result<std::shared_ptr<SlabFile>> SlabFile::Make(const std::string& folder) {
  const std::string what = "cannot spill values into " + folder;
  struct statfs info = {};
  if (statfs(folder.c_str(), &info) != 0) return StatusFromErrno(errno, what);
  if (info.f_type == TMPFS_MAGIC) {
    return Status(StatusCode::kUsage, what + ": it is in memory (tmpfs) itself; name a folder on a disk");
  }
  int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    std::string path = folder + "/fitd-values-XXXXXX";
    fd = mkostemp(path.data(), O_CLOEXEC);
    if (fd >= 0) unlink(path.c_str());
  }
  if (fd < 0) return StatusFromErrno(errno, what);
  return std::shared_ptr<SlabFile>(new SlabFile(folder, fd));
}

SlabFile::~SlabFile() {
  for (const Chunk& chunk : chunks_) munmap(chunk.begin, chunk.bytes);
  close(fd_);
}

Status SlabFile::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

// Reserves room on the disk first: without it, writing to a page would end the process with SIGBUS.
void SlabFile::AddChunk(std::size_t bytes) {
  if (const int error = posix_fallocate(fd_, size_, static_cast<off_t>(bytes)); error != 0) {
    status_ = StatusFromErrno(error, "cannot spill values into " + folder_);
    throw std::bad_alloc();
  }
  const std::size_t reserve = bytes + kSlabBytes;
  void* const mapped = mmap(nullptr, reserve, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  char* const reserved = static_cast<char*>(mapped);
  const std::size_t before = (0 - reinterpret_cast<std::uintptr_t>(mapped)) & (kSlabBytes - 1);
  char* const begin = reserved + before;
  if (before != 0) munmap(reserved, before);
  if (const std::size_t behind = kSlabBytes - before; behind != 0) munmap(begin + bytes, behind);
  if (mmap(begin, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd_, size_) == MAP_FAILED) {
    munmap(begin, bytes);
    throw std::bad_alloc();
  }
  (void)madvise(begin, bytes, MADV_NOHUGEPAGE);  // a page that is looked at would map 2 MB
  size_ += static_cast<off_t>(bytes);
  chunks_.push_back({begin, bytes});
  used_ = 0;
}

Slab* SlabFile::New(std::size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  bytes = InWholeBlocks(bytes);
  if (chunks_.empty() || chunks_.back().bytes - used_ < bytes) AddChunk(std::max(bytes, kChunkBytes));
  CountTouched(bytes);
  Slab* const slab = new (chunks_.back().begin + used_) Slab;
  used_ += bytes;
  slab->bytes = bytes;
  slab->file = this;
  return slab;
}

void SlabFile::Free(Slab* slab) {
  const std::size_t bytes = slab->bytes;
  slab->~Slab();
  // Where holes cannot be punched the disk keeps what is no longer needed, to the end.
  (void)madvise(slab, bytes, MADV_REMOVE);
}

void SlabFile::Touched(std::size_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  CountTouched(bytes);
}

void SlabFile::TouchedAt(const void* place, const void* before) {
  constexpr std::uintptr_t kAround = 64 << 10;  // fault_around_bytes of Linux
  if (reinterpret_cast<std::uintptr_t>(place) / kAround == reinterpret_cast<std::uintptr_t>(before) / kAround) return;
  Touched(kAround);
}

// Letting go of the pages of a shared mapping loses nothing: what was written is in the file.
void SlabFile::CountTouched(std::size_t bytes) {
  touched_ += bytes;
  if (touched_ < kLetGoBytes) return;
  for (const Chunk& chunk : chunks_) (void)madvise(chunk.begin, chunk.bytes, MADV_DONTNEED);
  touched_ = 0;
}

}  // namespace fitd
