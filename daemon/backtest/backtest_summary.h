// Formats the result of a backtest: a table for people, JSON, and the best model of each target. Daemon; pure.
#pragma once

#include <string>

#include "daemon/backtest/backtest.h"

namespace fitd {

std::string FormatBacktestTable(const BacktestResult& result);

// One object: version, windows, step, horizon, refit (0: never), targets, left_out, forecasts, seconds, best, failed
// (forecasts that users' algorithms did not give), models[{model, missing (number of forecasts), smape, mae, bias,
// mase, rmsse, coverage_80, coverage_95, width_80, width_95, msis_80, msis_95, crps, skill, wins, compared,
// difference, statistic, p_value}] (the last four: with the best model on the forecasts that both have given),
// by_season[{seasons, targets, best, next, p_value, mase{NAME: ...}}], by_step[{step, models{NAME: {smape, mae, mase,
// coverage_80, coverage_95}}}] and, with `by_target`, by_target[{target, best, mase{NAME: ...}, smape{...}}].
std::string FormatBacktestJson(const BacktestResult& result, std::string_view version, bool by_target);

// CSV with header "TARGET_COLUMN,model" and one line per evaluated target. The seasonal naive forecast is chosen when
// no model is better.
std::string FormatSelection(const BacktestResult& result, std::string_view target_column);

}  // namespace fitd
