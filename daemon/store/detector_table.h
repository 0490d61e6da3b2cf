// The detectors of `fitd detect`: one row per target with what it has seen so far. All changes of a detection are one
// transaction: if the process dies, the detectors are unchanged and the same command repeats the work. Daemon; one
// thread.
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
  std::int64_t run = 0;  // the run whose models it uses
  TimeNs time = 0;       // of the last observation it has seen
  std::string state;     // opaque to the store
};

class DetectorTable {
 public:
  // Begins a transaction on the file of `locked`, which must be open for writing (so that it holds the write lock) and
  // outlives this. Creates the table if it is missing.
  static Result<DetectorTable> Begin(const Store& locked);
  DetectorTable(DetectorTable&&) noexcept;
  ~DetectorTable();

  // nullopt when the target has none; kCorrupt when it does not match its checksum.
  Result<std::optional<DetectorState>> Get(std::string_view id);
  Status Put(std::string_view id, const DetectorState& state);
  // Writes events in the same transaction. Valid as long as this object.
  AnomalyWriter& anomalies();
  // Commits the transaction; without it nothing is changed.
  Status Commit();

 private:
  struct Rep;
  explicit DetectorTable(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace fitd
