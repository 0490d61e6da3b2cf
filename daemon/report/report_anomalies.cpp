// What detections have found in the targets of a store.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "common/series/time_form.h"
#include "daemon/report/axis.h"
#include "daemon/report/report_sections.h"
#include "daemon/report/report_text.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

constexpr std::size_t kEventsListed = 50;

void AppendEvent(std::string& out, const StoredAnomaly& event, const TimeForm& form) {
  out += "<tr><th scope=\"row\" class=\"id\">";
  AppendMarkup(out, event.scope == AnomalyScope::kFleet ? "many targets at once" : event.target);
  out += "</th><td><span class=\"pill warm\">";
  AppendMarkup(out, event.kind);
  out += "</span></td><td class=\"soft\">";
  AppendMarkup(out, FormatTime(event.start, form));
  out += "</td><td class=\"soft\">";
  AppendMarkup(out, event.quiet ? std::string("goes on") : FormatTime(event.end, form));
  out += "</td>";
  const bool fleet = event.scope == AnomalyScope::kFleet;
  AppendCells(out, {fleet ? "–" : HumanNumber(event.value),
                    fleet ? "–" : fmt::format("{} to {}", HumanNumber(event.lo), HumanNumber(event.hi)),
                    fmt::format("{:.0f}", event.score)});
  out += "</tr>";
}

}  // namespace

void AppendAnomalies(std::string& out, const RunReport& report) {
  if (report.anomalies.empty()) return;
  std::vector<const StoredAnomaly*> events;
  for (const StoredAnomaly& event : report.anomalies) events.push_back(&event);
  std::stable_sort(events.begin(), events.end(),
                   [](const StoredAnomaly* a, const StoredAnomaly* b) { return a->score > b->score; });
  const std::size_t shown = std::min(events.size(), kEventsListed);
  fmt::format_to(
      std::back_inserter(out),
      "<section id=\"anomalies\"><h2>Anomalies</h2><p class=\"soft\">The {} most unusual of the {} that fitd "
      "detect has found last. The plots mark them.</p><div class=\"card\"><div class=\"scroll\" "
      "tabindex=\"0\"><table><thead><tr>",
      shown, Counted(events.size(), "event"));
  AppendHeads(out, {"Target", "Kind", "From", "To", "#Value", "#Expected, 95 %", "#Score"});
  out += "</tr></thead><tbody>";
  for (std::size_t i = 0; i < shown; ++i) AppendEvent(out, *events[i], report.run.header.time_form());
  out += "</tbody></table></div></div></section>";
}

}  // namespace fitd
