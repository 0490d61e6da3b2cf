// The lock that lets one process at a time write a store. It is an flock on the store's own file, which SQLite's record
// locks know nothing of: the kernel drops it when the holder dies, however it dies, /proc/locks names the holder's pid
// to whoever is refused, and nothing is left beside the store. Daemon process; any thread.
//
// Record locks have one trap: closing any descriptor of a file drops all of them that the process holds on it, and
// those are SQLite's. So the descriptor that carries the flock is kept in a table of this process until the file's last
// user in it is gone; every connection to a store, reading or writing, holds a StoreFileUse for as long as it is open.
#pragma once

#include <memory>
#include <string>

#include "common/status.h"

namespace fitd {

class StoreFileUse {
 public:
  // For reading. kNotFound when there is no such file.
  static Result<StoreFileUse> Read(const std::string& path);
  // For writing: takes the lock, or is kBusy with the holder's pid. Creates the file when `create`.
  // kCannotCreate when it cannot be created, kPermission when it is there but may not be written.
  static Result<StoreFileUse> Write(const std::string& path, bool create);

  StoreFileUse(StoreFileUse&&) noexcept;
  StoreFileUse& operator=(StoreFileUse&&) noexcept;
  ~StoreFileUse();

  // For a writer: kIo when `path` no longer names the file that is locked.
  Status ExpectInPlace(const std::string& path) const;
  // True when Write made the file.
  bool created() const { return created_; }

 private:
  struct Entry;
  StoreFileUse(std::shared_ptr<Entry> entry, bool writer, bool created);

  std::shared_ptr<Entry> entry_;
  bool writer_ = false;
  bool created_ = false;
};

}  // namespace fitd
