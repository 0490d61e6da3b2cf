// Members that have not followed their target: what a model says of the next values is checked against the last ones. A
// level that moves a few steps before the end is in no held-out error of the models, for those end before it, and a
// model that takes it for a few large errors forecasts the old level for long. Pure functions, any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace fitd {

// Where a value is that goes on like those before it.
struct Reach {
  double lowest = 0;
  double highest = 0;
  double step = 0;  // the median size of the last changes: what grows takes larger ones than it used to
};

// The range of the last three values, and as much beyond it on both sides: a line goes on inside, and next to a spike
// there is room for all that was there before. Changes are those of the last twelve values at most. Null: they are
// fewer than three, or one of the three is not known (NaN).
std::optional<Reach> ReachOf(std::span<const double> last);

// The weights without those whose forecasts of the next steps are out of reach by more than a walk with steps of
// `scale`, or of the last changes where these are larger, goes by chance, while others are nearer; sum 1. `means` per
// member, empty where there is none, whose weight is 0.
std::vector<double> WithoutLagging(std::span<const double> weights, const Reach& reach, double scale,
                                   std::span<const std::vector<double>* const> means);

}  // namespace fitd
