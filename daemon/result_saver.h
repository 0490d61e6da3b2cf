// Puts targets into the store in batches, one transaction each: at most kBatchTargets, kBatchBytes or kBatchInterval
// apart, so that little work is lost with the process and no fsync is spent per target. Daemon, main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/local_fit.h"
#include "common/series.h"
#include "daemon/model_store.h"

namespace fitd {

class ResultSaver {
 public:
  static constexpr std::size_t kBatchTargets = 8192;
  static constexpr std::size_t kBatchBytes = 16 << 20;
  static constexpr Duration kBatchInterval = std::chrono::seconds(1);

  // `store` and `frame` outlive the saver.
  ResultSaver(Store& store, std::int64_t run, const Frame& frame, const Clock& clock);

  Status Add(std::uint32_t index, TargetFitRecord record, std::uint64_t fingerprint, double seconds, int attempts);
  // Saves what is due / everything that waits.
  Status Poll();
  Status Flush();
  double seconds() const { return seconds_; }  // spent in the store

 private:
  struct Waiting {
    std::uint32_t index;
    TargetFitRecord record;
    std::uint64_t fingerprint;
    double seconds;
    int attempts;
  };

  Store& store_;
  std::int64_t run_;
  const Frame& frame_;
  const Clock& clock_;
  std::vector<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  Monotonic last_flush_;
  double seconds_ = 0;
};

}  // namespace fitd
