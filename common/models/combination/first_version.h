// Combinations that the first version learned: stores of then forecast as they did then. Pure functions, any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/models/combination/combination.h"

namespace fitd {

// As FitCombination and PredictCombination, for a fleet with first_version set: own errors are sMAPE and move weights
// by the root of their ratio, intervals are quantiles of errors in units of the scale, or the components' own averaged.
std::vector<double> WeightsOfFirstVersion(const FleetCombination& fleet, const TargetTraits& traits,
                                          const Validation& own, const std::vector<bool>& usable);
// `index` among the components' intervals.
ForecastInterval IntervalOfFirstVersion(const FleetGroup* group, double scale, std::size_t index, double level,
                                        std::span<const double> weights, std::span<const Forecast> components,
                                        std::span<const double> mean);

}  // namespace fitd
