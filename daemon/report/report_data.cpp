#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/report/axis.h"
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

void AppendNamedCounts(std::string& out, const json& data) {
  constexpr std::pair<const char*, const char*> kRepairs[] = {
      {"bad_rows", "malformed rows left out"},
      {"bad_cells", "cells that are no numbers, taken as missing"},
      {"missing_values", "missing values"},
      {"gaps_filled", "points filled in gaps"},
      {"duplicates", "duplicate times, the last row won"},
      {"unordered_rows", "rows out of order, sorted"},
      {"snapped", "times moved to the grid"},
      {"merged", "values at a time that had one, the later won"},
      {"marked_times", "times read without the mark behind them"},
      {"marked_values", "values read without the mark behind them"},
      {"parts", "rows of first or last periods that are not whole, left out"},
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
      "<div class=\"card\"><h3>Most repaired targets</h3><p class=\"soft\">The worst {} of {:.0f} with "
      "repairs.</p><div "
      "class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Target</th><th class=\"num\">Values</th><th "
      "class=\"num\">Filled</th><th class=\"num\">Lost</th></tr></thead><tbody>",
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

}  // namespace

void AppendData(std::string& out, const RunReport& report) {
  if (report.data.empty()) return;
  const json data = ParseObject(report.data);
  fmt::format_to(std::back_inserter(out),
                 "<section id=\"data\"><h2>Data</h2><p class=\"soft\">{} in {}, {} on the grids of {}.</p><div "
                 "class=\"cards loose\">",
                 Counted(static_cast<std::uint64_t>(Number(data, "rows")), "row"),
                 Counted(static_cast<std::uint64_t>(Number(data, "files")), "file"),
                 Counted(static_cast<std::uint64_t>(Number(data, "values")), "value"),
                 Counted(report.targets, "target"));
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

}  // namespace fitd
