// Puts targets into the store in batches, one transaction each: at most kBatchTargets, kBatchBytes or kBatchInterval
// apart, so that little work is lost with the process and no fsync is spent per target. A batch is saved on a thread of
// its own while the next one gathers; one at a time, so that memory stays at two batches. Daemon, main thread; after
// Add or Poll nobody else may use the store until Settle or Flush.
#pragma once

#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/fit/local_fit.h"
#include "common/series/series.h"
#include "common/series/target_ranges.h"
#include "daemon/store/model_store.h"

namespace fitd {

class ResultSaver {
 public:
  static constexpr std::size_t kBatchTargets = 8192;
  static constexpr std::size_t kBatchBytes = 16 << 20;
  static constexpr Duration kBatchInterval = std::chrono::seconds(1);

  // `store`, `frame` and `places` (of its targets among those of the run) outlive the saver. Of each target the last
  // `keep_values` values are saved too.
  ResultSaver(Store& store, std::int64_t run, const Frame& frame, const TargetRanges& places, const Clock& clock,
              std::uint64_t keep_values);

  // `index` is that of the frame. Errors are those of the store, of a batch that was due earlier.
  Status Add(std::uint32_t index, TargetFitRecord record, std::uint64_t fingerprint, double seconds, int attempts);
  // Begins to save what is due.
  Status Poll();
  // Waits for the batch that is being saved, if any.
  Status Settle();
  // Saves everything that waits. When it returns OK everything added is in the store.
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

  struct Saved {
    Status status;
    double seconds = 0;
  };

  Saved Save(const std::vector<Waiting>& batch) const;
  Status Begin();

  Store& store_;
  std::int64_t run_;
  const Frame& frame_;
  const TargetRanges& places_;
  const Clock& clock_;
  std::uint64_t keep_values_;
  std::vector<Waiting> waiting_;
  std::vector<Waiting> batch_;  // what is being saved; untouched until Settle
  std::size_t waiting_bytes_ = 0;
  Monotonic last_batch_;
  double seconds_ = 0;
  std::future<Saved> saving_;  // last: its thread uses the others
};

}  // namespace fitd
