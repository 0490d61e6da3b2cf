// What a backtest of the run has shown: a table of the models, their errors by step, and who wins where.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

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
using report_json::Text;

const json* ListOf(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_array() && !at->empty() ? &*at : nullptr;
}

std::string MeasureText(const json& model, std::string_view key) {
  const double value = Number(model, std::string(key).c_str(), kNotAvailable);
  if (!std::isfinite(value)) return key == "p_value" ? "" : "–";
  if (key.starts_with("coverage")) return fmt::format("{:.1f} %", 100 * value);
  if (key == "p_value") return value < 0.001 ? "&lt; 0.001" : fmt::format("{:.3f}", value);
  if (key == "mase" || key == "rmsse" || key == "skill")
    return fmt::format("{:.3f}", std::abs(value) < 5e-4 ? 0 : value);
  return HumanNumber(value);
}

void AppendModels(std::string& out, const json& backtest, const json& models) {
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card whole\"><h3>Backtest</h3><p class=\"soft\">{} cuts, {} forecasts a model, each made "
      "without the values it is judged on. Skill is against the seasonal naive forecast; p is of the "
      "difference to the best model.</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>",
      CountText(static_cast<std::uint64_t>(Number(backtest, "windows"))),
      CountText(static_cast<std::uint64_t>(Number(backtest, "forecasts"))));
  constexpr std::pair<std::string_view, std::string_view> kColumns[] = {{"smape", "sMAPE, %"},
                                                                        {"mae", "MAE"},
                                                                        {"mase", "MASE"},
                                                                        {"rmsse", "RMSSE"},
                                                                        {"bias", "Bias"},
                                                                        {"skill", "Skill"},
                                                                        {"coverage_80", "In 80 %"},
                                                                        {"coverage_95", "In 95 %"},
                                                                        {"width_95", "Width 95 %"},
                                                                        {"msis_95", "MSIS"},
                                                                        {"crps", "CRPS"},
                                                                        {"wins", "Best for"},
                                                                        {"p_value", "p"}};
  AppendHeads(out, {"Model"});
  for (const auto& column : kColumns) AppendHeads(out, {"#" + std::string(column.second)});
  out += "</tr></thead><tbody>";
  for (const json& model : models) {
    out += &model == &models.front() ? "<tr class=\"best-row\"><th scope=\"row\">" : "<tr><th scope=\"row\">";
    AppendMarkup(out, Text(model, "model"));
    out += "</th>";
    for (const auto& column : kColumns) AppendCells(out, {MeasureText(model, column.first)});
    out += "</tr>";
  }
  out += "</tbody></table></div></div>";
}

// The models in the order of the table, so that the legend reads like it.
void AppendSteps(std::string& out, const json& models, const json& steps) {
  std::vector<StepLine> errors;
  std::vector<StepLine> inside;
  for (const json& model : models) {
    const std::string name = Text(model, "model");
    StepLine error{name, {}};
    StepLine coverage{name, {}};
    for (const json& step : steps) {
      const json all = step.value("models", json::object());
      const json one = all.is_object() ? all.value(name, json::object()) : json::object();
      error.values.push_back(Number(one, "smape", kNotAvailable));
      coverage.values.push_back(100 * Number(one, "coverage_95", kNotAvailable));
    }
    errors.push_back(std::move(error));
    inside.push_back(std::move(coverage));
  }
  if (steps.size() < 2) return;
  out +=
      "<div class=\"card\"><h3>Error by step</h3><p class=\"soft\">sMAPE in percent of forecasts so many steps "
      "ahead.</p>";
  AppendStepLines(out, "sMAPE by steps ahead", errors);
  out +=
      "</div><div class=\"card\"><h3>Coverage by step</h3><p class=\"soft\">Percent of the values inside the 95 % "
      "interval.</p>";
  AppendStepLines(out, "Coverage of the 95 % interval by steps ahead", inside, 95);
  out += "</div>";
}

void AppendWinners(std::string& out, const json& groups) {
  out +=
      "<div class=\"card\"><h3>Which model wins where</h3><p class=\"soft\">By the mean MASE of the targets of a "
      "season; p is of the difference to the next model, told from 20 targets on.</p><div class=\"scroll\" "
      "tabindex=\"0\"><table><thead><tr>";
  AppendHeads(out, {"Season", "#Targets", "Best", "Next", "#p"});
  out += "</tr></thead><tbody>";
  for (const json& group : groups) {
    std::string seasons;
    for (const json& season : group.value("seasons", json::array())) {
      seasons += (seasons.empty() ? "" : ", ") + season.dump();
    }
    out += "<tr><th scope=\"row\">" + (seasons.empty() ? "none" : seasons) + "</th>";
    AppendCells(out, {CountText(static_cast<std::uint64_t>(Number(group, "targets")))});
    const json mase = group.value("mase", json::object());
    for (const char* key : {"best", "next"}) {
      const std::string name = Text(group, key);
      out += "<td>";
      AppendMarkup(out, name);
      if (!name.empty())
        fmt::format_to(std::back_inserter(out), " <span class=\"soft\">{}</span>",
                       MeasureText({{"mase", mase.value(name, json())}}, "mase"));
      out += "</td>";
    }
    AppendCells(out, {MeasureText(group, "p_value")});
    out += "</tr>";
  }
  out += "</tbody></table></div></div>";
}

}  // namespace

void AppendBacktest(std::string& out, const RunReport& report) {
  const json backtest = ParseObject(report.backtest);
  const json* models = ListOf(backtest, "models");
  if (models == nullptr) return;
  AppendModels(out, backtest, *models);
  if (const json* steps = ListOf(backtest, "by_step")) AppendSteps(out, *models, *steps);
  if (const json* groups = ListOf(backtest, "by_season")) AppendWinners(out, *groups);
}

}  // namespace fitd
