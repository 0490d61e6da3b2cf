// Detects that a file has changed since the last look (inode, size, modification time). Daemon, any thread.
#pragma once

#include <sys/stat.h>

#include <string>
#include <utility>

namespace fitd {

class FileWatch {
 public:
  explicit FileWatch(std::string path) : path_(std::move(path)) {}

  // True at the first call. A missing file counts as a state like any other.
  bool HasChanged() {
    struct stat now {};
    if (::stat(path_.c_str(), &now) != 0) now = {};
    const bool same = looked_ && now.st_ino == seen_.st_ino && now.st_size == seen_.st_size &&
                      now.st_mtim.tv_sec == seen_.st_mtim.tv_sec && now.st_mtim.tv_nsec == seen_.st_mtim.tv_nsec;
    seen_ = now;
    looked_ = true;
    return !same;
  }

 private:
  std::string path_;
  struct stat seen_ {};
  bool looked_ = false;
};

}  // namespace fitd
