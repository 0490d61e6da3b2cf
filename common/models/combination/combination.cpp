#include "common/models/combination/combination.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

#include "common/models/combination/weights.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::size_t kLevels = std::size(kConformalLevels);

// The fleet's quantile of scaled errors at a step, between the stored levels; beyond the validated steps it grows as a
// random walk's does.
double ScaledHalfWidth(const FleetGroup& group, std::size_t step, double level) {
  const double* row = group.quantiles.data() + std::min(step, group.steps - 1) * kLevels;
  std::size_t l = 0;
  while (l + 1 < kLevels && kConformalLevels[l + 1] < level) ++l;
  const double growth = std::sqrt(std::max(1.0, static_cast<double>(step + 1) / static_cast<double>(group.steps)));
  if (l + 1 == kLevels) return growth * row[l];
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

}  // namespace

std::string_view CombineRuleName(CombineRule rule) {
  switch (rule) {
    case CombineRule::kNone:
      return "none";
    case CombineRule::kMedian:
      return "median";
    case CombineRule::kMean:
      return "mean";
    case CombineRule::kWeighted:
      return "weighted";
  }
  return "unknown";
}

std::optional<CombineRule> FindCombineRule(std::string_view name) {
  for (const CombineRule rule :
       {CombineRule::kNone, CombineRule::kMedian, CombineRule::kMean, CombineRule::kWeighted}) {
    if (CombineRuleName(rule) == name) return rule;
  }
  return std::nullopt;
}

TargetTraits DescribeTarget(std::span<const double> y, int season) {
  TargetTraits traits;
  traits.season = season;
  traits.num_observations = y.size();
  if (y.empty()) return traits;
  const std::size_t lag = y.size() > 2 * static_cast<std::size_t>(season) ? static_cast<std::size_t>(season) : 1;
  double pairs = 0;
  for (std::size_t t = lag; t < y.size(); ++t) pairs += std::isnan(y[t]) || std::isnan(y[t - lag]) ? 0 : 1;
  for (std::size_t t = lag; t < y.size(); ++t) {
    const double change = std::abs(y[t] / pairs - y[t - lag] / pairs);
    traits.scale += std::isnan(change) ? 0 : change;
  }
  const std::span<const double> last = y.last(std::min(y.size(), lag));
  const auto used =
      static_cast<double>(std::count_if(last.begin(), last.end(), [](double v) { return !std::isnan(v); }));
  for (std::size_t i = last.size(); i-- > 0;) traits.level += std::isnan(last[i]) ? 0 : last[i] / used;
  return traits;
}

int HoldOut(std::size_t n, int season, int horizon) {
  const auto needed = static_cast<std::size_t>(season > 1 ? 2 * season : 4);
  return n >= needed + static_cast<std::size_t>(horizon) ? horizon : 0;
}

const FleetGroup* FleetCombination::Group(int season) const {
  const FleetGroup* nearest = nullptr;
  for (const FleetGroup& group : groups) {
    if (nearest == nullptr || std::abs(group.season - season) < std::abs(nearest->season - season)) nearest = &group;
  }
  return nearest;
}

double FleetCombination::Coverage(double level) const {
  std::size_t nearest = 0;
  for (std::size_t l = 1; l < kLevels; ++l) {
    if (std::abs(kConformalLevels[l] - level) < std::abs(kConformalLevels[nearest] - level)) nearest = l;
  }
  double inside = 0;
  double count = 0;
  for (const FleetGroup& group : groups) {
    if (std::isnan(group.coverage[nearest]) || group.targets < kFewestForConformal) continue;
    const double values = group.targets * static_cast<double>(group.steps);
    inside += group.coverage[nearest] * values;
    count += values;
  }
  return count > 0 ? inside / count : kNotAvailable;
}

Model FitCombination(const FleetCombination& fleet, std::span<const std::string_view> names, const TargetTraits& traits,
                     const Validation& own, const std::vector<bool>& usable) {
  assert(names.size() == fleet.algorithms && usable.size() == names.size());
  std::vector<double> errors = HeldOutErrors(own);
  errors.resize(names.size(), kNotAvailable);
  const std::vector<double> weights = TargetWeights(fleet.rule, fleet.Group(traits.season), errors, usable);
  Model model;
  model.algorithm = "ensemble";
  model.spec = CombineRuleName(fleet.rule);
  model.num_observations = traits.num_observations;
  model.parameters = {{"season", static_cast<double>(traits.season)}, {"scale", traits.scale}};
  for (std::size_t a = 0; a < names.size(); ++a) {
    model.parameters.push_back({"weight:" + std::string(names[a]), weights[a]});
  }
  model.states = {{"weights", weights}};
  return model;
}

Forecast PredictCombination(const Model& model, const FleetCombination& fleet, std::span<const Forecast> components,
                            std::span<const double> levels) {
  const std::vector<double>* weights = model.State("weights");
  assert(weights != nullptr && weights->size() == components.size());
  const CombineRule rule = FindCombineRule(model.spec).value_or(CombineRule::kMean);
  std::vector<const std::vector<double>*> paths;
  for (const Forecast& f : components) paths.push_back(&f.mean);
  Forecast forecast;
  const double scale = model.Parameter("scale");
  forecast.mean = CombinePaths(rule, *weights, scale, paths);
  const FleetGroup* group = fleet.Group(static_cast<int>(model.Parameter("season")));
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const bool any = group != nullptr && group->steps > 0;
    ForecastInterval interval{levels[l], {}, {}};
    if (!any || group->targets < kFewestForConformal) {
      interval = AveragedInterval(l, levels[l], *weights, components, forecast.mean);
    }
    for (std::size_t h = interval.lo.size(); any && h < forecast.mean.size(); ++h) {
      const double half_width = scale * ScaledHalfWidth(*group, h, levels[l]);
      interval.lo.push_back(ToFinite(forecast.mean[h] - half_width));
      interval.hi.push_back(ToFinite(forecast.mean[h] + half_width));
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

}  // namespace fitd
