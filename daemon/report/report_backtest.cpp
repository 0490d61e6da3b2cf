// What a backtest of the run has shown, as a table of the report.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "daemon/report/axis.h"
#include "daemon/report/report_json.h"
#include "daemon/report/report_sections.h"
#include "daemon/report/svg_plot.h"

namespace fitd {

using nlohmann::json;
using report_json::Number;
using report_json::ParseObject;
using report_json::Text;

void AppendBacktest(std::string& out, const RunReport& report) {
  const json backtest = ParseObject(report.backtest);
  const auto models = backtest.find("models");
  if (models == backtest.end() || !models->is_array()) return;
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card\" style=\"grid-column:1/-1\"><h3>Backtest</h3><p class=\"soft\">{:.0f} cutoffs, {:.0f} "
      "forecasts a model, each made without the values it is judged on.</p><div class=\"scroll\" "
      "tabindex=\"0\"><table><thead>"
      "<tr><th scope=\"col\">model</th>",
      Number(backtest, "windows"), Number(backtest, "forecasts"));
  constexpr std::pair<const char*, const char*> kColumns[] = {{"smape", "sMAPE"},         {"mae", "MAE"},
                                                              {"mase", "MASE"},           {"rmsse", "RMSSE"},
                                                              {"bias", "bias"},           {"coverage_80", "in 80 %"},
                                                              {"coverage_95", "in 95 %"}, {"msis_95", "MSIS"},
                                                              {"crps", "CRPS"},           {"skill", "skill"}};
  for (const auto& column : kColumns)
    fmt::format_to(std::back_inserter(out), "<th class=\"num\">{}</th>", column.second);
  out += "</tr></thead><tbody>";
  for (const json& model : *models) {
    out += "<tr><th scope=\"row\">";
    AppendMarkup(out, Text(model, "model"));
    out += "</th>";
    for (const auto& column : kColumns) {
      const double value = Number(model, column.first, kNotAvailable);
      const bool share = std::string_view(column.first).starts_with("coverage");
      out += "<td class=\"num\">" +
             (!std::isfinite(value) ? "–"
              : share               ? fmt::format("{:.1f} %", 100 * value)
                                    : HumanNumber(value)) +
             "</td>";
    }
    out += "</tr>";
  }
  out += "</tbody></table></div></div>";
}

}  // namespace fitd
