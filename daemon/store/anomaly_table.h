// The events that detections have found, one row each in the store. Read by Store::ForEachAnomaly, written by
// AnomalyWriter. Daemon; one thread. Errors as those of a Store.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/store/model_store.h"
#include "daemon/store/store_db.h"

namespace fitd {

// Persisted: never renumber.
enum class AnomalyScope : std::uint8_t {
  kTarget = 0,       // an event of one target
  kPartOfFleet = 1,  // an event of one target that a fleet event with the same start covers
  kFleet = 2,        // an event of many targets; its target is "*", its observations are targets
};

struct StoredAnomaly {
  std::int64_t event = 0;  // grows in the order in which events were found; kept while an event is open
  std::string target;
  AnomalyScope scope = AnomalyScope::kTarget;
  TimeNs start = 0;
  TimeNs end = 0;    // time of the last unusual observation so far
  TimeNs peak = 0;   // time of the most unusual observation; the numbers below belong to it
  bool up = false;   // the value is above the expected one
  std::string kind;  // "spike", "dip", "level", "drift", "variance", "shape", "range"; "fleet" for a fleet event
  double value = 0, expected = 0, lo = 0, hi = 0;  // lo, hi: interval that should hold 95 % of the values
  double score = 0;                                // 0 to 100
  double surprise = 0;                             // -log10 of the probability
  std::uint64_t observations = 0;
  std::string sources;                 // detectors that found it unusual, such as "models+level+profile"
  std::optional<std::uint32_t> quiet;  // observations since `end` while the event is open; nullopt: closed
  bool told = true;                    // the administrator's command was told, or need not be
  std::string found;                   // when it was found: UTC, ISO 8601
};

struct AnomalyFilter {
  std::vector<std::string> targets = {};              // ids; empty: all, fleet events included
  TimeNs since = std::numeric_limits<TimeNs>::min();  // events that end at this time or later
  TimeNs until = std::numeric_limits<TimeNs>::max();  // events that start at this time or earlier
  std::int64_t after = 0;                             // events with larger numbers
  std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
  bool parts_of_fleet = true;  // include events that are part of a fleet event
  bool newest_first = false;   // order by falling number, so that `limit` keeps the newest; else by rising number
};

// Events that a store keeps; the oldest are removed first. At 250 bytes each that is 25 MB.
inline constexpr std::int64_t kAnomaliesKept = 100'000;

// Writes events within the transaction that the owner of the connection has begun.
class AnomalyWriter {
 public:
  // Creates the table if it is missing. The connection outlives the writer and must not move.
  static Result<AnomalyWriter> Make(const StoreDb& db);

  // Open events, in no particular order.
  Result<std::vector<StoredAnomaly>> Open();
  // Inserts an event with number 0 and sets its number; replaces the stored event otherwise.
  Status Put(StoredAnomaly& anomaly);
  // Removes the oldest events beyond kAnomaliesKept, but no open ones.
  Status Trim();

 private:
  AnomalyWriter(const StoreDb& db, StoreStatement put) : db_(&db), put_(std::move(put)) {}

  const StoreDb* db_;
  StoreStatement put_;
};

// Marks an event as told or not, in a transaction of milliseconds that can run between those of a training, so it does
// not need the store's write lock. `opened`: a store that this process has open. kBusy when another process holds a
// transaction for 10 s.
Status MarkAnomaly(const Store& opened, std::int64_t event, bool told);

}  // namespace fitd
