// Keeps the queue on disk: the newest snapshot is written by the file thread, whoever waits for it is told how that
// went, and what could not be written is known. Daemon, loop thread.
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

  // Has a snapshot written, unless a newer one comes before its turn; `then` is told on the loop how the writing of
  // this one or the newer one went.
  void Save(std::string snapshot, std::function<void(const Status&)> then = {});

  const Status& saved() const { return saved_; }  // how the last writing went
  std::uint64_t failures() const { return failures_; }

 private:
  Status Write();  // on the file thread
  void OnWritten(const Status& status);

  FileExecutor& files_;
  std::string path_;
  ServiceLog log_;
  std::mutex mutex_;
  std::string next_;  // under mutex_: the newest snapshot that is not on disk yet
  Status written_;    // the file thread's: how its last writing went
  Status saved_;      // the same as the loop knows it
  std::uint64_t failures_ = 0;
};

}  // namespace fitd
