#include "common/models/combination/first_version.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "common/models/combination/weights.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr double kFewestForConformal = 19;

// The fleet's quantile of scaled errors at a step, between the stored levels; beyond the validated steps it grows as a
// random walk's does.
double ScaledHalfWidth(const FleetGroup& group, std::size_t step, double level) {
  const double* row = group.quantiles.data() + std::min(step, group.steps - 1) * kNumConformalLevels;
  std::size_t l = 0;
  while (l + 1 < kNumConformalLevels && kConformalLevels[l + 1] < level) ++l;
  const double growth = std::sqrt(std::max(1.0, static_cast<double>(step + 1) / static_cast<double>(group.steps)));
  if (l + 1 == kNumConformalLevels) return growth * row[l];
  const double share =
      std::clamp((level - kConformalLevels[l]) / (kConformalLevels[l + 1] - kConformalLevels[l]), 0.0, 1.0);
  return growth * (row[l] + share * (row[l + 1] - row[l]));
}

// What is left of a weighted mean of widths when one of them explodes: none counts for more than thrice the median.
double AveragedWidth(std::span<const double> widths, std::span<const double> weights) {
  constexpr double kWidest = 3;
  std::vector<double> sorted(widths.begin(), widths.end());
  std::sort(sorted.begin(), sorted.end());
  const double limit = kWidest * sorted[sorted.size() / 2];
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    sum += weights[i] * std::min(widths[i], limit);
    total += weights[i];
  }
  return sum / total;
}

// Too few held-out errors: the components' own bounds, averaged. Empty bounds when none has any.
ForecastInterval AveragedInterval(std::size_t index, double level, std::span<const double> weights,
                                  std::span<const Forecast> components, std::span<const double> mean) {
  ForecastInterval interval{level, {}, {}};
  std::vector<double> kept;
  std::vector<const Forecast*> with_bounds;
  for (std::size_t a = 0; a < components.size(); ++a) {
    if (!(weights[a] > 0) || components[a].intervals.size() <= index) continue;
    kept.push_back(weights[a]);
    with_bounds.push_back(&components[a]);
  }
  if (kept.empty()) return interval;
  std::vector<double> below(kept.size());
  std::vector<double> above(kept.size());
  for (std::size_t h = 0; h < mean.size(); ++h) {
    for (std::size_t i = 0; i < kept.size(); ++i) {
      below[i] = with_bounds[i]->mean[h] - with_bounds[i]->intervals[index].lo[h];
      above[i] = with_bounds[i]->intervals[index].hi[h] - with_bounds[i]->mean[h];
    }
    interval.lo.push_back(ToFinite(mean[h] - AveragedWidth(below, kept)));
    interval.hi.push_back(ToFinite(mean[h] + AveragedWidth(above, kept)));
  }
  return interval;
}

double Smape(std::span<const double> actual, std::span<const double> forecast) {
  double sum = 0;
  for (std::size_t h = 0; h < actual.size(); ++h) {
    const double half_size = 0.5 * std::abs(actual[h]) + 0.5 * std::abs(forecast[h]);
    if (half_size > 0) sum += 200 * std::abs(0.5 * actual[h] / half_size - 0.5 * forecast[h] / half_size);
  }
  return sum / static_cast<double>(actual.size());
}

}  // namespace

std::vector<double> WeightsOfFirstVersion(const FleetCombination& fleet, const TargetTraits& traits,
                                          const Validation& own, const std::vector<bool>& usable) {
  std::vector<double> errors;
  for (const std::vector<double>& f : own.forecast) {
    errors.push_back(!own.actual.empty() && IsUsable(f) ? Smape(own.actual, f) : kNotAvailable);
  }
  errors.resize(usable.size(), kNotAvailable);
  const FleetGroup* group = fleet.Group(traits.seasons, traits.intermittent);
  const CombineRule rule = group != nullptr ? group->rule : fleet.first_rule;
  if (rule != CombineRule::kWeighted) return TargetWeights(rule, group, {errors, {}}, usable);
  double mean = 0;
  double count = 0;
  for (std::size_t a = 0; a < errors.size(); ++a) {
    if (!usable[a] || std::isnan(errors[a])) continue;
    mean += errors[a];
    count += 1;
  }
  mean = count > 0 ? mean / count : kNotAvailable;
  const std::vector<double> learned = group != nullptr ? group->weights : std::vector<double>(usable.size(), 0.0);
  double weakest = 1;
  double known = 0;
  for (std::size_t a = 0; a < usable.size(); ++a) {
    if (!usable[a] || !(learned[a] > 0)) continue;
    weakest = std::min(weakest, learned[a]);
    known += 1;
  }
  std::vector<double> weights(usable.size(), 0.0);
  double sum = 0;
  for (std::size_t a = 0; a < usable.size(); ++a) {
    if (!usable[a]) continue;
    weights[a] = 1;
    if (known > 0) weights[a] = learned[a] > 0 ? learned[a] : weakest;
    if (mean > 0 && !std::isnan(errors[a])) weights[a] *= 1 / std::sqrt(0.5 + 0.5 * errors[a] / mean);
    sum += weights[a];
  }
  for (double& v : weights) v = sum > 0 ? v / sum : v;
  return weights;
}

ForecastInterval IntervalOfFirstVersion(const FleetGroup* group, double scale, std::size_t index, double level,
                                        std::span<const double> weights, std::span<const Forecast> components,
                                        std::span<const double> mean) {
  const bool any = group != nullptr && group->steps > 0;
  ForecastInterval interval{level, {}, {}};
  if (!any || group->targets < kFewestForConformal) {
    interval = AveragedInterval(index, level, weights, components, mean);
  }
  for (std::size_t h = interval.lo.size(); any && h < mean.size(); ++h) {
    const double half_width = scale * ScaledHalfWidth(*group, h, level);
    interval.lo.push_back(ToFinite(mean[h] - half_width));
    interval.hi.push_back(ToFinite(mean[h] + half_width));
  }
  return interval;
}

}  // namespace fitd
