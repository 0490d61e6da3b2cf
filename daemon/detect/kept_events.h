// Open events of a store, so that a series fed in pieces yields the events it would yield fed at once. Daemon; one
// thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/detect/event_list.h"
#include "daemon/store/anomaly_table.h"

namespace fitd {

AnomalyEvent EventOf(const StoredAnomaly& stored);
// Like AppendEventJson, with the event's number, whether it is open or part of a fleet event, and when it was found.
void AppendAnomalyJson(std::string& out, const StoredAnomaly& stored, const TimeForm& form);

class KeptEvents {
 public:
  // Reads the open events. `writer` outlives this.
  static Result<KeptEvents> Load(AnomalyWriter& writer);

  // Removes and returns the target's open event; nullopt when there is none.
  std::optional<AnomalyEvent> Take(std::string_view target);
  // Number of open events that were not taken.
  std::size_t num_left() const { return going_on_.size(); }
  // Appends the open fleet events.
  void AddFleet(std::vector<AnomalyEvent>& events) const;
  // Saves new and changed events and sets their numbers. `told`: mark new events as already notified. `found`: the time
  // to store for new events.
  Status Save(std::vector<AnomalyEvent>& events, bool told, const std::string& found);

 private:
  explicit KeptEvents(AnomalyWriter& writer) : writer_(&writer) {}

  AnomalyWriter* writer_;
  std::map<std::string, StoredAnomaly, std::less<>> going_on_;  // open, by target
  std::map<std::int64_t, StoredAnomaly> before_;                // all that were open when loaded, by number
};

}  // namespace fitd
