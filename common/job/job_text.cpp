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

int LineNestedTooDeep(std::string_view toml) {
  constexpr int kMostDots = 256;
  int line = 1;
  int dots = 0;
  char quote = 0;
  bool comment = false;
  for (std::size_t i = 0; i < toml.size(); ++i) {
    const char c = toml[i];
    if (c == '\n') {
      ++line;
      dots = 0;
      quote = 0;
      comment = false;
    } else if (comment) {
      continue;
    } else if (quote != 0) {
      if (c == '\\' && quote == '"' && i + 1 < toml.size() && toml[i + 1] != '\n') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      comment = true;
    } else if (c == '.' && ++dots > kMostDots) {
      return line;
    }
  }
  return 0;
}

}  // namespace fitd
