// What a run took, and what went wrong in it.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

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
using report_json::Text;

constexpr std::size_t kRunsListed = 20;
constexpr std::size_t kWorkersListed = 64;

json Object(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_object() ? *at : json::object();
}

json List(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_array() ? *at : json::array();
}

void AppendStages(std::string& out, const json& summary) {
  constexpr std::pair<const char*, const char*> kStages[] = {{"load", "load the data"},
                                                             {"global", "pooled regression"},
                                                             {"map", "plan"},
                                                             {"fit", "fit and save"},
                                                             {"postprocess", "combine"}};
  const json seconds = Object(summary, "seconds");
  if (seconds.empty()) return;
  const json memory = Object(summary, "stage_peak_rss_bytes");
  std::vector<Part> parts;
  for (const auto& [key, name] : kStages) {
    const double s = Number(seconds, key);
    parts.push_back({name, s, DurationText(s), memory.empty() ? "" : Bytes(Number(memory, key))});
  }
  out += "<div class=\"card\"><h3>Time and memory by stage</h3><p class=\"soft\">";
  out += "The most memory that fitd had up to the end of each.</p>";
  AppendParts(out, parts);
  out += "</div>";
}

// Of a run of an earlier release only the shares are known.
json WorkersOf(const json& summary) {
  json workers = List(summary, "worker_stats");
  if (!workers.empty()) return workers;
  for (const json& busy : List(summary, "busy_fraction")) {
    workers.push_back({{"worker", workers.size()}, {"busy_fraction", busy}});
  }
  return workers;
}

void AppendWorkers(std::string& out, const json& summary) {
  const json memory = Object(summary, "peak_rss_bytes");
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card\"><h3>Workers</h3><p class=\"soft\">{} of CPU in all; fitd itself had at most {}, a "
      "worker {}.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>",
      DurationText(Number(summary, "cpu_seconds")), Bytes(Number(memory, "parent")), Bytes(Number(memory, "worker")));
  AppendHeads(out, {"Worker", "Busy", "#", "#CPU", "#Memory", "#Deaths"});
  out += "</tr></thead><tbody>";
  const json workers = WorkersOf(summary);
  for (std::size_t i = 0; i < workers.size() && i < kWorkersListed; ++i) {
    const double share = Number(workers[i], "busy_fraction");
    const double cpu = Number(workers[i], "cpu_seconds", -1);
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{:.0f}</th><td class=\"share\"><span class=\"bar\"><i "
                   "style=\"width:{:.1f}%\"></i></span></td>",
                   Number(workers[i], "worker"), 100 * std::clamp(share, 0.0, 1.0));
    AppendCells(out,
                {fmt::format("{:.0f} %", 100 * share), cpu < 0 ? "–" : DurationText(cpu),
                 Bytes(Number(workers[i], "peak_rss_bytes")), fmt::format("{:.0f}", Number(workers[i], "deaths"))});
    out += "</tr>";
  }
  out += "</tbody></table></div>";
  if (workers.size() > kWorkersListed) {
    fmt::format_to(std::back_inserter(out), "<p class=\"soft\">and {} more</p>", workers.size() - kWorkersListed);
  }
  out += "</div>";
}

void AppendDeaths(std::string& out, const json& summary) {
  const json deaths = List(summary, "deaths");
  const double all = Number(summary, "worker_deaths");
  if (!(all > 0)) return;
  fmt::format_to(std::back_inserter(out),
                 "<div class=\"card\"><h3>Deaths of workers</h3><p class=\"soft\">{} in all; {} tried again, "
                 "everything else went on.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>",
                 CountText(static_cast<std::uint64_t>(all)),
                 Counted(static_cast<std::uint64_t>(Number(summary, "retried")), "target"));
  AppendHeads(out, {"Cause", "Worker", "Target in hand"});
  out += "</tr></thead><tbody>";
  for (const json& death : deaths) {
    out += "<tr><th scope=\"row\"><span class=\"pill bad\">";
    AppendMarkup(out, Text(death, "cause"));
    fmt::format_to(std::back_inserter(out), "</span></th><td>{:.0f}</td><td class=\"id\">", Number(death, "worker"));
    AppendMarkup(out, Text(death, "target"));
    out += "</td></tr>";
  }
  out += "</tbody></table></div></div>";
}

void AppendFailures(std::string& out, const RunReport& report) {
  if (report.failure_count == 0) return;
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card\"><h3>Targets without a model of their own</h3><p class=\"soft\">{} in all{}. They "
      "have a simple model instead, or none.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th "
      "scope=\"col\">Target</th><th scope=\"col\">Reason</th></tr></thead><tbody>",
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
      "scope=\"col\">Target</th><th "
      "scope=\"col\">Cause</th><th scope=\"col\">Since</th></tr></thead><tbody>";
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
      "scope=\"col\">Run</th>"
      "<th scope=\"col\">State</th><th scope=\"col\">Started</th><th class=\"num\">Targets</th><th "
      "class=\"num\">Took</th></tr></thead><tbody>";
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
  out += "<section id=\"run\"><h2>Run</h2><div class=\"cards loose\">";
  if (!summary.empty()) {
    AppendStages(out, summary);
    AppendWorkers(out, summary);
    AppendDeaths(out, summary);
  }
  AppendFailures(out, report);
  AppendQuarantine(out, report);
  AppendRuns(out, report);
  out += "</div></section>";
}

}  // namespace fitd
