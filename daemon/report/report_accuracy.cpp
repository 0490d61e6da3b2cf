#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "daemon/report/axis.h"
#include "daemon/report/report_charts.h"
#include "daemon/report/report_sections.h"
#include "daemon/report/report_text.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

constexpr std::size_t kSeasonGroups = 8;

// A mean error in units of the mean of all models' errors.
std::string Relative(double error) {
  return std::isnan(error) ? "" : fmt::format("{:.2f}", error);
}

// One group of targets with a common season: what each model was worth there.
void AppendGroup(std::string& out, const RunReport& report, const FleetGroup& group) {
  fmt::format_to(std::back_inserter(out),
                 "<div class=\"card\"><h3>{}</h3><p class=\"soft\">{} with held-out values; error relative to the mean "
                 "of all models.</p><div "
                 "class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Model</th><th scope=\"col\" "
                 "class=\"num\">Error</th><th scope=\"col\" class=\"num\">Weight</th><th scope=\"col\"><span "
                 "class=\"hidden-label\">weight as a bar</span></th></tr></thead><tbody>",
                 (group.seasons.empty() ? "No season" : fmt::format("Season {}", fmt::join(group.seasons, ", "))) +
                     (group.intermittent ? ", mostly zeros" : ""),
                 Counted(static_cast<std::uint64_t>(group.targets), "target"));
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
  parts.reserve(order.size());
  for (const std::size_t a : order) {
    parts.push_back({report.algorithms[a], static_cast<double>(report.wins[a]), Counted(report.wins[a], "target")});
  }
  out += "<div class=\"card\"><h3>Best model for a target</h3><p class=\"soft\">By its own held-out values.</p>";
  AppendParts(out, parts);
  out += "</div>";
}

}  // namespace

void AppendAccuracy(std::string& out, const RunReport& report) {
  if (report.measured == 0 && report.backtest.empty()) return;
  out += "<section id=\"accuracy\"><h2>Accuracy</h2><p class=\"soft\">";
  if (report.measured > 0) {
    fmt::format_to(
        std::back_inserter(out),
        "Every model was also fitted without the last values of its target and judged by them; {} measured{}.",
        Counted(report.measured, "target"), report.targets > kMostMeasured ? ", evenly spaced over the fleet" : "");
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

}  // namespace fitd
