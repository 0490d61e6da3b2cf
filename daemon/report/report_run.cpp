#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/report/axis.h"
#include "daemon/report/report_charts.h"
#include "daemon/report/report_json.h"
#include "daemon/report/report_sections.h"
#include "daemon/report/report_text.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

using nlohmann::json;
using report_json::Number;
using report_json::ParseObject;

constexpr std::size_t kRunsListed = 20;

void AppendStages(std::string& out, const json& summary) {
  constexpr std::pair<const char*, const char*> kStages[] = {{"load", "load the data"},
                                                             {"global", "pooled regression"},
                                                             {"map", "plan"},
                                                             {"fit", "fit and save"},
                                                             {"postprocess", "combine"}};
  const auto seconds = summary.find("seconds");
  if (seconds == summary.end() || !seconds->is_object()) return;
  std::vector<Part> parts;
  for (const auto& [key, name] : kStages) {
    const double s = Number(*seconds, key);
    parts.push_back({name, s, DurationText(s)});
  }
  out += "<div class=\"card\"><h3>Time by stage</h3>";
  AppendParts(out, parts);
  out += "</div>";
}

void AppendWorkers(std::string& out, const json& summary) {
  const auto busy = summary.find("busy_fraction");
  const json memory = summary.value("peak_rss_bytes", json::object());
  out += "<div class=\"card\"><h3>Workers and memory</h3><div class=\"scroll\" tabindex=\"0\"><table><tbody>";
  for (std::size_t i = 0; busy != summary.end() && busy->is_array() && i < busy->size() && i < 64; ++i) {
    const double share = (*busy)[i].is_number() ? (*busy)[i].get<double>() : 0;
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">worker {}</th><td class=\"num\">{:.0f} % busy</td><td><span class=\"bar\"><i "
                   "style=\"width:{:.1f}%\"></i></span></td></tr>",
                   i, 100 * share, 100 * std::clamp(share, 0.0, 1.0));
  }
  for (const auto& [key, name] : {std::pair{"parent", "memory of fitd"}, std::pair{"worker", "memory of a worker"}}) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}, at most</th><td class=\"num\">{}</td><td></td></tr>", name,
                   HumanNumber(Number(memory, key)) + "B");
  }
  fmt::format_to(
      std::back_inserter(out),
      "<tr><th scope=\"row\">CPU time</th><td class=\"num\">{}</td><td></td></tr><tr><th "
      "scope=\"row\">deaths of workers</th><td class=\"num\">{:.0f}</td><td></td></tr><tr><th "
      "scope=\"row\">targets tried again</th><td class=\"num\">{:.0f}</td><td></td></tr></tbody></table></div>"
      "</div>",
      DurationText(Number(summary, "cpu_seconds")), Number(summary, "worker_deaths"), Number(summary, "retried"));
}

void AppendFailures(std::string& out, const RunReport& report) {
  if (report.failure_count == 0) return;
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card\"><h3>Targets without a model of their own</h3><p class=\"soft\">{} in all{}. They "
      "have a simple model instead, or none.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th "
      "scope=\"col\">target</th><th scope=\"col\">reason</th></tr></thead><tbody>",
      CountText(report.failure_count),
      report.failures.size() < report.failure_count ? fmt::format(", the first {}", report.failures.size()) : "");
  for (const auto& [target, reason] : report.failures) {
    out += "<tr><th scope=\"row\" class=\"id\">";
    AppendMarkup(out, target);
    out += "</th><td>";
    AppendMarkup(out, reason);
    out += "</td></tr>";
  }
  out += "</tbody></table></div></div>";
}

void AppendQuarantine(std::string& out, const RunReport& report) {
  if (report.quarantine.empty()) return;
  out +=
      "<div class=\"card\"><h3>Quarantine</h3><p class=\"soft\">They killed or hung a worker and are left out until "
      "their data or the models change.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th "
      "scope=\"col\">target</th><th "
      "scope=\"col\">cause</th><th scope=\"col\">since</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < report.quarantine.size() && i < 100; ++i) {
    const QuarantineEntry& entry = report.quarantine[i];
    out += "<tr><th scope=\"row\" class=\"id\">";
    AppendMarkup(out, entry.id);
    out += "</th><td><span class=\"pill bad\">";
    AppendMarkup(out, entry.cause);
    out += "</span></td><td class=\"soft\">" + entry.time + "</td></tr>";
  }
  out += "</tbody></table></div></div>";
}

void AppendRuns(std::string& out, const RunReport& report) {
  if (report.history.size() < 2) return;
  out +=
      "<div class=\"card\"><h3>Runs of this store</h3><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th "
      "scope=\"col\">run</th>"
      "<th scope=\"col\">state</th><th scope=\"col\">started</th><th class=\"num\">targets</th><th "
      "class=\"num\">took</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < report.history.size() && i < kRunsListed; ++i) {
    const RunInfo& run = report.history[i];
    const json summary = ParseObject(run.summary);
    const double total = Number(summary.value("seconds", json::object()), "total", -1);
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td><span class=\"pill {}\">{}</span></td><td class=\"soft\">{}</td>",
                   run.run, run.state == RunState::kComplete ? "good" : "warm", RunStateName(run.state), run.started);
    AppendCells(out, {CountText(run.header.num_targets), total < 0 ? "–" : DurationText(total)});
    out += "</tr>";
  }
  out += "</tbody></table></div></div>";
}

}  // namespace

void AppendRun(std::string& out, const RunReport& report) {
  const json summary = ParseObject(report.run.summary);
  out += "<section id=\"run\"><h2>Run</h2><div class=\"cards\">";
  if (!summary.empty()) {
    AppendStages(out, summary);
    AppendWorkers(out, summary);
  }
  AppendFailures(out, report);
  AppendQuarantine(out, report);
  AppendRuns(out, report);
  out += "</div></section>";
}

}  // namespace fitd
