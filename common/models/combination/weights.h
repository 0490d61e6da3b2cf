// How component forecasts become one, shared by learning, fitting and forecasting a combination. Pure functions, any
// thread.
#pragma once

#include <span>
#include <vector>

#include "common/models/combination/combination.h"

namespace fitd {

// A forecast that can take part: not empty, all finite.
bool IsUsable(std::span<const double> forecast);

// Mean of 200 |y - f| / (|y| + |f|), 0 where both are 0, over the values that were observed; NaN when none was.
double Smape(std::span<const double> actual, std::span<const double> forecast);

// Per algorithm: sMAPE on the target's held-out values, NaN where it has none.
std::vector<double> HeldOutErrors(const Validation& own);

// Weights of one target by a rule: sum 1, zero for algorithms that are not usable. `own` are HeldOutErrors or NaN.
// `group` may be null: equal weights.
std::vector<double> TargetWeights(CombineRule rule, const FleetGroup* group, std::span<const double> own,
                                  const std::vector<bool>& usable);

// Draws in what stands apart, in place: values further from the median than six median absolute deviations (and than
// 0.6 of `scale`) count as at that edge. One exploding component must not carry the mean away.
void Winsorize(std::span<double> values, double scale);

// Combines component paths, as many steps as the shortest with a weight has; components of weight 0 do not count.
std::vector<double> CombinePaths(CombineRule rule, std::span<const double> weights, double scale,
                                 std::span<const std::vector<double>* const> paths);

}  // namespace fitd
