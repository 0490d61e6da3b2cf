// The events that detections have found, one row each in the store, for whoever lists, plots or counts them: read by
// Store::ForEachAnomaly, written here. Daemon; one thread. Errors as those of a Store.
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
  kTarget = 0,       // one target's own
  kPartOfFleet = 1,  // one target's, and there is an event of the fleet with the same start
  kFleet = 2,        // many targets' at once; its target is "*", its observations are targets
};

struct StoredAnomaly {
  std::int64_t event = 0;  // ascends in the order in which events were found; kept while an event goes on
  std::string target;
  AnomalyScope scope = AnomalyScope::kTarget;
  TimeNs start = 0;
  TimeNs end = 0;    // of the last unusual observation so far
  TimeNs peak = 0;   // of the most unusual one, which the numbers are of
  bool up = false;   // above what was expected
  std::string kind;  // "spike", "dip", "level", "drift", "variance", "shape", "range"; of the fleet "fleet"
  double value = 0, expected = 0, lo = 0, hi = 0;  // lo, hi: where 95 % of the values were to be
  double score = 0;                                // 0 to 100
  double surprise = 0;                             // -log10 of the probability
  std::uint64_t observations = 0;
  std::string sources;                 // "models+level+profile": what found it unusual
  std::optional<std::uint32_t> quiet;  // observations since its end while it may go on; nullopt: it is over
  bool told = true;                    // the administrator's command knows of it, or need not
  std::string found;                   // UTC, ISO 8601
};

struct AnomalyFilter {
  std::vector<std::string> targets = {};              // empty: all, and the fleet
  TimeNs since = std::numeric_limits<TimeNs>::min();  // events that end then or later
  TimeNs until = std::numeric_limits<TimeNs>::max();  // events that start then or earlier
  std::int64_t after = 0;                             // events with larger numbers
  std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
  bool parts_of_fleet = true;  // also those of single targets that are part of an event of the fleet
  bool newest_first = false;   // by number descending, so that a limit keeps the newest; else ascending
};

// How many events a store keeps; the oldest go first. At 250 bytes each that is 25 MB.
inline constexpr std::int64_t kAnomaliesKept = 100'000;

// Writes events within the transaction of whoever has opened the connection.
class AnomalyWriter {
 public:
  // Makes the table where it is missing. The connection outlives the writer and does not move.
  static Result<AnomalyWriter> Make(const StoreDb& db);

  // Events of targets that may go on, in no order.
  Result<std::vector<StoredAnomaly>> Open();
  // Inserts an event (number 0; gets one) or replaces the one with this number.
  Status Put(StoredAnomaly& anomaly);
  // Removes the oldest beyond kAnomaliesKept, but none that may go on.
  Status Trim();

 private:
  AnomalyWriter(const StoreDb& db, StoreStatement put) : db_(&db), put_(std::move(put)) {}

  const StoreDb* db_;
  StoreStatement put_;
};

// Says that these events are told: a transaction of milliseconds, which may come between those of a training, so that
// the store is not locked for it. `opened`: this process has it open, for reading at least. kBusy when another process
// is in the middle of a transaction for 10 s.
Status MarkAnomaliesTold(const Store& opened, const std::vector<std::int64_t>& events);

}  // namespace fitd
