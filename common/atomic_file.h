// Files that are there whole or not at all. Any process; blocks for the disk.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "common/status.h"

namespace fitd {

// Where the file is: "." for a name alone.
std::string FolderOf(const std::string& path);

// Whether a file begins as an SQLite database does.
bool IsDatabase(const std::string& path);

// Whether a file may take the place of what is at `path`, or where its links lead, and its folder is there and can be
// written. kUsage when there is a database, as what is written about a store is not meant to replace one, or a device,
// a pipe or a socket; kNotFound without the folder, kPermission. For outputs that are written after hours of work.
Status CheckReplaceable(const std::string& path);

// kUsage when what is written to `path` would take the place of something that is read: of one of `inputs` (paths,
// folders or patterns of glob(7)) by whatever name, or of what a pattern or a folder among them would read from then
// on.
Status CheckIsNoInput(const std::string& path, std::span<const std::string> inputs);

// kUsage when there is something at `path` that is no `kind` ("HTML page"), as `is` says of its first bytes behind
// white space, 4096 at most: nobody means to lose a table of values to a picture. OK for what is empty, no file or
// cannot be read.
Status CheckIsKind(const std::string& path, std::string_view kind,
                   const std::function<bool(std::string_view head)>& is);

// A file under way to its name. Until Commit it has none where the file system allows that (O_TMPFILE), so that a kill
// leaves nothing behind. One thread.
class PendingFile {
 public:
  // Where a link leads is replaced, not the link. Errors name the file: those of CheckReplaceable, and kIo.
  static Result<PendingFile> Create(const std::string& path, unsigned mode);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();  // without a Commit that worked nothing is left

  int fd() const { return fd_; }
  // What was written is at the path and on the disk when it returns OK.
  Status Commit();

 private:
  PendingFile(std::string path, std::string beside, int fd)
      : path_(std::move(path)), beside_(std::move(beside)), fd_(fd) {}
  Status Name();

  std::string path_;
  std::string beside_;  // its name until then; empty: it has none
  int fd_;
};

// Writes beside `path`, flushes to the disk, renames over it and flushes the folder: whoever opens `path` sees the old
// file or the whole new one, also after a power cut, and two writers at once do no harm. `mode` is what the umask lets
// through. Errors are those of PendingFile.
Status WriteWholeFile(const std::string& path, std::string_view bytes, unsigned mode = 0666);

// The same for a file too large to be put together in memory: Append in order, then Commit. One thread. Without a
// Commit that worked nothing is left.
class WholeFileWriter {
 public:
  static Result<WholeFileWriter> Begin(const std::string& path, unsigned mode = 0666);

  Status Append(std::string_view bytes);
  Status Commit();

 private:
  WholeFileWriter(std::string path, PendingFile file) : path_(std::move(path)), file_(std::move(file)) {}
  Status Flush();

  std::string path_;
  PendingFile file_;
  std::string buffer_;
};

// kNotFound, kPermission, kIo, naming the file.
Result<std::string> ReadWholeFile(const std::string& path);

}  // namespace fitd
