#include "daemon/detect/event_list.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/number_format.h"
#include "common/text.h"
#include "daemon/detect/detection_writer.h"

namespace fitd {
namespace {

constexpr std::uint64_t kLeastFleet = 5;
constexpr double kFleetShare = 0.05;
// A spike or dip that lasts longer is a level.
constexpr std::uint64_t kLongestSpike = 12;

std::string_view KindOf(const AnomalyEvent& event) {
  return event.fleet ? "fleet" : AnomalyKindName(event.kind);
}

double ProbabilityOf(const AnomalyEvent& event) {
  return std::pow(10.0, -event.surprise);
}

}  // namespace

void EventFollower::Add(TimeNs time, double value, const Detection& d, std::vector<AnomalyEvent>& events) {
  if (d.alert) {
    End(events);
    open_.emplace();
    open_->target = target_;
    open_->start = time;
    open_->kind = d.kind;
  }
  if (!open_ || !d.unusual) return;
  // What began as a spike or a dip may turn out to be more.
  const bool by_itself = open_->kind == AnomalyKind::kSpike || open_->kind == AnomalyKind::kDip;
  if (by_itself && (d.kind == AnomalyKind::kLevel || d.kind == AnomalyKind::kVariance)) open_->kind = d.kind;
  open_->end = time;
  open_->sources |= d.sources;
  ++open_->observations;
  if (d.surprise < open_->surprise) return;
  open_->peak = time;
  open_->up = value >= d.expected;
  open_->value = value;
  open_->expected = d.expected;
  open_->lo = d.lo;
  open_->hi = d.hi;
  open_->surprise = d.surprise;
}

void EventFollower::End(std::vector<AnomalyEvent>& events) {
  if (!open_) return;
  const bool lasts = open_->observations > kLongestSpike;
  if (lasts && (open_->kind == AnomalyKind::kSpike || open_->kind == AnomalyKind::kDip)) {
    open_->kind = AnomalyKind::kLevel;
  }
  events.push_back(*std::move(open_));
  open_.reset();
}

void MergeFleetEvents(std::vector<AnomalyEvent>& events, std::uint64_t num_targets) {
  std::stable_sort(events.begin(), events.end(),
                   [](const AnomalyEvent& a, const AnomalyEvent& b) { return a.start < b.start; });
  std::vector<AnomalyEvent> merged;
  for (std::size_t i = 0; i < events.size();) {
    std::size_t next = i;
    std::uint64_t targets = 0;
    for (; next < events.size() && events[next].start == events[i].start; ++next) {
      targets += next == i || events[next].target != events[next - 1].target;
    }
    if (targets >= kLeastFleet && static_cast<double>(targets) >= kFleetShare * static_cast<double>(num_targets)) {
      const auto largest = std::max_element(
          events.begin() + static_cast<std::ptrdiff_t>(i), events.begin() + static_cast<std::ptrdiff_t>(next),
          [](const AnomalyEvent& a, const AnomalyEvent& b) { return a.surprise < b.surprise; });
      AnomalyEvent fleet = *largest;
      fleet.target = "*";
      fleet.fleet = true;
      fleet.observations = targets;
      for (std::size_t k = i; k < next; ++k) fleet.end = std::max(fleet.end, events[k].end);
      merged.push_back(std::move(fleet));
    } else {
      std::move(events.begin() + static_cast<std::ptrdiff_t>(i), events.begin() + static_cast<std::ptrdiff_t>(next),
                std::back_inserter(merged));
    }
    i = next;
  }
  events = std::move(merged);
}

std::string SourceNames(std::uint8_t sources) {
  std::string names;
  for (const auto& [bit, name] : {std::pair{1, "models"}, {2, "level"}, {4, "profile"}}) {
    if ((sources & bit) != 0) names += (names.empty() ? "" : "+") + std::string(name);
  }
  return names;
}

void AppendEventCsv(std::string& out, const AnomalyEvent& event, const TimeForm& form) {
  AppendCsvField(out, event.target);
  for (const TimeNs time : {event.start, event.end, event.peak}) out += "," + FormatTime(time, form);
  out += event.up ? ",up," : ",down,";
  out += KindOf(event);
  for (const double number :
       {event.value, event.expected, event.lo, event.hi, ScoreOfSurprise(event.surprise), ProbabilityOf(event)}) {
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
  out += KindOf(event);
  out += '"';
  for (const auto& [key, number] : {std::pair{"value", event.value},
                                    {"expected", event.expected},
                                    {"lo", event.lo},
                                    {"hi", event.hi},
                                    {"score", ScoreOfSurprise(event.surprise)},
                                    {"probability", ProbabilityOf(event)}}) {
    out += ",\"" + std::string(key) + "\":";
    AppendJsonNumber(out, number);
  }
  out += ",\"observations\":";
  AppendUnsigned(out, event.observations);
  out += ",\"sources\":\"" + SourceNames(event.sources) + "\"}\n";
}

}  // namespace fitd
