// Files that are there whole or not at all. Any process; blocks for the disk.
#pragma once

#include <string>
#include <string_view>

#include "common/status.h"

namespace fitd {

// Writes beside `path`, flushes to the disk, renames over it and flushes the folder: whoever opens `path` sees the old
// file or the whole new one, also after a power cut, and two writers at once do no harm. Errors name the file.
Status WriteWholeFile(const std::string& path, std::string_view bytes);

// The same for a file too large to be put together in memory: Append in order, then Commit. One thread. Without a
// Commit that worked nothing is left.
class WholeFileWriter {
 public:
  static Result<WholeFileWriter> Begin(const std::string& path);
  WholeFileWriter(WholeFileWriter&& other) noexcept;
  WholeFileWriter& operator=(WholeFileWriter&&) = delete;
  ~WholeFileWriter();

  Status Append(std::string_view bytes);
  Status Commit();

 private:
  WholeFileWriter(std::string path, std::string beside, int fd);
  Status Flush();

  std::string path_;
  std::string beside_;
  int fd_;
  std::string buffer_;
};

// kNotFound, kPermission, kIo, naming the file.
Result<std::string> ReadWholeFile(const std::string& path);

}  // namespace fitd
