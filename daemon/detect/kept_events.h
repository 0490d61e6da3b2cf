// The events of a store: those that go on are continued by the next detection, so that observations in pieces make the
// events that they make at once. Daemon; one thread.
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
// As AppendEventJson, with the event's number, whether it goes on or is part of the fleet's, and when it was found.
void AppendAnomalyJson(std::string& out, const StoredAnomaly& stored, const TimeForm& form);

class KeptEvents {
 public:
  // Reads what goes on. The writer outlives this.
  static Result<KeptEvents> Load(AnomalyWriter& writer);

  // The target's event that goes on; once.
  std::optional<AnomalyEvent> Take(std::string_view target);
  // Targets whose event goes on and was not taken.
  std::size_t num_left() const { return going_on_.size(); }
  // Appends the fleet's events that go on.
  void AddFleet(std::vector<AnomalyEvent>& events) const;
  // Saves what is new or has changed and numbers it. `told`: nobody is to be told of what is new.
  Status Save(std::vector<AnomalyEvent>& events, bool told, const std::string& found);

 private:
  explicit KeptEvents(AnomalyWriter& writer) : writer_(&writer) {}

  AnomalyWriter* writer_;
  std::map<std::string, StoredAnomaly, std::less<>> going_on_;  // by target
  std::map<std::int64_t, StoredAnomaly> before_;                // by number
};

}  // namespace fitd
