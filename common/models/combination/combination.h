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
#include "common/models/base/prior_share.h"
#include "common/models/combination/tail_shape.h"

namespace fitd {

// Persisted: never renumber.
enum class CombineRule : std::uint8_t { kNone = 0, kMedian = 1, kMean = 2, kWeighted = 3 };
std::string_view CombineRuleName(CombineRule rule);  // "none", "median", "mean", "weighted"
std::optional<CombineRule> FindCombineRule(std::string_view name);

// What the combination wants to know of a series besides the forecasts.
struct TargetTraits {
  int season = 1;            // the first of `seasons`, 1 without
  std::vector<int> seasons;  // all of them, ascending lengths > 1; targets with the same list are learned together
  std::uint64_t num_observations = 0;
  double scale = 0;           // what errors are measured by: mean absolute seasonal (else one-step) change; 0: constant
  double level = 0;           // last values with the season taken out
  double lowest = 0;          // value
  bool intermittent = false;  // mostly zeros; learned apart from the others
  bool doubtful = false;      // its season is there a few times and hardly shows: it is judged without one
  TailShape tails;            // of its one-step errors
  std::vector<double> spread;  // by their place in the season, the first behind the last value; empty: alike
};
TargetTraits DescribeTarget(std::span<const double> y, std::span<const int> seasons);

// The percentage of a normal distribution within one standard deviation: members' intervals of this level give their
// standard deviations.
inline constexpr double kOneDeviation = 68.268949213708587;
// Half the width of the last interval, which is of level kOneDeviation; empty when the forecast has none.
std::vector<double> StandardDeviations(const Forecast& forecast);

// The last values of a target and what each algorithm, refitted without them, forecast for them.
struct Validation {
  TargetTraits traits;                        // of the values before `actual`, but the lowest of all
  std::vector<int> members;                   // which algorithms the target's models are of, in their order; empty: all
  std::vector<double> actual;                 // empty: the target is too short to validate; NaN: not observed
  std::vector<std::vector<double>> forecast;  // per algorithm, as long as `actual`; empty: it has none
  std::vector<std::vector<double>> deviation;  // likewise, standard deviations by the algorithm's own account
  // The same one horizon earlier, and in long series from further origins before that, the oldest first: they tell how
  // far a target's own errors foretell the next ones. For some targets of a fleet.
  std::vector<double> earlier_actual;
  std::vector<std::vector<double>> earlier_forecast;
};
// One target in so many is validated a horizon earlier too: all of a small fleet, about 128 of a large one.
std::uint64_t EarlierEvery(std::uint64_t targets);
// How many last values of `n` to hold out for validation, a horizon at most; 0: too few would be left to fit.
int HoldOut(std::size_t n, int season, int horizon);
// From how many earlier origins, each a horizon before the next, a target is validated that has `n` values before its
// held-out ones; those that HoldOut finds too short are left out.
std::size_t EarlierOrigins(std::size_t n, int horizon);

// As plain numbers, for archives. Unpack gives nullopt for anything Pack did not write.
std::vector<double> PackValidation(const Validation& validation);
std::optional<Validation> UnpackValidation(std::span<const double> data);

// What was learned from all targets with the same seasons, drawn towards the whole fleet where they are few. Those
// that are intermittent are a group of their own.
struct FleetGroup {
  std::vector<int> seasons;
  bool intermittent = false;
  CombineRule rule = CombineRule::kWeighted;
  double targets = 0;           // validated ones
  std::vector<double> weights;  // per algorithm, sum 1; 0 where no target has forecasts of it
  double sharpness = 1;         // a target's weights are weights^sharpness, times
  double trust = 0.5;           // (its own held-out error / their mean)^-trust, times
  double credit = 0;            // (the deviation that it claims / their mean)^-credit
  std::vector<double> error;    // per algorithm: mean error on held-out values, each target's relative to the mean of
                                // its algorithms; NaN: there are none
  std::vector<double> rule_error;  // per CombineRule, likewise, by weights learned without the target
  std::size_t steps = 0;           // validated ones
  std::vector<double> factors;     // per conformal level: what to multiply the combined deviation by; empty: 1
  double early = 0;                // the deviation of the h-th step, from 1, is multiplied by
  double early_mean = 0;           // exp(early (1 / h - early_mean)) before
  double brevity = 0;              // and all of a target of n values by
  double brevity_mean = 0;         // exp(brevity (kBrevityUnit / n - brevity_mean)): short histories say too little
  double width_power = 1;          // in the width members count with their weights, of which the fleet's to this power
  std::vector<double> quantiles;   // of the first version only: steps x kConformalLevels
  std::vector<double> coverage;    // per conformal level: fraction of held-out values inside, cross-conformal; NaN of
                                   // intermittent targets, whose intervals are quantiles
};
inline constexpr double kConformalLevels[] = {1,  5,  10, 15, 20, 25, 30, 35, 40,   45, 50,   55,
                                              60, 65, 70, 75, 80, 85, 90, 95, 97.5, 99, 99.5, 99.9};
inline constexpr std::size_t kNumConformalLevels = std::size(kConformalLevels);

inline constexpr double kBrevityUnit = 12;

// What the deviation of the step with index `h` is multiplied by, whatever the level.
double EarlyFactor(const FleetGroup& group, std::size_t h);
// What all of a target of `n` values are multiplied by.
double BrevityFactor(const FleetGroup& group, double n);

// Stored once a run; forecasting needs it.
struct FleetCombination {
  std::size_t algorithms = 0;
  std::vector<FleetGroup> groups;                   // ascending seasons
  bool first_version = false;                       // learned by the first version
  CombineRule first_rule = CombineRule::kWeighted;  // which had one rule for all groups

  // The one of the other kind, else with the nearest first season when these have none; null: no group at all.
  const FleetGroup* Group(std::span<const int> seasons, bool intermittent) const;
  CombineRule rule() const;  // of the group with most targets
  // Fraction of all held-out values inside the interval of the nearest conformal level; NaN: there is none.
  double Coverage(double level) const;
};
std::vector<double> PackFleet(const FleetCombination& fleet);
std::optional<FleetCombination> UnpackFleet(std::span<const double> data);

// Targets of one group that are learned from, at most: of larger fleets every k-th one. The others need no validation
// but for their own errors, which move their weights a little.
inline constexpr std::size_t kMostLearners = 4096;

// The i-th target's validation, i < targets, in frame order. Called several times for each; the reference need live
// only until the next call.
using ValidationSource = std::function<const Validation&(std::size_t i)>;

// What combinations learned of M3 (prior.h): a small fleet is drawn to it, the weights of all start from it.
struct CombinationPrior {
  std::vector<std::string> names;  // of the algorithms; others than it knows are its weakest; empty: there is no prior
  std::uint64_t fleet_targets = kTargetsWithoutPrior;  // with this many it is no more than that start
};

// Learns weights, the best rule and interval factors per group. Weights minimise the mean absolute error of the
// weighted mean on held-out values, each target's in a unit of its own, with a penalty that draws them, and those of
// few targets more, to the prior's, else small groups to the fleet's and fleets to equal weights. Rules are compared by
// weights learned from other targets; the error of kNone is that of the best algorithm for all. With `rule` set that
// one is taken, else the one with the least error. The same bits for the same targets, whatever they are called.
FleetCombination LearnCombination(std::size_t algorithms, std::size_t targets, const ValidationSource& validations,
                                  std::optional<CombineRule> rule, const CombinationPrior& prior = {});

// The combination of one target, algorithm "ensemble": weights per algorithm and the scale of its errors. `traits` are
// of the whole series, `own` its validation (may have no actual), `usable[i]` whether algorithm i has a model of it.
// `last`: the values that the forecast goes on from (NaN: not observed), empty where they are not known: members that
// lag behind them take no part (lagging.h).
Model FitCombination(const FleetCombination& fleet, std::span<const std::string_view> names, const TargetTraits& traits,
                     const Validation& own, const std::vector<bool>& usable, std::span<const double> last = {});

// `components` in the same order, with empty mean where there is none; the last interval of each is of level
// kOneDeviation. Intervals: the members' deviations and the spread of their means make one deviation for each step, the
// fleet's held-out errors a factor for each level. An intermittent target has the quantiles of its member "counts"
// instead, where the members for such targets have half the weight.
Forecast PredictCombination(const Model& model, const FleetCombination& fleet, std::span<const Forecast> components,
                            std::span<const double> levels);

}  // namespace fitd
