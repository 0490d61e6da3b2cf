#include "ipc/shared_segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <boost/interprocess/detail/os_file_functions.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <cerrno>

namespace fitd {
namespace bi = boost::interprocess;
namespace {

#ifndef F_SEAL_FUTURE_WRITE
constexpr int F_SEAL_FUTURE_WRITE = 0x0010;
#endif

// What mapped_region wants of a thing it can map.
struct MemfdMappable {
  int fd;
  bi::mode_t mode;
  bi::mapping_handle_t get_mapping_handle() const { return bi::ipcdetail::mapping_handle_from_file_handle(fd); }
  bi::mode_t get_mode() const { return mode; }
};

Result<bi::mapped_region> MapRegion(int fd, std::size_t bytes, bi::mode_t mode) {
  try {
    return bi::mapped_region(MemfdMappable{fd, mode}, mode, 0, bytes);
  } catch (const bi::interprocess_exception& e) {
    const std::string what = "cannot map " + std::to_string(bytes) + " bytes of shared memory";
    if (e.get_native_error() == 0) return Status(StatusCode::kIo, what + ": " + e.what());
    return StatusFromErrno(e.get_native_error(), what);
  }
}

}  // namespace

struct SharedSegment::Impl {
  UniqueFd fd;
  bi::mapped_region region;
};

SharedSegment::SharedSegment() = default;
SharedSegment::SharedSegment(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SharedSegment::SharedSegment(SharedSegment&&) noexcept = default;
SharedSegment& SharedSegment::operator=(SharedSegment&&) noexcept = default;
SharedSegment::~SharedSegment() = default;

Result<SharedSegment> SharedSegment::Create(const std::string& name, std::size_t bytes, PeerAccess access) {
  UniqueFd fd(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) return StatusFromErrno(errno, "cannot create shared memory " + name);
  if (::ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0) {
    return StatusFromErrno(errno, "cannot make shared memory " + name + " " + std::to_string(bytes) + " bytes long");
  }
  FITD_ASSIGN_OR_RETURN(bi::mapped_region region, MapRegion(fd.get(), bytes, bi::read_write));
  int seals = F_SEAL_SHRINK | F_SEAL_GROW;
  if (access == PeerAccess::kReadOnly) seals |= F_SEAL_FUTURE_WRITE;
  if (::fcntl(fd.get(), F_ADD_SEALS, seals) != 0) return StatusFromErrno(errno, "cannot seal shared memory " + name);
  return SharedSegment(std::make_unique<Impl>(Impl{std::move(fd), std::move(region)}));
}

Result<SharedSegment> SharedSegment::Map(UniqueFd fd, std::size_t bytes, PeerAccess access) {
  if (!fd.valid()) return Status(StatusCode::kCorrupt, "no descriptor came with a shared segment");
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  struct stat info {};
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || ::fstat(fd.get(), &info) != 0) {
    return Status(StatusCode::kCorrupt, "a shared segment is not a size-sealed memfd");
  }
  if (bytes == 0 || static_cast<std::size_t>(info.st_size) < bytes) {
    return Status(StatusCode::kCorrupt, "a shared segment has " + std::to_string(info.st_size) + " bytes instead of " +
                                            std::to_string(bytes));
  }
  const bi::mode_t mode = access == PeerAccess::kReadOnly ? bi::read_only : bi::read_write;
  FITD_ASSIGN_OR_RETURN(bi::mapped_region region, MapRegion(fd.get(), bytes, mode));
  return SharedSegment(std::make_unique<Impl>(Impl{std::move(fd), std::move(region)}));
}

int SharedSegment::fd() const {
  return impl_ ? impl_->fd.get() : -1;
}
std::byte* SharedSegment::data() {
  return static_cast<std::byte*>(impl_->region.get_address());
}
const std::byte* SharedSegment::data() const {
  return static_cast<const std::byte*>(impl_->region.get_address());
}
std::size_t SharedSegment::size() const {
  return impl_ ? impl_->region.get_size() : 0;
}

}  // namespace fitd
