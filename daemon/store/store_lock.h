// The lock that lets only one process write a store: an flock on the store's own file, independent of SQLite's record
// locks. The kernel drops it when the holder dies, /proc/locks shows the holder's pid to those refused, and no lock
// file is left behind. Daemon process; any thread.
//
// Record locks have a trap: closing any descriptor of a file drops all record locks of the process on it, including
// SQLite's. So the descriptor with the flock is kept in a table of this process until the last user of the file in it
// is gone. Every connection to a store, reading or writing, holds a StoreFileUse while it is open.
//
// What SQLite keeps beside a store, its log (-wal), the log's index (-shm) and a rollback journal, is looked at too: it
// takes pages from them whoever owns them, so in a folder where others may create files they could say anything in the
// store's name.
#pragma once

#include <memory>
#include <string>

#include "common/status.h"

namespace fitd {

class StoreFileUse {
 public:
  // For reading. kNotFound when the file does not exist.
  static Result<StoreFileUse> Read(const std::string& path);
  // For writing: takes the lock; kBusy with the holder's pid when another process has it. Creates the file when
  // `create`. kCannotCreate when that fails, kPermission when the file exists but is not writable.
  static Result<StoreFileUse> Write(const std::string& path, bool create);

  StoreFileUse(StoreFileUse&&) noexcept;
  StoreFileUse& operator=(StoreFileUse&&) noexcept;
  ~StoreFileUse();

  // For a writer: kIo when `path` no longer names the locked file.
  Status ExpectInPlace(const std::string& path) const;
  // True when Write created the file.
  bool created() const { return created_; }

 private:
  struct Entry;
  StoreFileUse(std::shared_ptr<Entry> entry, bool writer, bool created);

  std::shared_ptr<Entry> entry_;
  bool writer_ = false;
  bool created_ = false;
};

// kPermission when one of the files beside the store belongs to somebody who may not write the store itself, can be
// written by more people than the store, or is no plain file. Ask before SQLite opens the store, and once more when it
// has read: what was put there in between is refused before anything is made of it.
Status ExpectOwnParts(const std::string& store);

}  // namespace fitd
