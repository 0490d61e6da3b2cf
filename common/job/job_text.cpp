#include "common/job/job_text.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

namespace fitd {

Result<std::string> ReadJobText(const std::string& path) {
  static constexpr std::uintmax_t kMaxBytes = std::uintmax_t{16} << 20;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return Status(StatusCode::kNotFound, "the job file " + path + " is a folder; name a file in it");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return StatusFromErrno(errno, "cannot read the job file " + path);
  std::string text;
  std::array<char, 65536> block;
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxBytes) {
      return Status(StatusCode::kBadConfig, path + " is too large for a job file (more than 16 MB); is it data?");
    }
  }
  return text;
}

}  // namespace fitd
