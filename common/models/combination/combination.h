// Combining the forecasts of several algorithms: what each was worth on held-out values of its target, weights shrunk
// towards those that work across the fleet (Fiorucci & Louzada 2020; Petropoulos et al. 2023), the combined forecast
// and its conformal intervals. Worker: validates. Daemon: learns from the whole fleet, fits, forecasts. Pure values,
// any thread. Algorithms are in one order for the whole frame, the order of `names` in FitCombination.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/base/model.h"

namespace fitd {

// Persisted: never renumber.
enum class CombineRule : std::uint8_t { kNone = 0, kMedian = 1, kMean = 2, kWeighted = 3 };
std::string_view CombineRuleName(CombineRule rule);  // "none", "median", "mean", "weighted"
std::optional<CombineRule> FindCombineRule(std::string_view name);

// What the combination wants to know of a series besides the forecasts.
struct TargetTraits {
  int season = 1;
  std::uint64_t num_observations = 0;
  double scale = 0;  // what errors are measured by: mean absolute seasonal (else one-step) change; 0: constant
  double level = 0;  // last values with the season taken out
};
// NaN: not observed, left out.
TargetTraits DescribeTarget(std::span<const double> y, int season);

// The last values of a target and what each algorithm, refitted without them, forecast for them.
struct Validation {
  TargetTraits traits;  // of the values before `actual`
  // Empty: the target is too short to validate. NaN: not observed, and counted by nobody; at least one is not NaN.
  std::vector<double> actual;
  std::vector<std::vector<double>> forecast;  // per algorithm, as long as `actual`; empty: it has none
};
// How many last values of `n` to hold out for validation; 0: too few would be left to fit.
int HoldOut(std::size_t n, int season, int horizon);

// As plain numbers, for archives. Unpack gives nullopt for anything Pack did not write.
std::vector<double> PackValidation(const Validation& validation);
std::optional<Validation> UnpackValidation(std::span<const double> data);

// What was learned from all targets of one season length.
struct FleetGroup {
  int season = 1;
  double targets = 0;           // validated ones
  std::vector<double> weights;  // per algorithm, sum 1; 0 where no target has forecasts of it
  std::vector<double> error;    // per algorithm: mean sMAPE on held-out values; NaN where there are none
  std::vector<double>
      rule_error;         // per CombineRule, likewise, by weights learned without the target (see LearnCombination)
  std::size_t steps = 0;  // of `quantiles`
  std::vector<double> quantiles;  // steps x kConformalLevels: absolute combined error / scale
  std::vector<double> coverage;   // per conformal level: fraction of held-out values inside, cross-conformal
};
inline constexpr double kConformalLevels[] = {1,  5,  10, 15, 20, 25, 30, 35, 40,   45, 50,   55,
                                              60, 65, 70, 75, 80, 85, 90, 95, 97.5, 99, 99.5, 99.9};

// Stored once a run; forecasting needs it.
struct FleetCombination {
  std::size_t algorithms = 0;
  CombineRule rule = CombineRule::kMedian;  // the one asked for, or the best of median, mean and weighted
  std::vector<FleetGroup> groups;           // ascending season

  const FleetGroup* Group(int season) const;  // the nearest season's when that one is not there; null: no group at all
  // Fraction of all held-out values inside the interval of the nearest conformal level, over groups large enough for
  // conformal intervals; NaN: there is none.
  double Coverage(double level) const;
};
std::vector<double> PackFleet(const FleetCombination& fleet);
std::optional<FleetCombination> UnpackFleet(std::span<const double> data);

// A 95 % interval needs the errors of at least this many targets. Smaller groups have their components' own intervals.
inline constexpr double kFewestForConformal = 19;

// Targets of one group that are learned from, at most: of larger fleets every k-th one. The others need no validation
// but for their own errors, which move their weights a little.
inline constexpr std::size_t kMostLearners = 4096;

// The i-th target's validation, i < targets, in frame order. Called several times for each; the reference need live
// only until the next call.
using ValidationSource = std::function<const Validation&(std::size_t i)>;

// Learns the weights, the best rule and the intervals. Weights minimise the mean sMAPE of the weighted mean on held-out
// values, with a penalty that keeps small fleets near equal weights. Rules are compared by weights learned from other
// targets; the error of kNone is that of the best algorithm for all. With `rule` set that one is taken, else the one
// with the least error. The same bits for the same targets in the same order.
FleetCombination LearnCombination(std::size_t algorithms, std::size_t targets, const ValidationSource& validations,
                                  std::optional<CombineRule> rule);

// The combination of one target, algorithm "ensemble": weights per algorithm and the scale of its errors. `traits` are
// of the whole series, `own` its validation (may have no actual), `usable[i]` whether algorithm i has a model of it.
Model FitCombination(const FleetCombination& fleet, std::span<const std::string_view> names, const TargetTraits& traits,
                     const Validation& own, const std::vector<bool>& usable);

// `components` in the same order, with empty mean where there is none. Intervals conformal, from the fleet's held-out
// errors; with fewer than kFewestForConformal targets to learn them from, those of the components averaged with the
// weights.
Forecast PredictCombination(const Model& model, const FleetCombination& fleet, std::span<const Forecast> components,
                            std::span<const double> levels);

}  // namespace fitd
