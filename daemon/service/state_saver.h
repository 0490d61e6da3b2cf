// Keeps the queue on disk. The file thread writes the newest snapshot; callers are told the result. Daemon, loop
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "common/status.h"
#include "daemon/runs/file_executor.h"
#include "daemon/runs/service_log.h"

namespace fitd {

class StateSaver {
 public:
  // `files` outlives it.
  StateSaver(FileExecutor& files, std::string path, ServiceLog log)
      : files_(files), path_(std::move(path)), log_(std::move(log)) {}

  // Writes a snapshot on the file thread. Superseded when a newer one arrives before its turn. `then` is called on the
  // loop with the result of writing this snapshot or the newer one.
  void Save(std::string snapshot, std::function<void(const Status&)> then = {});

  const Status& saved() const { return saved_; }  // result of the last writing
  std::uint64_t failures() const { return failures_; }

 private:
  Status Write();  // on the file thread
  void OnWritten(const Status& status);

  FileExecutor& files_;
  std::string path_;
  ServiceLog log_;
  std::mutex mutex_;
  std::string next_;  // guarded by mutex_: the newest snapshot not yet on disk
  Status written_;    // used by the file thread only: result of its last writing
  Status saved_;      // copy of written_ for the loop
  std::uint64_t failures_ = 0;
};

}  // namespace fitd
