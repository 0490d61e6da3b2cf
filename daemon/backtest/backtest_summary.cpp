#include "daemon/backtest/backtest_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "common/text.h"
#include "daemon/backtest/season_winners.h"

namespace fitd {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kTargetsNamed = 5;

std::vector<std::uint64_t> CountWins(const AccuracyBoard& board) {
  std::vector<std::uint64_t> wins(board.models().size(), 0);
  for (std::size_t t = 0; t < board.targets(); ++t) {
    if (const int best = board.BestFor(t); best >= 0) ++wins[static_cast<std::size_t>(best)];
  }
  return wins;
}

double SkillOf(const AccuracyBoard& board, std::size_t model) {
  const auto baseline = std::find(board.models().begin(), board.models().end(), kBaselineName);
  if (baseline == board.models().end()) return kNotAvailable;
  const double own = board.total(model).mase.value();
  const double less = board.scaled().InTotal(model, static_cast<std::size_t>(baseline - board.models().begin()));
  return 1 - own / (own - less);
}

ordered_json Finite(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

std::string Cell(double value, int digits = 4) {
  return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : "-";
}

std::string Share(double value) {
  return std::isfinite(value) ? fmt::format("{:.1f}", 100 * value) : "-";
}

std::string Significance(const DieboldMariano& difference) {
  if (!std::isfinite(difference.p_value)) return "-";
  return difference.p_value < 0.001 ? "<0.001" : fmt::format("{:.3f}", difference.p_value);
}

// Formats rows of text as columns: the first left-aligned, the others right-aligned.
std::string Columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += i == 0 ? fmt::format("{:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    text += '\n';
  }
  return text;
}

std::vector<std::size_t> ByError(const AccuracyBoard& board) {
  std::vector<std::size_t> order(board.models().size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto error = [&board](std::size_t m) {
    const double mase = board.total(m).mase.value();
    return std::isfinite(mase) ? mase : board.total(m).smape.value();
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool lacks_a = board.missing(a) > 0;
    const bool lacks_b = board.missing(b) > 0;
    return lacks_a != lacks_b ? lacks_b : error(a) < error(b);
  });
  return order;
}

std::string StepTable(const AccuracyBoard& board) {
  std::vector<std::vector<std::string>> rows = {{"step"}};
  for (const std::string& model : board.models()) rows[0].push_back(model);
  const int every = std::max(1, board.horizon() / 12);
  for (int step = 0; step < board.horizon(); ++step) {
    if (step % every != 0 && step + 1 != board.horizon()) continue;
    rows.push_back({std::to_string(step + 1)});
    for (std::size_t m = 0; m < board.models().size(); ++m) {
      rows.back().push_back(Cell(board.at_step(m, step).smape.value()));
    }
  }
  return Columns(rows);
}

// Targets that even their best model forecasts badly.
std::string WorstTargets(const BacktestResult& result) {
  std::vector<std::pair<double, std::size_t>> errors;
  for (std::size_t t = 0; t < result.board.targets(); ++t) {
    const int best = result.board.BestFor(t);
    const double error = best < 0 ? kNotAvailable : result.board.target_mase(static_cast<std::size_t>(best), t);
    if (std::isfinite(error)) errors.emplace_back(-error, t);
  }
  std::sort(errors.begin(), errors.end());
  std::vector<std::vector<std::string>> rows = {{"worst targets", "MASE", "best model"}};
  for (std::size_t i = 0; i < errors.size() && i < kTargetsNamed; ++i) {
    std::string id;
    AppendPrintable(id, result.targets[errors[i].second]);
    rows.push_back({id, Cell(-errors[i].first),
                    result.board.models()[static_cast<std::size_t>(result.board.BestFor(errors[i].second))]});
  }
  return rows.size() > 1 ? Columns(rows) : "";
}

// Errors of all models, the best model first.
std::string ErrorTable(const AccuracyBoard& board) {
  const std::vector<std::uint64_t> wins = CountWins(board);
  const int best = board.Best();
  std::vector<std::vector<std::string>> rows = {
      {"model", "sMAPE", "MAE", "MASE", "RMSSE", "bias", "skill", "best for", "p", "on"}};
  for (const std::size_t m : ByError(board)) {
    const Accuracy& a = board.total(m);
    const bool is_best = static_cast<int>(m) == best;
    rows.push_back(
        {board.models()[m], Cell(a.smape.value()), Cell(a.mae.value()), Cell(a.mase.value()), Cell(a.rmsse.value()),
         Cell(a.bias.value(), 3), Cell(SkillOf(board, m), 3), std::to_string(wins[m]),
         is_best || best < 0 ? "" : Significance(CompareModels(board, m, static_cast<std::size_t>(best))),
         is_best || best < 0 ? "" : std::to_string(board.scaled().Compared(m, static_cast<std::size_t>(best)))});
  }
  return Columns(rows);
}

// Names models with missing forecasts: they are ranked behind the others and are best for no target they lack.
std::string Incomplete(const AccuracyBoard& board) {
  std::vector<std::string> models;
  for (std::size_t m = 0; m < board.models().size(); ++m) {
    if (board.missing(m) > 0) models.push_back(fmt::format("{} ({})", board.models()[m], board.missing(m)));
  }
  if (models.empty()) return {};
  return fmt::format("measured by what there is and not ranked, as forecasts are missing: {}\n",
                     fmt::join(models, ", "));
}

// Coverage and width of the intervals, in the order of ErrorTable.
std::string IntervalTable(const AccuracyBoard& board) {
  std::vector<std::vector<std::string>> rows = {
      {"model", "in 80%", "in 95%", "width 80", "width 95", "MSIS 80", "MSIS 95", "CRPS"}};
  for (const std::size_t m : ByError(board)) {
    const Accuracy& a = board.total(m);
    rows.push_back({board.models()[m], Share(a.at_80.coverage.value()), Share(a.at_95.coverage.value()),
                    Cell(a.at_80.width.value()), Cell(a.at_95.width.value()), Cell(a.at_80.msis.value()),
                    Cell(a.at_95.msis.value()), Cell(a.crps.value())});
  }
  return Columns(rows);
}

// The best model for each group of targets with the same seasons, and the p-value of its lead.
std::string WinnerTable(const BacktestResult& result) {
  const std::vector<std::string>& models = result.board.models();
  std::vector<std::vector<std::string>> rows = {{"best where", "targets", "model", "MASE", "next", "MASE", "p"}};
  for (const SeasonWinner& group : SeasonWinners(result)) {
    if (group.best < 0) continue;
    const auto best = static_cast<std::size_t>(group.best);
    rows.push_back({group.seasons.empty() ? "no season" : fmt::format("season {}", fmt::join(group.seasons, ", ")),
                    std::to_string(group.targets), models[best], Cell(group.mase[best])});
    if (group.next < 0) continue;
    const auto next = static_cast<std::size_t>(group.next);
    rows.back().insert(rows.back().end(), {models[next], Cell(group.mase[next]), Significance(group.to_next)});
  }
  return Columns(rows);
}

ordered_json WinnersJson(const BacktestResult& result) {
  const std::vector<std::string>& models = result.board.models();
  const auto name = [&models](int m) {
    return m < 0 ? ordered_json(nullptr) : ordered_json(models[static_cast<std::size_t>(m)]);
  };
  ordered_json list = ordered_json::array();
  for (const SeasonWinner& group : SeasonWinners(result)) {
    ordered_json mase = ordered_json::object();
    for (std::size_t m = 0; m < models.size(); ++m) mase[models[m]] = Finite(group.mase[m]);
    list.push_back({{"seasons", group.seasons},
                    {"targets", group.targets},
                    {"best", name(group.best)},
                    {"next", name(group.next)},
                    {"p_value", Finite(group.to_next.p_value)},
                    {"mase", std::move(mase)}});
  }
  return list;
}

}  // namespace

std::string FormatBacktestTable(const BacktestResult& result) {
  const AccuracyBoard& board = result.board;
  std::string text = fmt::format("{} cuts of {} targets, {} apart, {} steps each: {} forecasts a model in {:.2f} s\n\n",
                                 result.windows, board.targets() - result.left_out, result.step, result.horizon,
                                 board.forecasts(), result.seconds);
  text += ErrorTable(board) + Incomplete(board) + '\n' + IntervalTable(board);
  text +=
      "\nskill: against the seasonal naive forecast of the same values; best for: targets with the least MASE; p: of a "
      "difference\nto the first (Diebold & Mariano), on so many forecasts that both have given\n";
  text += '\n' + WinnerTable(result) + "\nsMAPE by step\n" + StepTable(board);
  if (const std::string worst = WorstTargets(result); !worst.empty()) text += '\n' + worst;
  if (result.left_out > 0) text += fmt::format("\n{} targets are too short and left out\n", result.left_out);
  return text;
}

std::string FormatBacktestJson(const BacktestResult& result, std::string_view version, bool by_target) {
  const AccuracyBoard& board = result.board;
  const int best = board.Best();
  ordered_json object = {
      {"version", version},          {"windows", result.windows},      {"step", result.step},
      {"horizon", result.horizon},   {"refit", result.refit},          {"targets", board.targets() - result.left_out},
      {"left_out", result.left_out}, {"forecasts", board.forecasts()}, {"seconds", result.seconds}};
  object["best"] = best < 0 ? ordered_json(nullptr) : ordered_json(board.models()[static_cast<std::size_t>(best)]);
  const std::vector<std::uint64_t> wins = CountWins(board);
  object["failed"] = result.failures.size();
  object["models"] = ordered_json::array();
  for (const std::size_t m : ByError(board)) {
    const Accuracy& a = board.total(m);
    const DieboldMariano difference = best < 0 || static_cast<int>(m) == best
                                          ? DieboldMariano{}
                                          : CompareModels(board, m, static_cast<std::size_t>(best));
    object["models"].push_back({{"model", board.models()[m]},
                                {"missing", board.missing(m)},
                                {"smape", Finite(a.smape.value())},
                                {"mae", Finite(a.mae.value())},
                                {"bias", Finite(a.bias.value())},
                                {"mase", Finite(a.mase.value())},
                                {"rmsse", Finite(a.rmsse.value())},
                                {"coverage_80", Finite(a.at_80.coverage.value())},
                                {"coverage_95", Finite(a.at_95.coverage.value())},
                                {"width_80", Finite(a.at_80.width.value())},
                                {"width_95", Finite(a.at_95.width.value())},
                                {"msis_80", Finite(a.at_80.msis.value())},
                                {"msis_95", Finite(a.at_95.msis.value())},
                                {"crps", Finite(a.crps.value())},
                                {"skill", Finite(SkillOf(board, m))},
                                {"wins", wins[m]},
                                {"compared", best < 0 ? 0 : board.scaled().Compared(m, static_cast<std::size_t>(best))},
                                {"difference", Finite(difference.mean)},
                                {"statistic", Finite(difference.statistic)},
                                {"p_value", Finite(difference.p_value)}});
  }
  object["by_season"] = WinnersJson(result);
  object["by_step"] = ordered_json::array();
  for (int step = 0; step < board.horizon(); ++step) {
    ordered_json models = ordered_json::object();
    for (std::size_t m = 0; m < board.models().size(); ++m) {
      const Accuracy& a = board.at_step(m, step);
      models[board.models()[m]] = {{"smape", Finite(a.smape.value())},
                                   {"mae", Finite(a.mae.value())},
                                   {"mase", Finite(a.mase.value())},
                                   {"coverage_80", Finite(a.at_80.coverage.value())},
                                   {"coverage_95", Finite(a.at_95.coverage.value())}};
    }
    object["by_step"].push_back({{"step", step + 1}, {"models", std::move(models)}});
  }
  if (by_target) {
    object["by_target"] = ordered_json::array();
    for (std::size_t t = 0; t < board.targets(); ++t) {
      const int winner = board.BestFor(t);
      if (winner < 0) continue;
      ordered_json row = {{"target", result.targets[t]}, {"best", board.models()[static_cast<std::size_t>(winner)]}};
      for (std::size_t m = 0; m < board.models().size(); ++m) {
        row["mase"][board.models()[m]] = Finite(board.target_mase(m, t));
        row["smape"][board.models()[m]] = Finite(board.target_smape(m, t));
      }
      object["by_target"].push_back(std::move(row));
    }
  }
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string FormatSelection(const BacktestResult& result, std::string_view target_column) {
  std::string text;
  AppendCsvField(text, target_column);
  text += ",model\n";
  for (std::size_t t = 0; t < result.board.targets(); ++t) {
    const int best = result.board.BestFor(t);
    if (best < 0) continue;
    AppendCsvField(text, result.targets[t]);
    text += ',';
    AppendCsvField(text, result.board.models()[static_cast<std::size_t>(best)]);
    text += '\n';
  }
  return text;
}

}  // namespace fitd
