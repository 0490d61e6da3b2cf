// Groups detections into events: one event from the first to the last unusual observation of a target, and one fleet
// event for events of many targets that start at the same time. Daemon; one thread; values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/detect/target_detector.h"
#include "common/series/time_grid.h"

namespace fitd {

struct AnomalyEvent {
  std::string target;  // "*": a fleet event
  TimeNs start = 0;
  TimeNs end = 0;   // time of the last unusual observation so far
  TimeNs peak = 0;  // time of the most unusual observation; `value` to `surprise` belong to it
  bool up = false;  // the value is above the expected one
  AnomalyKind kind = AnomalyKind::kNone;
  bool fleet = false;
  bool part_of_fleet = false;  // an event of one target that a fleet event with the same start covers
  double value = 0, expected = 0, lo = 0, hi = 0;
  double surprise = 0;                 // -log10 of the probability, see target_detector.h
  std::uint64_t observations = 0;      // unusual observations; for a fleet event: targets
  std::uint8_t sources = 0;            // bit 0 models, 1 level, 2 profile
  std::int64_t number = 0;             // number in the store; 0: not stored yet
  std::optional<std::uint32_t> quiet;  // observations since `end` while the event is open; nullopt: closed
  bool is_new = false;                 // no earlier detection saved it; false for parts of a fleet event
  bool changed = false;                // unusual observations were added since it was made or loaded
};

// Turns the rows of one target into events.
class EventFollower {
 public:
  // `open`: the target's event that was still open after the previous rows.
  explicit EventFollower(std::string_view target, std::optional<AnomalyEvent> open = std::nullopt)
      : target_(target), open_(std::move(open)) {}
  // Appends the event that this row closes, if any.
  void Add(TimeNs time, double value, const Detection& detection, std::vector<AnomalyEvent>& events);
  // Appends the event that is still open, if any, with `quiet` set.
  void End(std::vector<AnomalyEvent>& events);

 private:
  void Close(std::vector<AnomalyEvent>& events);

  std::string_view target_;
  std::optional<AnomalyEvent> open_;
};

// Events that start at the same time on at least 5 targets and 5 % of all become parts of a fleet event, which is
// inserted before them. A stored fleet event with the same start takes new events as parts, however few. `events` must
// be sorted by target, and are sorted by start, then target, on return.
void MergeFleetEvents(std::vector<AnomalyEvent>& events, std::uint64_t num_targets);

// The name of the kind, such as "spike", or "fleet".
std::string_view EventKindName(const AnomalyEvent& event);
// Names of the set bits, such as "models+level".
std::string SourceNames(std::uint8_t sources);
std::uint8_t SourcesNamed(std::string_view names);

inline constexpr std::string_view kEventHeader =
    "target,start,end,peak,direction,kind,value,expected,lo,hi,score,probability,observations,sources\n";
void AppendEventCsv(std::string& out, const AnomalyEvent& event, const TimeForm& form);
void AppendEventJson(std::string& out, const AnomalyEvent& event, const TimeForm& form);

}  // namespace fitd
