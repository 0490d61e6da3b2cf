#include "common/models/combination.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace fitd {
namespace {

constexpr std::size_t kRules = 4;
constexpr double kOwnErrorWeight = 0.5;  // a target's own validation counts half, the fleet the other half

std::size_t Index(CombineRule rule) {
  return static_cast<std::size_t>(rule);
}

double Smape(std::span<const double> actual, std::span<const double> forecast) {
  double sum = 0;
  for (std::size_t h = 0; h < actual.size(); ++h) {
    const double size = std::abs(actual[h]) + std::abs(forecast[h]);
    if (size > 0) sum += 200 * std::abs(actual[h] - forecast[h]) / size;
  }
  return sum / static_cast<double>(actual.size());
}

bool Usable(std::span<const double> forecast) {
  return !forecast.empty() && std::all_of(forecast.begin(), forecast.end(), [](double v) { return std::isfinite(v); });
}

double Median(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half), values.end());
  const double upper = values[half];
  if (values.size() % 2 == 1) return upper;
  const double lower = *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half));
  return 0.5 * lower + 0.5 * upper;
}

// Combines component paths of equal length; components of weight 0 do not count.
std::vector<double> CombinePaths(CombineRule rule, std::span<const double> weights,
                                 std::span<const std::vector<double>* const> paths) {
  std::vector<double> out;
  std::size_t steps = std::numeric_limits<std::size_t>::max();
  for (std::size_t a = 0; a < paths.size(); ++a) {
    if (weights[a] > 0) steps = std::min(steps, paths[a]->size());
  }
  if (steps == std::numeric_limits<std::size_t>::max()) return out;
  std::vector<double> values;
  for (std::size_t h = 0; h < steps; ++h) {
    values.clear();
    double sum = 0;
    for (std::size_t a = 0; a < paths.size(); ++a) {
      if (!(weights[a] > 0)) continue;
      values.push_back((*paths[a])[h]);
      sum += weights[a] * (*paths[a])[h];
    }
    out.push_back(rule == CombineRule::kMedian ? Median(values) : sum);
  }
  return out;
}

void Normalize(std::vector<double>& weights) {
  double sum = 0;
  for (double w : weights) sum += w;
  if (!(sum > 0)) return;
  for (double& w : weights) w /= sum;
}

// Per algorithm: sMAPE on the held-out values, NaN where it has none.
std::vector<double> OwnErrors(const Validation& own) {
  std::vector<double> errors;
  for (const std::vector<double>& f : own.forecast) {
    errors.push_back(!own.actual.empty() && Usable(f) ? Smape(own.actual, f) : kNotAvailable);
  }
  return errors;
}

// Weights in inverse proportion to the square of each algorithm's error, its own shrunk towards the fleet's.
std::vector<double> WeightsOf(CombineRule rule, const FleetGroup* group, std::span<const double> own,
                              const std::vector<bool>& usable) {
  std::vector<double> weights(usable.size(), 0.0);
  double fleet_total = 0;
  double own_total = 0;
  for (std::size_t a = 0; a < usable.size(); ++a) {
    if (!usable[a]) continue;
    if (group != nullptr && !std::isnan(group->error[a])) fleet_total += group->error[a];
    if (!std::isnan(own[a])) own_total += own[a];
  }
  std::size_t best = usable.size();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < usable.size(); ++a) {
    if (!usable[a]) continue;
    double error =
        group != nullptr && !std::isnan(group->error[a]) && fleet_total > 0 ? group->error[a] / fleet_total : 1.0;
    if (own_total > 0 && !std::isnan(own[a]))
      error = (1 - kOwnErrorWeight) * error + kOwnErrorWeight * own[a] / own_total;
    weights[a] = rule == CombineRule::kWeighted ? 1 / (error * error + 1e-12) : 1.0;
    if (error < least) {
      least = error;
      best = a;
    }
  }
  if (rule == CombineRule::kNone) {
    for (std::size_t a = 0; a < usable.size(); ++a) weights[a] = a == best ? 1.0 : 0.0;
  }
  Normalize(weights);
  return weights;
}

std::vector<bool> UsableForecasts(const Validation& v) {
  std::vector<bool> usable;
  for (const std::vector<double>& f : v.forecast) usable.push_back(Usable(f));
  return usable;
}

std::vector<double> CombineValidation(CombineRule rule, const FleetGroup& group, const Validation& v) {
  std::vector<const std::vector<double>*> paths;
  for (const std::vector<double>& f : v.forecast) paths.push_back(&f);
  return CombinePaths(rule, WeightsOf(rule, &group, OwnErrors(v), UsableForecasts(v)), paths);
}

FleetGroup& GroupOf(std::vector<FleetGroup>& groups, int season, std::size_t algorithms) {
  const auto at =
      std::lower_bound(groups.begin(), groups.end(), season, [](const FleetGroup& g, int s) { return g.season < s; });
  if (at != groups.end() && at->season == season) return *at;
  FleetGroup group;
  group.season = season;
  group.error.assign(algorithms, 0.0);
  group.weights.assign(algorithms, 0.0);  // counts, while summing
  group.rule_error.assign(kRules, 0.0);
  return *groups.insert(at, std::move(group));
}

void LearnErrors(std::size_t algorithms, std::size_t targets, const ValidationSource& validations,
                 FleetCombination& fleet) {
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    if (v.actual.empty()) continue;
    assert(v.forecast.size() == algorithms);
    FleetGroup& group = GroupOf(fleet.groups, v.traits.season, algorithms);
    const std::vector<double> errors = OwnErrors(v);
    group.targets += 1;
    for (std::size_t a = 0; a < algorithms; ++a) {
      if (std::isnan(errors[a])) continue;
      group.error[a] += errors[a];
      group.weights[a] += 1;
    }
  }
  for (FleetGroup& group : fleet.groups) {
    std::vector<bool> usable(algorithms);
    for (std::size_t a = 0; a < algorithms; ++a) {
      usable[a] = group.weights[a] > 0;
      group.error[a] = usable[a] ? group.error[a] / group.weights[a] : kNotAvailable;
    }
    group.weights = WeightsOf(CombineRule::kWeighted, &group, std::vector<double>(algorithms, kNotAvailable), usable);
  }
}

void LearnRule(std::size_t targets, const ValidationSource& validations, FleetCombination& fleet) {
  std::array<double, kRules> total{};
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    if (v.actual.empty()) continue;
    FleetGroup& group = GroupOf(fleet.groups, v.traits.season, fleet.algorithms);
    for (const CombineRule rule :
         {CombineRule::kNone, CombineRule::kMedian, CombineRule::kMean, CombineRule::kWeighted}) {
      const std::vector<double> combined = CombineValidation(rule, group, v);
      if (combined.empty()) continue;
      const double error = Smape(v.actual, combined);
      group.rule_error[Index(rule)] += error / group.targets;
      total[Index(rule)] += error;
    }
  }
  fleet.rule = CombineRule::kMedian;
  for (const CombineRule rule : {CombineRule::kMean, CombineRule::kWeighted}) {
    if (total[Index(rule)] < total[Index(fleet.rule)]) fleet.rule = rule;
  }
}

constexpr std::size_t kLevels = std::size(kConformalLevels);
using ScaledErrors = std::array<std::vector<std::vector<float>>, 2>;  // halves of the fleet; per step

// The value that `level` percent of the sorted errors do not exceed, with the finite-sample correction.
double ConformalQuantile(std::span<const float> sorted, double level) {
  if (sorted.empty()) return kNotAvailable;
  const double rank = std::ceil(level / 100 * static_cast<double>(sorted.size() + 1));
  const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size())));
  return sorted[index - 1];
}

// Coverage of each half by the quantiles of the other; then the quantiles of both.
void LearnQuantiles(ScaledErrors& errors, FleetGroup& group) {
  group.steps = std::max(errors[0].size(), errors[1].size());
  for (auto& half : errors) {
    half.resize(group.steps);
    for (auto& step : half) std::sort(step.begin(), step.end());
  }
  std::vector<double> inside(kLevels, 0.0);
  double count = 0;
  for (std::size_t h = 0; h < group.steps; ++h) {
    for (std::size_t side = 0; side < 2; ++side) {
      const std::vector<float>& tested = errors[side][h];
      const std::vector<float>& other = errors[1 - side][h];
      if (other.empty()) continue;
      count += static_cast<double>(tested.size());
      for (std::size_t l = 0; l < kLevels; ++l) {
        const double q = ConformalQuantile(other, kConformalLevels[l]);
        inside[l] += static_cast<double>(std::upper_bound(tested.begin(), tested.end(), q) - tested.begin());
      }
    }
    std::vector<float> all(errors[0][h]);
    all.insert(all.end(), errors[1][h].begin(), errors[1][h].end());
    std::sort(all.begin(), all.end());
    for (const double level : kConformalLevels) group.quantiles.push_back(ConformalQuantile(all, level));
  }
  for (double& v : inside) v = count > 0 ? v / count : kNotAvailable;
  group.coverage = std::move(inside);
}

void LearnIntervals(std::size_t targets, const ValidationSource& validations, FleetCombination& fleet) {
  std::vector<ScaledErrors> errors(fleet.groups.size());
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    if (v.actual.empty() || !(v.traits.scale > 0)) continue;
    const FleetGroup& group = GroupOf(fleet.groups, v.traits.season, fleet.algorithms);
    const std::vector<double> combined = CombineValidation(fleet.rule, group, v);
    if (combined.empty()) continue;
    auto& half = errors[static_cast<std::size_t>(&group - fleet.groups.data())][i % 2];
    if (half.size() < v.actual.size()) half.resize(v.actual.size());
    for (std::size_t h = 0; h < v.actual.size(); ++h) {
      half[h].push_back(static_cast<float>(std::abs(v.actual[h] - combined[h]) / v.traits.scale));
    }
  }
  for (std::size_t g = 0; g < errors.size(); ++g) LearnQuantiles(errors[g], fleet.groups[g]);
}

// Reads what the Pack functions wrote; any count out of place fails all later reads.
class Reader {
 public:
  explicit Reader(std::span<const double> data) : data_(data) {}
  double Number() {
    if (at_ >= data_.size()) {
      ok_ = false;
      return 0;
    }
    return data_[at_++];
  }
  std::size_t Count() {
    const double v = Number();
    ok_ = ok_ && v >= 0 && v <= static_cast<double>(data_.size()) && v == std::floor(v);
    return ok_ ? static_cast<std::size_t>(v) : 0;
  }
  int Season() {
    const double v = Number();
    ok_ = ok_ && v >= 1 && v <= 1e9 && v == std::floor(v);
    return ok_ ? static_cast<int>(v) : 1;
  }
  std::vector<double> Vector() {
    std::vector<double> out(Count());
    for (double& v : out) v = Number();
    return out;
  }
  bool ok() const { return ok_; }
  bool Finished() const { return ok_ && at_ == data_.size(); }

 private:
  std::span<const double> data_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

void Append(std::vector<double>& out, std::span<const double> values) {
  out.push_back(static_cast<double>(values.size()));
  out.insert(out.end(), values.begin(), values.end());
}

constexpr double kValidationVersion = 1;
constexpr double kFleetVersion = 1;

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
  const double pairs = y.size() > lag ? static_cast<double>(y.size() - lag) : 1.0;
  for (std::size_t t = lag; t < y.size(); ++t) traits.scale += std::abs(y[t] / pairs - y[t - lag] / pairs);
  const double used = static_cast<double>(std::min(y.size(), lag));
  for (std::size_t i = 0; i < std::min(y.size(), lag); ++i) traits.level += y[y.size() - 1 - i] / used;
  return traits;
}

int HoldOut(std::size_t n, int season, int horizon) {
  const auto needed = static_cast<std::size_t>(season > 1 ? 2 * season : 4);
  return n >= needed + static_cast<std::size_t>(horizon) ? horizon : 0;
}

std::vector<double> PackValidation(const Validation& v) {
  std::vector<double> out = {kValidationVersion, static_cast<double>(v.traits.season),
                             static_cast<double>(v.traits.num_observations), v.traits.scale, v.traits.level};
  Append(out, v.actual);
  out.push_back(static_cast<double>(v.forecast.size()));
  for (const std::vector<double>& f : v.forecast) Append(out, f);
  return out;
}

std::optional<Validation> UnpackValidation(std::span<const double> data) {
  Reader in(data);
  if (in.Number() != kValidationVersion) return std::nullopt;
  Validation v;
  v.traits.season = in.Season();
  const double n = in.Number();
  if (!(n >= 0 && n <= 1e15)) return std::nullopt;
  v.traits.num_observations = static_cast<std::uint64_t>(n);
  v.traits.scale = in.Number();
  v.traits.level = in.Number();
  v.actual = in.Vector();
  v.forecast.resize(in.Count());
  for (std::vector<double>& f : v.forecast) {
    f = in.Vector();
    if (!f.empty() && f.size() != v.actual.size()) return std::nullopt;
  }
  return in.Finished() ? std::optional(std::move(v)) : std::nullopt;
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
    if (std::isnan(group.coverage[nearest])) continue;
    const double values = group.targets * static_cast<double>(group.steps);
    inside += group.coverage[nearest] * values;
    count += values;
  }
  return count > 0 ? inside / count : kNotAvailable;
}

std::vector<double> PackFleet(const FleetCombination& fleet) {
  std::vector<double> out = {kFleetVersion, static_cast<double>(fleet.algorithms),
                             static_cast<double>(Index(fleet.rule)), static_cast<double>(fleet.groups.size())};
  for (const FleetGroup& g : fleet.groups) {
    out.insert(out.end(), {static_cast<double>(g.season), g.targets, static_cast<double>(g.steps)});
    for (const std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.quantiles, &g.coverage})
      Append(out, *v);
  }
  return out;
}

std::optional<FleetCombination> UnpackFleet(std::span<const double> data) {
  Reader in(data);
  if (in.Number() != kFleetVersion) return std::nullopt;
  FleetCombination fleet;
  fleet.algorithms = static_cast<std::size_t>(in.Season());
  const std::size_t rule = in.Count();
  if (rule >= kRules) return std::nullopt;
  fleet.rule = static_cast<CombineRule>(rule);
  fleet.groups.resize(in.Count());
  for (FleetGroup& g : fleet.groups) {
    g.season = in.Season();
    g.targets = in.Number();
    g.steps = in.Count();
    for (std::vector<double>* v : {&g.weights, &g.error, &g.rule_error, &g.quantiles, &g.coverage}) *v = in.Vector();
    if (g.weights.size() != fleet.algorithms || g.error.size() != fleet.algorithms || g.rule_error.size() != kRules ||
        g.quantiles.size() != g.steps * kLevels || g.coverage.size() != kLevels) {
      return std::nullopt;
    }
  }
  return in.Finished() ? std::optional(std::move(fleet)) : std::nullopt;
}

FleetCombination LearnCombination(std::size_t algorithms, std::size_t targets, const ValidationSource& validations,
                                  std::optional<CombineRule> rule) {
  FleetCombination fleet;
  fleet.algorithms = algorithms;
  LearnErrors(algorithms, targets, validations, fleet);
  LearnRule(targets, validations, fleet);
  if (rule.has_value()) fleet.rule = *rule;
  LearnIntervals(targets, validations, fleet);
  return fleet;
}

Model FitCombination(const FleetCombination& fleet, std::span<const std::string_view> names, const TargetTraits& traits,
                     const Validation& own, const std::vector<bool>& usable) {
  assert(names.size() == fleet.algorithms && usable.size() == names.size());
  std::vector<double> errors = OwnErrors(own);
  errors.resize(names.size(), kNotAvailable);
  const std::vector<double> weights = WeightsOf(fleet.rule, fleet.Group(traits.season), errors, usable);
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

namespace {

// The fleet's quantile of scaled errors at a step (the last one known for later steps), between the stored levels.
double ScaledHalfWidth(const FleetGroup& group, std::size_t step, double level) {
  const double* row = group.quantiles.data() + std::min(step, group.steps - 1) * kLevels;
  std::size_t l = 0;
  while (l + 1 < kLevels && kConformalLevels[l + 1] < level) ++l;
  if (l + 1 == kLevels) return row[l];
  const double share =
      std::clamp((level - kConformalLevels[l]) / (kConformalLevels[l + 1] - kConformalLevels[l]), 0.0, 1.0);
  return row[l] + share * (row[l + 1] - row[l]);
}

// Where nothing could be validated: the components' own bounds, averaged.
ForecastInterval AveragedInterval(std::size_t index, double level, std::span<const double> weights,
                                  std::span<const Forecast> components, std::span<const double> mean) {
  ForecastInterval interval{level, {}, {}};
  double total = 0;
  for (std::size_t a = 0; a < components.size(); ++a) {
    if (weights[a] > 0 && components[a].intervals.size() > index) total += weights[a];
  }
  for (std::size_t h = 0; h < mean.size(); ++h) {
    double below = 0;
    double above = 0;
    for (std::size_t a = 0; a < components.size(); ++a) {
      if (!(weights[a] > 0) || components[a].intervals.size() <= index) continue;
      below += weights[a] / total * (components[a].mean[h] - components[a].intervals[index].lo[h]);
      above += weights[a] / total * (components[a].intervals[index].hi[h] - components[a].mean[h]);
    }
    interval.lo.push_back(mean[h] - below);
    interval.hi.push_back(mean[h] + above);
  }
  return interval;
}

}  // namespace

Forecast PredictCombination(const Model& model, const FleetCombination& fleet, std::span<const Forecast> components,
                            std::span<const double> levels) {
  const std::vector<double>* weights = model.State("weights");
  assert(weights != nullptr && weights->size() == components.size());
  const CombineRule rule = FindCombineRule(model.spec).value_or(CombineRule::kMean);
  std::vector<const std::vector<double>*> paths;
  for (const Forecast& f : components) paths.push_back(&f.mean);
  Forecast forecast;
  forecast.mean = CombinePaths(rule, *weights, paths);
  const FleetGroup* group = fleet.Group(static_cast<int>(model.Parameter("season")));
  const double scale = model.Parameter("scale");
  for (std::size_t l = 0; l < levels.size(); ++l) {
    if (group == nullptr || group->steps == 0) {
      forecast.intervals.push_back(AveragedInterval(l, levels[l], *weights, components, forecast.mean));
      continue;
    }
    ForecastInterval interval{levels[l], {}, {}};
    for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
      const double half_width = scale * ScaledHalfWidth(*group, h, levels[l]);
      interval.lo.push_back(forecast.mean[h] - half_width);
      interval.hi.push_back(forecast.mean[h] + half_width);
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

}  // namespace fitd
