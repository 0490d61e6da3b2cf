#include "common/models/combination/combination.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

#include "common/models/combination/first_version.h"
#include "common/models/combination/weights.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/scaling.h"

namespace fitd {
namespace {

constexpr std::size_t kLevels = std::size(kConformalLevels);

// The factor at a level, between the levels that have one.
double FactorAt(const FleetGroup& group, double level) {
  if (group.factors.size() != kLevels) return 1;
  std::size_t l = 0;
  while (l + 1 < kLevels && kConformalLevels[l + 1] < level) ++l;
  if (l + 1 == kLevels) return group.factors[l];
  const double share =
      std::clamp((level - kConformalLevels[l]) / (kConformalLevels[l + 1] - kConformalLevels[l]), 0.0, 1.0);
  return group.factors[l] + share * (group.factors[l + 1] - group.factors[l]);
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

TargetTraits DescribeTarget(std::span<const double> y, std::span<const int> seasons) {
  TargetTraits traits;
  const int season = seasons.empty() ? 1 : seasons[0];
  traits.season = season;
  traits.seasons.assign(seasons.begin(), seasons.end());
  traits.num_observations = y.size();
  if (y.empty()) return traits;
  traits.lowest = *std::min_element(y.begin(), y.end());
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

std::vector<double> StandardDeviations(const Forecast& forecast) {
  std::vector<double> out;
  if (forecast.intervals.empty() || forecast.intervals.back().lo.size() != forecast.mean.size()) return out;
  const ForecastInterval& interval = forecast.intervals.back();
  for (std::size_t h = 0; h < interval.lo.size(); ++h) out.push_back(0.5 * interval.hi[h] - 0.5 * interval.lo[h]);
  return out;
}

std::uint64_t EarlierEvery(std::uint64_t targets) {
  constexpr std::uint64_t kEnough = 128;
  return targets / kEnough + 1;
}

int HoldOut(std::size_t n, int season, int horizon) {
  const auto needed = static_cast<std::size_t>(season > 1 ? 2 * season : 4);
  return n >= needed + static_cast<std::size_t>(horizon) ? horizon : 0;
}

const FleetGroup* FleetCombination::Group(std::span<const int> seasons) const {
  const auto first = [](std::span<const int> list) { return list.empty() ? 1 : list[0]; };
  const FleetGroup* nearest = nullptr;
  for (const FleetGroup& group : groups) {
    if (std::equal(group.seasons.begin(), group.seasons.end(), seasons.begin(), seasons.end())) return &group;
    if (nearest == nullptr ||
        std::abs(first(group.seasons) - first(seasons)) < std::abs(first(nearest->seasons) - first(seasons))) {
      nearest = &group;
    }
  }
  return nearest;
}

CombineRule FleetCombination::rule() const {
  const auto most = std::max_element(groups.begin(), groups.end(),
                                     [](const FleetGroup& a, const FleetGroup& b) { return a.targets < b.targets; });
  return most == groups.end() ? CombineRule::kWeighted : most->rule;
}

double FleetCombination::Coverage(double level) const {
  std::size_t nearest = 0;
  for (std::size_t l = 1; l < kLevels; ++l) {
    if (std::abs(kConformalLevels[l] - level) < std::abs(kConformalLevels[nearest] - level)) nearest = l;
  }
  double inside = 0;
  double count = 0;
  for (const FleetGroup& group : groups) {
    if (group.coverage.size() != kLevels || std::isnan(group.coverage[nearest])) continue;
    const double values = group.targets * static_cast<double>(group.steps);
    inside += group.coverage[nearest] * values;
    count += values;
  }
  return count > 0 ? inside / count : kNotAvailable;
}

Model FitCombination(const FleetCombination& fleet, std::span<const std::string_view> names, const TargetTraits& traits,
                     const Validation& own, const std::vector<bool>& usable) {
  assert(names.size() == fleet.algorithms && usable.size() == names.size());
  std::vector<double> errors = OwnErrors(own);
  errors.resize(names.size(), kNotAvailable);
  const FleetGroup* group = fleet.Group(traits.seasons);
  const CombineRule rule = group != nullptr ? group->rule : fleet.first_rule;
  const std::vector<double> weights = fleet.first_version ? WeightsOfFirstVersion(fleet, traits, own, usable)
                                                          : TargetWeights(rule, group, errors, usable);
  Model model;
  model.algorithm = "ensemble";
  model.spec = CombineRuleName(rule);
  model.num_observations = traits.num_observations;
  model.parameters = {{"season", static_cast<double>(traits.season)}, {"scale", traits.scale}};
  for (std::size_t a = 0; a < names.size(); ++a) {
    model.parameters.push_back({"weight:" + std::string(names[a]), weights[a]});
  }
  model.states = {{"weights", weights}, {"seasons", {traits.seasons.begin(), traits.seasons.end()}}};
  return model;
}

Forecast PredictCombination(const Model& model, const FleetCombination& fleet, std::span<const Forecast> components,
                            std::span<const double> levels) {
  const std::vector<double>* weights = model.State("weights");
  const std::vector<double>* listed = model.State("seasons");
  assert(weights != nullptr && listed != nullptr && weights->size() == components.size());
  const std::vector<int> seasons(listed->begin(), listed->end());
  const CombineRule rule = FindCombineRule(model.spec).value_or(CombineRule::kMean);
  std::vector<const std::vector<double>*> means;
  std::vector<const std::vector<double>*> deviations;
  std::vector<std::vector<double>> own(components.size());
  for (std::size_t a = 0; a < components.size(); ++a) {
    own[a] = StandardDeviations(components[a]);
    means.push_back(&components[a].mean);
    deviations.push_back(&own[a]);
  }
  Combined combined = CombinePaths(rule, *weights, model.Parameter("scale"), means, deviations);
  Forecast forecast;
  forecast.mean = std::move(combined.mean);
  const FleetGroup* group = fleet.Group(seasons);
  for (std::size_t l = 0; l < levels.size(); ++l) {
    if (fleet.first_version) {
      forecast.intervals.push_back(
          IntervalOfFirstVersion(group, model.Parameter("scale"), l, levels[l], *weights, components, forecast.mean));
      continue;
    }
    ForecastInterval interval{levels[l], {}, {}};
    const double reach = NormalIntervalQuantile(levels[l]) * (group != nullptr ? FactorAt(*group, levels[l]) : 1.0);
    for (std::size_t h = 0; h < combined.deviation.size(); ++h) {
      interval.lo.push_back(ToFinite(forecast.mean[h] - reach * combined.deviation[h]));
      interval.hi.push_back(ToFinite(forecast.mean[h] + reach * combined.deviation[h]));
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

}  // namespace fitd
