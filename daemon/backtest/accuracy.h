// Measures the accuracy of forecasts, summed over targets, cuts and steps. Daemon; pure, one thread.
//
// Definitions. sMAPE: mean over all forecasts of 200 |y - f| / (|y| + |f|), 0 where both are 0. MAE and bias: means of
// |f - y| and f - y. MASE and RMSSE (Hyndman & Koehler 2006): a forecast's mean absolute error, or root mean square
// error, over that of the one-step seasonal naive forecast within the values before the cut; mean over targets and
// cuts. Coverage: share of values inside the interval; width: mean of hi - lo. MSIS (Gneiting & Raftery 2007): mean of
// width plus 2/alpha times how far a value is outside, over MASE's scale. CRPS: twice the mean quantile loss over the
// levels of kCrpsLevels, in the data's units. Skill: 1 - MASE / MASE of the seasonal naive forecast. Two models are
// compared on the forecasts that both have given.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/models/base/model.h"
#include "daemon/backtest/paired_errors.h"

namespace fitd {

// Central intervals, in percent. Their bounds and the mean are the quantiles 5, 10, ..., 95 %.
inline constexpr std::array<double, 9> kCrpsLevels = {10, 20, 30, 40, 50, 60, 70, 80, 90};

// The scale for the errors of one target at one cut.
struct ErrorScale {
  double absolute = 0;  // mean |y[t] - y[t - season]|
  double square = 0;    // mean of (y[t] - y[t - season])^2
};
ErrorScale ScaleOf(std::span<const double> known, int season);
// Repeats the last season; a season of 1 repeats the last value.
std::vector<double> SeasonalNaive(std::span<const double> known, int season, int horizon);

struct IntervalAccuracy {
  Mean coverage, width, msis;
};

// The errors of one model, in total or at one step.
struct Accuracy {
  Mean smape, mae, bias, mase, rmsse, crps;
  IntervalAccuracy at_80, at_95;
};

// Compares several models on the same forecasts.
class AccuracyBoard {
 public:
  AccuracyBoard(std::vector<std::string> models, int horizon, std::size_t targets);

  // Adds one target at one cut. `forecasts`: one per model, in the order of models(), with intervals of 80, 95 and
  // kCrpsLevels if the model has intervals. NaN values of `actual` are skipped.
  void Add(std::size_t target, std::span<const double> actual, const ErrorScale& scale,
           std::span<const Forecast> forecasts);

  const std::vector<std::string>& models() const { return models_; }
  int horizon() const { return static_cast<int>(steps_.empty() ? 0 : steps_.front().size()); }
  std::uint64_t forecasts() const { return forecasts_; }
  std::size_t targets() const { return targets_; }
  // Forecasts, out of forecasts(), that the model did not give.
  std::uint64_t missing(std::size_t model) const { return missing_[model]; }
  const Accuracy& total(std::size_t model) const { return total_[model]; }
  const Accuracy& at_step(std::size_t model, int step) const { return steps_[model][static_cast<std::size_t>(step)]; }
  // Mean MASE of a target; NaN when it was never measured.
  double target_mase(std::size_t model, std::size_t target) const { return scaled_.OfTarget(model, target); }
  bool target_complete(std::size_t model, std::size_t target) const {
    return !target_missing_[model * targets_ + target];
  }
  double target_smape(std::size_t model, std::size_t target) const {
    return target_smape_[model * targets_ + target].value();
  }
  // Index of the model with the least MASE (sMAPE when there is no MASE) among those without missing forecasts, since a
  // model may leave out the hard ones. -1: none was measured.
  int BestFor(std::size_t target) const;
  int Best() const;
  // Scaled absolute errors of any two models on the forecasts that both have given.
  const PairedErrors& scaled() const { return scaled_; }
  void NextCut() { scaled_.NextCut(); }  // starts the next cut for values added from now on

 private:
  // Returns the scaled errors by step, NaN where there is none.
  std::vector<double> AddModel(std::size_t model, std::size_t target, std::span<const double> actual,
                               const ErrorScale& scale, const Forecast& forecast);

  std::vector<std::string> models_;
  std::size_t targets_;
  std::uint64_t forecasts_ = 0;
  std::vector<Accuracy> total_;
  std::vector<std::vector<Accuracy>> steps_;  // [model][step]
  std::vector<Mean> target_smape_;            // [model * targets + target]
  std::vector<std::uint64_t> missing_;        // by model
  std::vector<bool> target_missing_;          // [model * targets + target]
  PairedErrors scaled_;
};

// Tests whether the errors of two models differ: the statistic of Diebold & Mariano (1995) on scaled absolute errors of
// the forecasts that both have given.
// With at least kTargetsToCompare targets, the mean difference of each target is an observation. With fewer, the mean
// over targets at each cut and step is an observation, with a variance by Newey & West with horizon - 1 lags and the
// small-sample correction of Harvey, Leybourne & Newbold (1997). p_value is two-sided, NaN when there are too few
// observations.
inline constexpr std::size_t kTargetsToCompare = 20;
struct DieboldMariano {
  double mean = kNotAvailable;  // MASE of the model minus that of the other, on the same forecasts
  double statistic = kNotAvailable;
  double p_value = kNotAvailable;
};
DieboldMariano CompareModels(const AccuracyBoard& board, std::size_t model, std::size_t other);
// Compare restricted to some targets, each an observation; NaN for fewer than kTargetsToCompare.
DieboldMariano CompareModels(const AccuracyBoard& board, std::size_t model, std::size_t other,
                             std::span<const std::size_t> targets);

}  // namespace fitd
