#include "daemon/detect/event_list.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "common/number_format.h"
#include "common/text.h"
#include "daemon/detect/detection_writer.h"

namespace fitd {
namespace {

// Targets, and share of all targets, whose events must start together to be a fleet event. Chosen, not measured.
constexpr std::uint64_t kLeastFleet = 5;
constexpr double kFleetShare = 0.05;
// A spike or dip with more unusual observations than this becomes a level change. Chosen, not measured.
constexpr std::uint64_t kLongestSpike = 12;
constexpr std::pair<std::uint8_t, std::string_view> kSources[] = {{1, "models"}, {2, "level"}, {4, "profile"}};

}  // namespace

std::string_view EventKindName(const AnomalyEvent& event) {
  return event.fleet ? "fleet" : AnomalyKindName(event.kind);
}

void EventFollower::Add(TimeNs time, double value, const Detection& d, std::vector<AnomalyEvent>& events) {
  if (d.alert) {
    Close(events);
    open_.emplace();
    open_->target = target_;
    open_->start = time;
    open_->kind = d.kind;
  }
  if (!open_) return;
  open_->quiet = d.unusual ? 0 : open_->quiet.value_or(0) + 1;
  if (*open_->quiet > kEventQuiet) return Close(events);
  if (!d.unusual) return;
  // An event that began as a spike or dip may turn out to be a level or variance change.
  const auto by_itself = [this] { return open_->kind == AnomalyKind::kSpike || open_->kind == AnomalyKind::kDip; };
  if (by_itself() && (d.kind == AnomalyKind::kLevel || d.kind == AnomalyKind::kVariance)) open_->kind = d.kind;
  if (d.hour_off) open_->kind = d.kind;
  open_->changed = true;
  open_->end = time;
  open_->sources |= d.sources;
  if (++open_->observations > kLongestSpike && by_itself()) open_->kind = AnomalyKind::kLevel;
  if (d.surprise < open_->surprise) return;
  open_->peak = time;
  open_->up = value >= d.expected;
  open_->value = value;
  open_->expected = d.expected;
  open_->lo = d.lo;
  open_->hi = d.hi;
  open_->surprise = d.surprise;
}

void EventFollower::Close(std::vector<AnomalyEvent>& events) {
  if (open_) open_->quiet.reset();
  End(events);
}

void EventFollower::End(std::vector<AnomalyEvent>& events) {
  if (!open_) return;
  events.push_back(*std::move(open_));
  open_.reset();
}

namespace {

// Updates a fleet event with one of its parts; the most surprising part gives it its numbers.
void AddToFleet(const AnomalyEvent& part, AnomalyEvent& fleet) {
  fleet.end = std::max(fleet.end, part.end);
  fleet.changed |= part.changed;
  if (part.quiet) fleet.quiet = std::min(part.quiet.value_or(0), fleet.quiet.value_or(kEventQuiet));
  if (part.number == 0) ++fleet.observations;
  if (part.surprise <= fleet.surprise) return;
  const AnomalyEvent of_fleet = fleet;
  fleet = part;
  fleet.target = "*";
  fleet.fleet = true;
  fleet.part_of_fleet = false;
  fleet.number = of_fleet.number;
  fleet.end = of_fleet.end;
  fleet.changed = of_fleet.changed;
  fleet.quiet = of_fleet.quiet;
  fleet.observations = of_fleet.observations;
}

// Appends `group`, events that start at the same time, to `merged`, with a fleet event in front if they are one.
void MergeGroup(std::span<AnomalyEvent> group, std::uint64_t num_targets, std::vector<AnomalyEvent>& merged) {
  const auto known =
      std::find_if(group.begin(), group.end(), [](const AnomalyEvent& e) { return e.fleet && e.number > 0; });
  const auto parts = static_cast<std::uint64_t>(
      std::count_if(group.begin(), group.end(), [](const AnomalyEvent& e) { return !e.fleet && e.number == 0; }));
  const bool many =
      parts >= kLeastFleet && static_cast<double>(parts) >= kFleetShare * static_cast<double>(num_targets);
  if (known == group.end() && !many) {
    std::move(group.begin(), group.end(), std::back_inserter(merged));
    return;
  }
  AnomalyEvent fleet;
  if (known != group.end()) fleet = *known;
  fleet.target = "*";
  fleet.fleet = true;
  fleet.start = group[0].start;
  fleet.changed = false;
  fleet.quiet.reset();
  const std::size_t place = merged.size();
  merged.emplace_back();
  for (AnomalyEvent& event : group) {
    if (event.fleet) continue;
    if (event.number == 0) event.part_of_fleet = true;
    if (event.part_of_fleet) AddToFleet(event, fleet);
    merged.push_back(std::move(event));
  }
  merged[place] = std::move(fleet);
}

}  // namespace

void MergeFleetEvents(std::vector<AnomalyEvent>& events, std::uint64_t num_targets) {
  std::stable_sort(events.begin(), events.end(),
                   [](const AnomalyEvent& a, const AnomalyEvent& b) { return a.start < b.start; });
  std::vector<AnomalyEvent> merged;
  merged.reserve(events.size());
  for (std::size_t i = 0; i < events.size();) {
    std::size_t next = i;
    while (next < events.size() && events[next].start == events[i].start) ++next;
    MergeGroup(std::span(events).subspan(i, next - i), num_targets, merged);
    i = next;
  }
  events = std::move(merged);
}

std::string SourceNames(std::uint8_t sources) {
  std::string names;
  for (const auto& [bit, name] : kSources) {
    if ((sources & bit) != 0) names += (names.empty() ? "" : "+") + std::string(name);
  }
  return names;
}

std::uint8_t SourcesNamed(std::string_view names) {
  std::uint8_t sources = 0;
  for (const auto& [bit, name] : kSources) {
    if (names.find(name) != std::string_view::npos) sources |= bit;
  }
  return sources;
}

void AppendEventCsv(std::string& out, const AnomalyEvent& event, const TimeForm& form) {
  AppendCsvField(out, event.target);
  for (const TimeNs time : {event.start, event.end, event.peak}) {
    out += ',';
    AppendCsvField(out, FormatTime(time, form));
  }
  out += event.up ? ",up," : ",down,";
  out += EventKindName(event);
  for (const double number : {event.value, event.expected, event.lo, event.hi, ScoreOfSurprise(event.surprise),
                              ProbabilityOfSurprise(event.surprise)}) {
    out += ',';
    AppendNumber(out, number);
  }
  out += ',';
  AppendUnsigned(out, event.observations);
  out += "," + SourceNames(event.sources) + "\n";
}

void AppendEventJson(std::string& out, const AnomalyEvent& event, const TimeForm& form) {
  out += "{\"target\":";
  AppendJsonText(out, event.target);
  for (const auto& [key, time] : {std::pair{"start", event.start}, {"end", event.end}, {"peak", event.peak}}) {
    out += ",\"" + std::string(key) + "\":";
    AppendJsonTime(out, time, form);
  }
  out += std::string(",\"direction\":\"") + (event.up ? "up" : "down") + "\",\"kind\":\"";
  out += EventKindName(event);
  out += '"';
  for (const auto& [key, number] : {std::pair{"value", event.value},
                                    {"expected", event.expected},
                                    {"lo", event.lo},
                                    {"hi", event.hi},
                                    {"score", ScoreOfSurprise(event.surprise)},
                                    {"probability", ProbabilityOfSurprise(event.surprise)}}) {
    out += ",\"" + std::string(key) + "\":";
    AppendJsonNumber(out, number);
  }
  out += ",\"observations\":";
  AppendUnsigned(out, event.observations);
  out += ",\"sources\":\"" + SourceNames(event.sources) + "\"}\n";
}

}  // namespace fitd
