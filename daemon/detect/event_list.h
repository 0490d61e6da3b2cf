// Detections put together: one event from its first unusual observation to its last, and many targets' events that
// begin at once as one event of the fleet. Daemon; one thread; values.
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
  std::string target;  // "*": the fleet
  TimeNs start = 0;
  TimeNs end = 0;   // of the last unusual observation so far
  TimeNs peak = 0;  // of the most unusual one, which the numbers are of
  bool up = false;  // above what was expected
  AnomalyKind kind = AnomalyKind::kNone;
  bool fleet = false;
  bool part_of_fleet = false;  // one target's, of which the fleet's event with the same start tells
  double value = 0, expected = 0, lo = 0, hi = 0;
  double surprise = 0;                 // -log10 of the probability, see target_detector.h
  std::uint64_t observations = 0;      // unusual ones; of the fleet: targets
  std::uint8_t sources = 0;            // bit 0 models, 1 level, 2 profile
  std::int64_t number = 0;             // in the store; 0: it is not there yet
  std::optional<std::uint32_t> quiet;  // observations since its end while it may go on; nullopt: it is over
  bool is_new = false;                 // no earlier detection has saved it; never of a part of the fleet's
  bool changed = false;                // unusual observations were added since it was made or read
};

// Follows one target's rows.
class EventFollower {
 public:
  // `open`: the event that went on when the rows before ended.
  explicit EventFollower(std::string_view target, std::optional<AnomalyEvent> open = std::nullopt)
      : target_(target), open_(std::move(open)) {}
  // Appends the event that this row ends, if any.
  void Add(TimeNs time, double value, const Detection& detection, std::vector<AnomalyEvent>& events);
  // The event that still goes on: its `quiet` says for how long it has been.
  void End(std::vector<AnomalyEvent>& events);

 private:
  void Close(std::vector<AnomalyEvent>& events);

  std::string_view target_;
  std::optional<AnomalyEvent> open_;
};

// Events that begin at the same time on at least 5 targets and 5 % of them are parts of one of the fleet, which is put
// before them. Events that the store has (number > 0), parts or the fleet's, go on with each other. `events` are sorted
// by target on entry and by start, then target, on return.
void MergeFleetEvents(std::vector<AnomalyEvent>& events, std::uint64_t num_targets);

// "spike", ...; "fleet"
std::string_view EventKindName(const AnomalyEvent& event);
// "models+level"
std::string SourceNames(std::uint8_t sources);
std::uint8_t SourcesNamed(std::string_view names);

inline constexpr std::string_view kEventHeader =
    "target,start,end,peak,direction,kind,value,expected,lo,hi,score,probability,observations,sources\n";
void AppendEventCsv(std::string& out, const AnomalyEvent& event, const TimeForm& form);
void AppendEventJson(std::string& out, const AnomalyEvent& event, const TimeForm& form);

}  // namespace fitd
