// How component forecasts become one, shared by learning, fitting and forecasting a combination. Pure functions, any
// thread.
#pragma once

#include <span>
#include <vector>

#include "common/models/combination/combination.h"

namespace fitd {

// A fleet of fewer targets takes over what is usual.
inline constexpr double kSmallFleet = 128;

// A forecast that can take part: not empty, all finite.
bool IsUsable(std::span<const double> forecast);

// Mean of |y - f| over the finite y.
double MeanAbsoluteError(std::span<const double> actual, std::span<const double> forecast);

// Per algorithm: mean absolute error on the target's held-out values, NaN where it has none; likewise a horizon
// earlier; and over both where there are both.
std::vector<double> HeldOutErrors(const Validation& own);
std::vector<double> EarlierErrors(const Validation& own);
std::vector<double> OwnErrorsOf(const Validation& own);
// Mean of those that are there; NaN: none.
double MeanError(std::span<const double> errors);

// Per algorithm: the mean standard deviation that it gave its held-out forecasts, NaN where it gave none.
std::vector<double> Claims(const Validation& own);

// What is known of one target's algorithms: its own errors and claims, NaN where there are none. May be short.
struct TargetKnowledge {
  std::vector<double> errors;
  std::vector<double> claims;
};

// Weights of one target by a rule: sum 1, zero for algorithms that are not usable. `group` may be null: equal weights.
std::vector<double> TargetWeights(CombineRule rule, const FleetGroup* group, const TargetKnowledge& known,
                                  const std::vector<bool>& usable);

// Weights of the members' deviations in a combination's width, from those of their means.
std::vector<double> WidthWeights(const FleetGroup& group, std::span<const double> weights);

// Draws in what stands apart, in place: values further from the median than six median absolute deviations (and than
// 0.6 of `scale` and 1.5 of the median of `claims`) count as at that edge. One exploding component must not carry the
// mean away; one that is where others say the value may well be does not. `claims`: the deviations of the same members,
// empty where they do not count.
void Winsorize(std::span<double> values, double scale, std::span<const double> claims);

// Whether deviations count as claims: of what has no season they may grow as fast as what explodes.
inline bool ClaimsCount(const TargetTraits& traits) {
  return !traits.seasons.empty();
}

struct Combined {
  std::vector<double> mean;
  std::vector<double> deviation;  // empty when a component of some weight has none
};

// What the last error has in the variance of the step with index `h`, if all errors are alike: at most 1.
double LastErrorsShare(std::span<const double> deviation, std::size_t h);
// Combines component paths, as many steps as the shortest with a weight has; components of weight 0 do not count. Of
// `traits` the scale and whether there is a season count.
// `width_weights`: WidthWeights; empty: the same weights.
Combined CombinePaths(CombineRule rule, std::span<const double> weights, const TargetTraits& traits,
                      std::span<const std::vector<double>* const> means,
                      std::span<const std::vector<double>* const> deviations,
                      std::span<const double> width_weights = {});

}  // namespace fitd
