// Anonymous shared memory (memfd), mapped: nothing has a name, so nothing is left after any crash. Parent and worker;
// one thread. A SharedSegment owns its descriptor and its mapping.
//
// Sizes are sealed at creation (F_SEAL_SHRINK|F_SEAL_GROW), so a peer cannot truncate a segment under a reader
// (SIGBUS). Readers do not trust the content of segments that others write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

class SharedSegment {
 public:
  enum class PeerAccess { kReadOnly, kReadWrite };

  // Creates and maps a segment of `bytes` zero bytes. kReadOnly: only the creator can write it, through this mapping;
  // nobody can map it for writing any more (F_SEAL_FUTURE_WRITE).
  static Result<SharedSegment> Create(const std::string& name, std::size_t bytes, PeerAccess access);
  // Maps a segment made by a peer; kCorrupt unless it is a size-sealed memfd of at least `bytes` bytes.
  static Result<SharedSegment> Map(UniqueFd fd, std::size_t bytes, PeerAccess access);

  SharedSegment();
  SharedSegment(SharedSegment&&) noexcept;
  SharedSegment& operator=(SharedSegment&&) noexcept;
  ~SharedSegment();

  int fd() const;
  bool mapped() const { return impl_ != nullptr; }
  std::byte* data();
  const std::byte* data() const;
  std::size_t size() const;

 private:
  struct Impl;
  explicit SharedSegment(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fitd
