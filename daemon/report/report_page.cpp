#include "daemon/report/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>

#include "daemon/report/axis.h"
#include "daemon/report/page_files.h"
#include "daemon/report/report_charts.h"
#include "daemon/report/report_sections.h"
#include "daemon/report/report_text.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

// The plots that the list of targets opens have so many bytes at most, so that the file can be sent round.
constexpr std::size_t kPlotBytes = 3'000'000;

std::string StoreName(const RunReport& report) {
  return std::filesystem::path(report.store).filename().string();
}

void AppendFigure(std::string& out, const TargetPlot& plot, std::string_view said) {
  out += "<figure class=\"card\"><figcaption><span class=\"id\">";
  AppendMarkup(out, plot.target);
  out += "</span><span class=\"soft\">";
  AppendMarkup(out, said);
  out += "</span></figcaption>";
  SvgPlotOptions options;
  options.width = 560;
  options.height = 230;
  AppendSvgPlot(out, plot, options);
  out += "</figure>";
}

constexpr std::string_view kLegend =
    "<ul class=\"legend\">"
    "<li><svg class=\"plot\" viewBox=\"0 0 22 10\"><path class=\"p-history\" d=\"M0 5H22\"/></svg>last values</li>"
    "<li><svg class=\"plot\" viewBox=\"0 0 22 10\"><path class=\"p-held\" d=\"M0 5H22\"/></svg>forecast of held-out "
    "values</li>"
    "<li><svg class=\"plot\" viewBox=\"0 0 22 10\"><path class=\"p-forecast\" d=\"M0 5H22\"/></svg>forecast</li>"
    "<li><svg class=\"plot\" viewBox=\"0 0 22 10\"><path class=\"p-wide\" d=\"M0 0H22V10H0Z\"/><path class=\"p-near\" "
    "d=\"M0 2H22V8H0Z\"/></svg>80 and 95 % intervals</li></ul>";

void AppendLooks(std::string& out, const RunReport& report) {
  if (report.groups.empty()) return;
  out +=
      "<section id=\"look\"><h2>Targets to look at first</h2><p class=\"soft\">Those that stand out, and some that do "
      "not.</p>";
  out += kLegend;
  for (const PlotGroup& group : report.groups) {
    out += "<div class=\"plot-group\"><h3>" + group.title + "</h3><p class=\"soft\">" + group.why +
           "</p></div><div class=\"plots\">";
    for (const auto& [plot, said] : group.plots) AppendFigure(out, plot, said);
    out += "</div>";
  }
  out += "</section>";
}

void AppendRowCells(std::string& out, const TargetRow& row, const RunReport& report) {
  out += "<span class=\"id\">";
  AppendMarkup(out, row.id);
  out += "</span>";
  AppendSparkline(out, row.recent);
  out += "<span>" + StatusPill(row.status) + "</span>";
  fmt::format_to(std::back_inserter(out), "<span class=\"num values\">{}</span><span class=\"num\">{}</span>",
                 HumanNumber(static_cast<double>(row.values)), Percent(row.accuracy.smape));
  out += "<span class=\"best soft\">";
  if (row.accuracy.best >= 0) AppendMarkup(out, report.algorithms[static_cast<std::size_t>(row.accuracy.best)]);
  out += "</span>";
}

void AppendRow(std::string& out, const TargetRow& row, std::size_t place, const TargetPlot* plot,
               const RunReport& report) {
  std::string find;
  AppendMarkup(find, row.id);
  find += " ";
  find += FitStatusName(row.status);
  std::transform(find.begin(), find.end(), find.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  fmt::format_to(std::back_inserter(out), "<li data-place=\"{}\" data-find=\"{}\" data-error=\"{}\" data-size=\"{}\">",
                 place, find, std::isfinite(row.accuracy.smape) ? fmt::format("{:.4g}", row.accuracy.smape) : "",
                 std::isfinite(row.level) ? fmt::format("{:.6g}", row.level) : "");
  out += plot != nullptr ? "<details><summary class=\"line\">" : "<div class=\"line\">";
  AppendRowCells(out, row, report);
  if (plot == nullptr) {
    out += "</div></li>";
    return;
  }
  out += "</summary>";
  SvgPlotOptions options;
  options.width = 960;
  options.height = 260;
  AppendSvgPlot(out, *plot, options);
  if (!row.reason.empty()) {
    out += "<p class=\"soft\">";
    AppendMarkup(out, row.reason);
    out += "</p>";
  }
  out += "</details></li>";
}

void AppendTargets(std::string& out, const RunReport& report) {
  if (report.rows.empty()) return;
  out += "<section id=\"targets\"><h2>All targets</h2>";
  out +=
      "<div class=\"tools\" hidden><label for=\"search\">Search by name or status<input id=\"search\" type=\"search\" "
      "autocomplete=\"off\" spellcheck=\"false\"></label><label for=\"sort\">Order<select id=\"sort\"><option "
      "value=\"name\">by name</option><option value=\"error\">largest error first</option><option "
      "value=\"size\">largest values first</option></select></label><span id=\"count\" class=\"count soft\" "
      "role=\"status\"></span></div>";
  out +=
      "<div class=\"card\"><div class=\"line head\" aria-hidden=\"true\"><span>Target</span><span>Last "
      "values</span><span>Status</span><span class=\"num values\">Values</span><span "
      "class=\"num\">sMAPE</span><span class=\"best\">Best model</span></div><ul class=\"targets\">";
  std::size_t plotted = 0;
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    const std::size_t before = out.size();
    const bool room = plotted < kPlotBytes && i < report.plots.size() && HasSomethingToPlot(report.plots[i]);
    AppendRow(out, report.rows[i], i, room ? &report.plots[i] : nullptr, report);
    if (room) plotted += out.size() - before;
  }
  out += "</ul></div></section>";
}

void AppendHead(std::string& out, const RunReport& report) {
  const std::string name = StoreName(report);
  out +=
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';script-src "
      "'unsafe-inline';img-src data:\"><link rel=\"icon\" href=\"data:,\"><title>";
  AppendMarkup(out, name);
  fmt::format_to(std::back_inserter(out), " · run {} · fitd</title><style>", report.run.run);
  out += BaseStyle();
  out += PlotStyle();
  out += kReportStyle;
  out +=
      "</style></head><body><a class=\"skip\" href=\"#overview\">To the content</a><header class=\"top\"><div "
      "class=\"page\"><div class=\"brand\">";
  out += BrandMark();
  out += "<span>fitd report</span></div><h1 class=\"title\">";
  AppendMarkup(out, name);
  out += "</h1><p class=\"soft\">";
  AppendMarkup(out, DescribeRun(report));
  out += "</p><nav class=\"sections\" aria-label=\"Sections\"><a href=\"#overview\">Overview</a>";
  if (report.measured > 0) out += "<a href=\"#accuracy\">Accuracy</a>";
  if (!report.groups.empty()) out += "<a href=\"#look\">To look at</a>";
  if (!report.rows.empty()) out += "<a href=\"#targets\">All targets</a>";
  if (!report.anomalies.empty()) out += "<a href=\"#anomalies\">Anomalies</a>";
  if (!report.data.empty()) out += "<a href=\"#data\">Data</a>";
  out += "<a href=\"#run\">Run</a></nav></div></header><main class=\"page\">";
}

}  // namespace

std::string_view BaseStyle() {
  return kBaseStyle;
}

std::string_view BrandMark() {
  return "<svg viewBox=\"0 0 26 26\" aria-hidden=\"true\"><path d=\"M14 13L17 6L20 11L24 4\"/>"
         "<path d=\"M2 20L6 12L9 17L14 13\"/></svg>";
}

std::string FormatReportPage(const RunReport& report, std::string_view made_at, std::string_view version) {
  std::string out;
  AppendHead(out, report);
  AppendOverview(out, report);
  AppendAccuracy(out, report);
  AppendLooks(out, report);
  AppendTargets(out, report);
  AppendAnomalies(out, report);
  AppendData(out, report);
  AppendRun(out, report);
  fmt::format_to(std::back_inserter(out), "<footer>Made by fitd {} on {} from <span class=\"mono\">", version, made_at);
  AppendMarkup(out, report.store);
  out += "</span>. One file, nothing is loaded from anywhere.</footer></main>";
  if (!report.rows.empty()) {
    out += "<script>";
    out += kReportScript;
    out += "</script>";
  }
  out += "</body></html>\n";
  return out;
}

}  // namespace fitd
