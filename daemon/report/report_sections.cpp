#include "daemon/report/report_sections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "daemon/report/report_json.h"
#include "daemon/report/report_text.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

using nlohmann::json;
using report_json::Number;
using report_json::ParseObject;

void AppendTile(std::string& out, std::string_view name, const std::string& value, std::string_view note = {}) {
  fmt::format_to(std::back_inserter(out), "<div class=\"tile\"><dt>{}</dt><dd>{}", name, value);
  if (!note.empty()) {
    out += "<span class=\"note\">";
    AppendMarkup(out, note);
    out += "</span>";
  }
  out += "</dd></div>";
}

std::uint64_t CountOf(const RunReport& report, FitStatus status) {
  const auto i = static_cast<std::size_t>(status);
  return i < report.by_status.size() ? report.by_status[i] : 0;
}

}  // namespace

std::string StatusPill(FitStatus status) {
  const char* css = status == FitStatus::kFitted ? "good" : status == FitStatus::kFailed ? "bad" : "warm";
  if (status == FitStatus::kConstant || status == FitStatus::kShort) css = "";
  return fmt::format("<span class=\"pill {}\">{}</span>", css, FitStatusName(status));
}

std::string DescribeRun(const RunReport& report) {
  std::string started = report.run.started.substr(0, 16);
  if (const std::size_t t = started.find('T'); t != std::string::npos) started[t] = ' ';
  std::string text = fmt::format("Run {} of {} UTC · {} · {}", report.run.run, started,
                                 Counted(report.targets, "target"), fmt::join(report.algorithms, ", "));
  text += report.run.header.horizon > 0 ? fmt::format(" · horizon {}", report.run.header.horizon)
                                        : " · horizon of one season";
  if (report.run.state != RunState::kComplete) text += " · not finished";
  return text;
}

void AppendOverview(std::string& out, const RunReport& report) {
  const json summary = ParseObject(report.run.summary);
  out += "<section id=\"overview\"><h2 class=\"hidden-label\">Overview</h2><dl class=\"tiles\">";
  AppendTile(out, "Targets", CountText(report.targets));
  const std::uint64_t fitted = CountOf(report, FitStatus::kFitted);
  const std::uint64_t closed = CountOf(report, FitStatus::kConstant) + CountOf(report, FitStatus::kShort);
  AppendTile(out, "Fitted", CountText(fitted), closed > 0 ? CountText(closed) + " constant or short" : "");
  AppendTile(out, "Fallback or none", CountText(report.failure_count),
             report.failure_count > 0 ? "see Run" : "all went well");
  if (!report.smapes.empty()) {
    AppendTile(out, "Median error", Percent(report.smapes[report.smapes.size() / 2]), "held-out sMAPE");
  }
  if (report.fleet) {
    const double c80 = report.fleet->Coverage(80);
    const double c95 = report.fleet->Coverage(95);
    if (std::isfinite(c95)) {
      AppendTile(out, "Coverage", fmt::format("{:.1f} %", 100 * c95),
                 fmt::format("inside the 95 % interval; {:.1f} % inside 80 %", 100 * c80));
    }
  }
  const json seconds = summary.value("seconds", json::object());
  if (Number(seconds, "total") > 0) {
    AppendTile(out, "Took", DurationText(Number(seconds, "total")),
               fmt::format("{:.0f} workers, {} of CPU", Number(summary, "workers"),
                           DurationText(Number(summary, "cpu_seconds"))));
  }
  out += "</dl></section>";
}

}  // namespace fitd
