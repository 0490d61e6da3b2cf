#include "common/process/own_executable.h"

#include <filesystem>

namespace fitd {

Result<std::string> OwnExecutable() {
  constexpr const char* kSelf = "/proc/self/exe";
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink(kSelf, error);
  if (error) return StatusFromErrno(error.value(), kSelf);
  return path.string();
}

}  // namespace fitd
