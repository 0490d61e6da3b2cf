#include "daemon/report/report_sections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "daemon/report/axis.h"
#include "daemon/report/report_charts.h"
#include "daemon/report/report_json.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

using nlohmann::json;
using report_json::Number;
using report_json::ParseObject;
using report_json::Text;

constexpr std::size_t kSeasonGroups = 8;
constexpr std::size_t kRunsListed = 20;

std::string Seconds(double seconds) {
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", 1000 * seconds);
  if (seconds < 120) return fmt::format("{:.3g} s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 7200) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string Count(std::uint64_t n) {
  return HumanNumber(static_cast<double>(n));
}

void AppendTile(std::string& out, std::string_view name, const std::string& value, std::string_view note = {}) {
  fmt::format_to(std::back_inserter(out), "<div class=\"tile\"><dt>{}</dt><dd>{}", name, value);
  if (!note.empty()) {
    out += "<span class=\"note\">";
    AppendMarkup(out, note);
    out += "</span>";
  }
  out += "</dd></div>";
}

void AppendCells(std::string& out, std::initializer_list<std::string> numbers) {
  for (const std::string& number : numbers) out += "<td class=\"num\">" + number + "</td>";
}

std::uint64_t CountOf(const RunReport& report, FitStatus status) {
  const auto i = static_cast<std::size_t>(status);
  return i < report.by_status.size() ? report.by_status[i] : 0;
}

// A mean error in units of the mean of all models' errors.
std::string Relative(double error) {
  return std::isnan(error) ? "" : fmt::format("{:.2f}", error);
}

// One group of targets with a common season: what each model was worth there.
void AppendGroup(std::string& out, const RunReport& report, const FleetGroup& group) {
  fmt::format_to(std::back_inserter(out),
                 "<div class=\"card\"><h3>{}</h3><p class=\"soft\">{} targets with held-out values</p><div "
                 "class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">model</th><th scope=\"col\" "
                 "class=\"num\">relative error</th><th scope=\"col\" class=\"num\">weight</th><th scope=\"col\"><span "
                 "class=\"hidden-label\">weight as a bar</span></th></tr></thead><tbody>",
                 group.seasons.empty() ? "No season" : fmt::format("Season {}", fmt::join(group.seasons, ", ")),
                 HumanNumber(group.targets));
  for (std::size_t a = 0; a < report.algorithms.size() && a < group.weights.size(); ++a) {
    const double weight = group.weights[a];
    out += "<tr><th scope=\"row\">";
    AppendMarkup(out, report.algorithms[a]);
    out += "</th>";
    AppendCells(out,
                {Relative(a < group.error.size() ? group.error[a] : kNotAvailable), fmt::format("{:.2f}", weight)});
    fmt::format_to(std::back_inserter(out), "<td><span class=\"bar\"><i style=\"width:{:.1f}%\"></i></span></td></tr>",
                   100 * std::clamp(weight, 0.0, 1.0));
  }
  const auto rule = static_cast<std::size_t>(group.rule);
  if (rule < group.rule_error.size()) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\"><strong>ensemble</strong> <span class=\"soft\">({})</span></th>",
                   CombineRuleName(group.rule));
    AppendCells(out, {"<strong>" + Relative(group.rule_error[rule]) + "</strong>", ""});
    out += "<td></td></tr>";
  }
  out += "</tbody></table></div></div>";
}

void AppendWins(std::string& out, const RunReport& report) {
  std::vector<std::size_t> order(report.algorithms.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return report.wins[a] > report.wins[b]; });
  std::vector<Part> parts;
  for (const std::size_t a : order) {
    parts.push_back({report.algorithms[a], static_cast<double>(report.wins[a]), Count(report.wins[a]) + " targets"});
  }
  out += "<div class=\"card\"><h3>Best model for a target</h3><p class=\"soft\">By its own held-out values.</p>";
  AppendParts(out, parts);
  out += "</div>";
}

void AppendNamedCounts(std::string& out, const json& data) {
  constexpr std::pair<const char*, const char*> kRepairs[] = {
      {"bad_rows", "malformed rows left out"},
      {"missing_values", "missing values"},
      {"gaps_filled", "points filled in gaps"},
      {"duplicates", "duplicate times, the last row won"},
      {"unordered_rows", "rows out of order, sorted"},
      {"snapped", "times moved to the grid"},
      {"merged", "values at a time that had one, the later won"},
      {"stray", "values beyond a gap too long to fill"},
      {"dropped_targets", "targets without any value"}};
  out += "<div class=\"card\"><h3>Repairs</h3>";
  std::string rows;
  for (const auto& [key, name] : kRepairs) {
    const double count = Number(data, key);
    if (count > 0)
      rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td></tr>", name, HumanNumber(count));
  }
  out += rows.empty() ? "<p class=\"soft\">Nothing had to be repaired.</p></div>"
                      : "<div class=\"scroll\" tabindex=\"0\"><table><tbody>" + rows + "</tbody></table></div></div>";
}

void AppendMostRepaired(std::string& out, const json& data) {
  const auto list = data.find("most_repaired");
  if (list == data.end() || !list->is_array() || list->empty()) return;
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card\"><h3>Most repaired targets</h3><p class=\"soft\">{} of {:.0f} with repairs.</p><div "
      "class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">target</th><th class=\"num\">values</th><th "
      "class=\"num\">filled</th><th class=\"num\">lost</th></tr></thead><tbody>",
      list->size(), Number(data, "repaired_targets"));
  for (const json& row : *list) {
    out += "<tr><th scope=\"row\" class=\"id\">";
    AppendMarkup(out, Text(row, "target"));
    out += "</th>";
    AppendCells(out, {HumanNumber(Number(row, "values")), HumanNumber(Number(row, "gaps_filled")),
                      HumanNumber(Number(row, "lost"))});
    out += "</tr>";
  }
  out += "</tbody></table></div></div>";
}

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
    parts.push_back({name, s, Seconds(s)});
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
      Seconds(Number(summary, "cpu_seconds")), Number(summary, "worker_deaths"), Number(summary, "retried"));
}

void AppendFailures(std::string& out, const RunReport& report) {
  if (report.failure_count == 0) return;
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card\"><h3>Targets without a model of their own</h3><p class=\"soft\">{} in all{}. They "
      "have a simple model instead, or none.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th "
      "scope=\"col\">target</th><th scope=\"col\">reason</th></tr></thead><tbody>",
      Count(report.failure_count),
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
    AppendCells(out, {Count(run.header.num_targets), total < 0 ? "–" : Seconds(total)});
    out += "</tr>";
  }
  out += "</tbody></table></div></div>";
}

}  // namespace

std::string Percent(double value) {
  return std::isfinite(value) ? fmt::format("{:.{}f} %", value, value < 9.95 ? 2 : 1) : "–";
}

std::string StatusPill(FitStatus status) {
  const char* css = status == FitStatus::kFitted ? "good" : status == FitStatus::kFailed ? "bad" : "warm";
  if (status == FitStatus::kConstant || status == FitStatus::kShort) css = "";
  return fmt::format("<span class=\"pill {}\">{}</span>", css, FitStatusName(status));
}

std::string DescribeRun(const RunReport& report) {
  std::string started = report.run.started.substr(0, 16);
  if (const std::size_t t = started.find('T'); t != std::string::npos) started[t] = ' ';
  std::string text = fmt::format("Run {} of {} UTC · {} targets · {}", report.run.run, started, Count(report.targets),
                                 fmt::join(report.algorithms, ", "));
  text += report.run.header.horizon > 0 ? fmt::format(" · horizon {}", report.run.header.horizon)
                                        : " · horizon of one season";
  if (report.run.state != RunState::kComplete) text += " · not finished";
  return text;
}

void AppendOverview(std::string& out, const RunReport& report) {
  const json summary = ParseObject(report.run.summary);
  out += "<section id=\"overview\"><h2 class=\"hidden-label\">Overview</h2><dl class=\"tiles\">";
  AppendTile(out, "Targets", Count(report.targets));
  const std::uint64_t fitted = CountOf(report, FitStatus::kFitted);
  const std::uint64_t closed = CountOf(report, FitStatus::kConstant) + CountOf(report, FitStatus::kShort);
  AppendTile(out, "Fitted", Count(fitted), closed > 0 ? Count(closed) + " constant or short" : "");
  AppendTile(out, "Simple model or none", Count(report.failure_count),
             report.failure_count > 0 ? "see Run" : "all went well");
  if (!report.smapes.empty()) {
    AppendTile(out, "Median error", Percent(report.smapes[report.smapes.size() / 2]), "held-out sMAPE");
  }
  if (report.fleet) {
    const double c80 = report.fleet->Coverage(80);
    const double c95 = report.fleet->Coverage(95);
    if (std::isfinite(c95)) {
      AppendTile(out, "Coverage", fmt::format("{:.1f} %", 100 * c95),
                 fmt::format("of the 95 % interval; {:.1f} % of that of 80 %", 100 * c80));
    }
  }
  const json seconds = summary.value("seconds", json::object());
  if (Number(seconds, "total") > 0) {
    AppendTile(
        out, "Took", Seconds(Number(seconds, "total")),
        fmt::format("{:.0f} workers, {} of CPU", Number(summary, "workers"), Seconds(Number(summary, "cpu_seconds"))));
  }
  out += "</dl></section>";
}

void AppendAccuracy(std::string& out, const RunReport& report) {
  if (report.measured == 0 && report.backtest.empty()) return;
  out += "<section id=\"accuracy\"><h2>Accuracy</h2><p class=\"soft\">";
  if (report.measured > 0) {
    fmt::format_to(
        std::back_inserter(out),
        "Every model was also fitted without the last values of its target and judged by them. {} targets are "
        "measured{}.",
        Count(report.measured), report.targets > kMostMeasured ? ", evenly spaced over the fleet" : "");
  }
  out += "</p><div class=\"cards\">";
  AppendBacktest(out, report);
  if (report.fleet && std::isfinite(report.fleet->Coverage(80))) {
    out +=
        "<div class=\"card\"><h3>Do the intervals hold?</h3><p class=\"soft\">Held-out values inside the interval, "
        "against its level. On the dashed line they would hold exactly; cross-conformal, so no value was used to make "
        "the interval it is counted in.</p>";
    AppendCalibration(out, *report.fleet);
    out += "</div>";
  }
  if (!report.smapes.empty()) {
    out +=
        "<div class=\"card\"><h3>Errors of the targets</h3><p class=\"soft\">How many targets have which error; the "
        "last "
        "bar holds all beyond.</p>";
    AppendErrorHistogram(out, report.smapes);
    out += "</div>";
    AppendWins(out, report);
  }
  if (report.fleet) {
    for (std::size_t i = 0; i < report.fleet->groups.size() && i < kSeasonGroups; ++i) {
      AppendGroup(out, report, report.fleet->groups[i]);
    }
  }
  out += "</div></section>";
}

void AppendData(std::string& out, const RunReport& report) {
  if (report.data.empty()) return;
  const json data = ParseObject(report.data);
  fmt::format_to(
      std::back_inserter(out),
      "<section id=\"data\"><h2>Data</h2><p class=\"soft\">{} rows in {} files, {} values on the grids of {} "
      "targets.</p><div class=\"cards\">",
      HumanNumber(Number(data, "rows")), HumanNumber(Number(data, "files")), HumanNumber(Number(data, "values")),
      Count(report.targets));
  AppendNamedCounts(out, data);
  AppendMostRepaired(out, data);
  if (const auto dropped = data.find("dropped"); dropped != data.end() && dropped->is_array() && !dropped->empty()) {
    out += "<div class=\"card\"><h3>Dropped targets</h3><ul class=\"plain\">";
    for (const json& target : *dropped) {
      out += "<li><span class=\"id\">";
      AppendMarkup(out, Text(target, "target"));
      out += "</span> <span class=\"soft\">";
      AppendMarkup(out, Text(target, "reason"));
      out += "</span></li>";
    }
    out += "</ul></div>";
  }
  out += "</div></section>";
}

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
