// Saves targets in batches, one transaction each, limited by kBatchTargets, kBatchBytes and kBatchInterval, so that a
// death loses little work and no fsync is spent per target. A batch is saved on another thread while the next one is
// collected; only one at a time, so memory stays at two batches. Daemon, main thread; after Add or Poll nobody else may
// use the store until Settle or Flush.
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

  // `store`, `frame` and `places` (position in the run of each target of the frame) outlive the saver. `keep_values`:
  // last values to save per target.
  ResultSaver(Store& store, std::int64_t run, const Frame& frame, const TargetRanges& places, const Clock& clock,
              std::uint64_t keep_values);

  // `index`: index in the frame. May return an error of the store for an earlier batch.
  Status Add(std::uint32_t index, TargetFitRecord record, std::uint64_t fingerprint, double seconds, int attempts);
  // Starts to save a batch if one is due.
  Status Poll();
  // Waits for the batch that is being saved, if any, and returns its status.
  Status Settle();
  // Saves everything that was added. On OK all of it is in the store.
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
  std::vector<Waiting> batch_;  // being saved; not touched until Settle
  std::size_t waiting_bytes_ = 0;
  Monotonic last_batch_;
  double seconds_ = 0;
  std::future<Saved> saving_;  // last, so that its thread ends before the other members
};

}  // namespace fitd
