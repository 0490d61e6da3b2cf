#include "daemon/detect/kept_events.h"

#include <utility>

namespace fitd {
namespace {

AnomalyKind KindNamed(std::string_view name) {
  for (int kind = 0; kind <= static_cast<int>(AnomalyKind::kRange); ++kind) {
    if (AnomalyKindName(static_cast<AnomalyKind>(kind)) == name) return static_cast<AnomalyKind>(kind);
  }
  return AnomalyKind::kNone;
}

void Fill(const AnomalyEvent& event, StoredAnomaly& stored) {
  stored.target = event.target;
  stored.scope = event.fleet           ? AnomalyScope::kFleet
                 : event.part_of_fleet ? AnomalyScope::kPartOfFleet
                                       : AnomalyScope::kTarget;
  stored.start = event.start;
  stored.end = event.end;
  stored.peak = event.peak;
  stored.up = event.up;
  stored.kind = EventKindName(event);
  stored.value = event.value;
  stored.expected = event.expected;
  stored.lo = event.lo;
  stored.hi = event.hi;
  stored.score = ScoreOfSurprise(event.surprise);
  stored.surprise = event.surprise;
  stored.observations = event.observations;
  stored.sources = SourceNames(event.sources);
  stored.quiet = event.quiet;
}

}  // namespace

AnomalyEvent EventOf(const StoredAnomaly& stored) {
  AnomalyEvent event;
  event.target = stored.target;
  event.start = stored.start;
  event.end = stored.end;
  event.peak = stored.peak;
  event.up = stored.up;
  event.kind = KindNamed(stored.kind);
  event.fleet = stored.scope == AnomalyScope::kFleet;
  event.part_of_fleet = stored.scope == AnomalyScope::kPartOfFleet;
  event.value = stored.value;
  event.expected = stored.expected;
  event.lo = stored.lo;
  event.hi = stored.hi;
  event.surprise = stored.surprise;
  event.observations = stored.observations;
  event.sources = SourcesNamed(stored.sources);
  event.number = stored.event;
  event.quiet = stored.quiet;
  return event;
}

void AppendAnomalyJson(std::string& out, const StoredAnomaly& stored, const TimeForm& form) {
  std::string line;
  AppendEventJson(line, EventOf(stored), form);
  out += "{\"event\":" + std::to_string(stored.event) + "," + line.substr(1, line.rfind('}') - 1);
  out += std::string(",\"goes_on\":") + (stored.quiet ? "true" : "false") +
         ",\"part_of_fleet\":" + (stored.scope == AnomalyScope::kPartOfFleet ? "true" : "false") + ",\"found\":\"" +
         stored.found + "\"}\n";
}

Result<KeptEvents> KeptEvents::Load(AnomalyWriter& writer) {
  KeptEvents kept(writer);
  FITD_ASSIGN_OR_RETURN(const std::vector<StoredAnomaly> open, writer.Open());
  for (const StoredAnomaly& stored : open) {
    kept.before_.emplace(stored.event, stored);
    if (stored.scope != AnomalyScope::kFleet) kept.going_on_.insert_or_assign(stored.target, stored);
  }
  return kept;
}

std::optional<AnomalyEvent> KeptEvents::Take(std::string_view target) {
  const auto found = going_on_.find(target);
  if (found == going_on_.end()) return std::nullopt;
  AnomalyEvent event = EventOf(found->second);
  going_on_.erase(found);
  return event;
}

void KeptEvents::AddFleet(std::vector<AnomalyEvent>& events) const {
  for (const auto& [number, stored] : before_) {
    if (stored.scope == AnomalyScope::kFleet) events.push_back(EventOf(stored));
  }
}

Status KeptEvents::Save(std::vector<AnomalyEvent>& events, bool told, const std::string& found) {
  for (AnomalyEvent& event : events) {
    StoredAnomaly stored;
    if (event.number > 0) {
      stored = before_.at(event.number);
    } else {
      // Notifying of a fleet event covers its parts.
      stored.told = told || event.part_of_fleet;
      event.is_new = !event.part_of_fleet;
      stored.found = found;
    }
    Fill(event, stored);
    FITD_RETURN_IF_ERROR(writer_->Put(stored));
    event.number = stored.event;
  }
  return writer_->Trim();
}

}  // namespace fitd
