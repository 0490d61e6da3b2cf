// The detectors of `fitd detect`: one row a target with what it has seen so far. All that one detection changes is one
// transaction: a death leaves the detectors as they were, and the same command does the same again. Daemon; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/store/anomaly_table.h"
#include "daemon/store/model_store.h"

namespace fitd {

struct DetectorState {
  std::int64_t run = 0;  // whose models it has
  TimeNs time = 0;       // of the last observation it has seen
  std::string state;     // opaque to the store
};

class DetectorTable {
 public:
  // Begins the transaction on the file of a store that somebody holds open for writing, and so locked, and that
  // outlives this; makes the table when it is not there.
  static Result<DetectorTable> Begin(const Store& locked);
  DetectorTable(DetectorTable&&) noexcept;
  ~DetectorTable();

  // nullopt when there is none for this target; kCorrupt when it does not match its checksum.
  Result<std::optional<DetectorState>> Get(std::string_view id);
  Status Put(std::string_view id, const DetectorState& state);
  // The events that the same detection has found, in the same transaction. Lives as long as this.
  AnomalyWriter& anomalies();
  // Without it nothing was put.
  Status Commit();

 private:
  struct Rep;
  explicit DetectorTable(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace fitd
