#include "common/models/combination/combination.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

#include "common/models/combination/first_version.h"
#include "common/models/combination/lagging.h"
#include "common/models/combination/season_spread.h"
#include "common/models/combination/weights.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/scaling.h"
#include "common/models/numeric/vectors.h"

namespace fitd {
namespace {

// The factor at a level. Between those that have one the half width is linear in that of a normal distribution: a
// factor that is linear in the level may make an interval wider than that of the next level.
double FactorAt(const FleetGroup& group, double level) {
  if (group.factors.size() != kNumConformalLevels) return 1;
  const std::size_t l = static_cast<std::size_t>(
      std::lower_bound(std::begin(kConformalLevels), std::end(kConformalLevels), level) - std::begin(kConformalLevels));
  if (l == kNumConformalLevels) return group.factors.back();
  if (l == 0 || kConformalLevels[l] == level) return group.factors[l];
  const double z = NormalIntervalQuantile(level);
  const double below = NormalIntervalQuantile(kConformalLevels[l - 1]);
  const double above = NormalIntervalQuantile(kConformalLevels[l]);
  const double share = (z - below) / (above - below);
  return ((1 - share) * below * group.factors[l - 1] + share * above * group.factors[l]) / z;
}

// What an interval of `level` percent is widened by so that no lower level's is wider, at a step with this share of the
// last error (ShapeFactor). Errors of two sizes only, as of what is on or off, have a shape that holds more at 80 %
// than at 95 %, where it is drawn to the normal one more. Where it is 1 at a share of 1, it is at any.
double NotInsideLower(const FleetGroup* group, const TailShape& tails, double level, double share) {
  constexpr double kAlikeUpTo = 80, kAlikeFrom = 95;  // beyond them the shape is the same for all levels
  if (level <= kAlikeUpTo || (tails.at80 == 1 && tails.at95 == 1)) return 1;
  const auto width = [&](double at) {
    const double factor = group != nullptr ? FactorAt(*group, at) : 1;
    return NormalIntervalQuantile(at) * factor * ShapeFactor(tails, at, share);
  };
  double widest = 0;
  for (const double lower : kConformalLevels) {
    if (lower >= kAlikeUpTo && lower <= kAlikeFrom && lower < level) widest = std::max(widest, width(lower));
  }
  return widest > 0 ? std::max(widest / width(level), 1.0) : 1.0;
}

// The place of "counts", when it and its like have half of the weight; else behind the last.
std::size_t QuantileMember(std::span<const std::string_view> names, std::span<const double> weights) {
  constexpr std::string_view kLike[] = {"counts", "tsb", "sba", "croston"};
  double weight = 0;
  std::size_t counts = names.size();
  for (std::size_t a = 0; a < names.size(); ++a) {
    if (std::find(std::begin(kLike), std::end(kLike), names[a]) == std::end(kLike)) continue;
    weight += weights[a];
    if (names[a] == "counts") counts = a;
  }
  return weight >= 0.5 ? counts : names.size();
}

// The interval of that member at the level with this index; null: the combination has one of its own making.
const ForecastInterval* QuantilesOf(const Model& model, std::span<const Forecast> components, std::size_t index,
                                    double level) {
  const double member = model.Parameter("quantiles");
  if (!(member >= 0 && member < static_cast<double>(components.size()))) return nullptr;
  const std::vector<ForecastInterval>& intervals = components[static_cast<std::size_t>(member)].intervals;
  return index < intervals.size() && intervals[index].level == level ? &intervals[index] : nullptr;
}

// The weights without members that lag behind the last values, where these are known.
std::vector<double> FollowingWeights(const Model& model, const std::vector<double>& weights,
                                     std::span<const std::vector<double>* const> means) {
  const std::vector<double>* reach = model.State("reach");
  if (reach == nullptr || reach->size() != 3) return weights;
  return WithoutLagging(weights, {(*reach)[0], (*reach)[1], (*reach)[2]}, model.Parameter("scale"), means);
}

// What the half width of a step is at least, after that of the step before: nobody knows more of a later value than of
// an earlier one, unless a season says so or deviations are shares of a level that falls.
double LeastAfter(double half, double mean_before, double mean) {
  return mean_before > 0 && mean > 0 ? std::min(mean / mean_before, 1.0) * half : half;
}

// The same interval, wide enough for the forecast inside it.
ForecastInterval AroundMean(ForecastInterval interval, std::span<const double> mean) {
  for (std::size_t h = 0; h < std::min(mean.size(), interval.lo.size()); ++h) {
    interval.lo[h] = std::min(interval.lo[h], mean[h]);
    interval.hi[h] = std::max(interval.hi[h], mean[h]);
  }
  interval.lo.resize(mean.size());
  interval.hi.resize(mean.size());
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

double EarlyFactor(const FleetGroup& group, std::size_t h) {
  return group.early == 0 ? 1 : Exp(group.early * (1 / static_cast<double>(h + 1) - group.early_mean));
}

double BrevityFactor(const FleetGroup& group, double n) {
  return group.brevity == 0 || !(n > 0) ? 1 : Exp(group.brevity * (kBrevityUnit / n - group.brevity_mean));
}

TargetTraits DescribeTarget(std::span<const double> y, std::span<const int> seasons) {
  TargetTraits traits;
  const int season = seasons.empty() ? 1 : seasons[0];
  traits.season = season;
  traits.seasons.assign(seasons.begin(), seasons.end());
  traits.num_observations = y.size();
  if (y.empty()) return traits;
  traits.lowest = LeastKnown(y);
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
  traits.spread = SeasonSpreadOf(y, seasons);
  // Of several seasons the longest is the last that members take out, and where it has not been seen twice they miss by
  // what is left of it: hours of two weeks look as if most errors were small and those of some days large.
  const int longest = seasons.empty() ? 1 : seasons.back();
  if (seasons.size() < 2 || y.size() > 2 * static_cast<std::size_t>(longest)) {
    traits.tails = TailShapeOf(y, longest, traits.spread);
  }
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
  const auto steps = static_cast<std::size_t>(horizon);
  if (season > 1) return n >= 2 * static_cast<std::size_t>(season) + steps ? horizon : 0;
  // A trend is chosen by ten values and more of it; with fewer before them held-out ones say that none goes on.
  constexpr std::size_t kKnown = 12, kFewest = 10;
  if (n < kFewest) return n >= 4 + steps ? horizon : 0;
  return static_cast<int>(std::min(steps, std::max(3 * n / 7, n - std::min(n, kKnown))));
}

std::size_t EarlierOrigins(std::size_t n, int horizon) {
  // Nine weeks of hourly loads held out one by one, by origins beside the last: 15.3 of sMAPE (1), 15.0 (2), 14.6 (3),
  // 14.2 (4), 14.2 (5), 14.4 (8). Of cash machines by the day 1 gives 24.46, 2 to 5 give 24.28 to 24.41.
  constexpr std::size_t kMost = 5;
  constexpr std::size_t kHorizonsEach = 6;
  return std::clamp<std::size_t>(n / static_cast<std::size_t>(std::max(horizon, 1)) / kHorizonsEach, 1, kMost);
}

const FleetGroup* FleetCombination::Group(std::span<const int> seasons, bool intermittent) const {
  const auto first = [](std::span<const int> list) { return list.empty() ? 1 : list[0]; };
  const FleetGroup* nearest = nullptr;
  const FleetGroup* same = nullptr;  // seasons, but the other kind of target
  for (const FleetGroup& group : groups) {
    if (std::equal(group.seasons.begin(), group.seasons.end(), seasons.begin(), seasons.end())) {
      if (group.intermittent == intermittent) return &group;
      same = &group;
    }
    if (nearest == nullptr ||
        std::abs(first(group.seasons) - first(seasons)) < std::abs(first(nearest->seasons) - first(seasons))) {
      nearest = &group;
    }
  }
  return same != nullptr ? same : nearest;
}

CombineRule FleetCombination::rule() const {
  const auto most = std::max_element(groups.begin(), groups.end(),
                                     [](const FleetGroup& a, const FleetGroup& b) { return a.targets < b.targets; });
  return most == groups.end() ? CombineRule::kWeighted : most->rule;
}

double FleetCombination::Coverage(double level) const {
  std::size_t nearest = 0;
  for (std::size_t l = 1; l < kNumConformalLevels; ++l) {
    if (std::abs(kConformalLevels[l] - level) < std::abs(kConformalLevels[nearest] - level)) nearest = l;
  }
  double inside = 0;
  double count = 0;
  for (const FleetGroup& group : groups) {
    if (group.coverage.size() != kNumConformalLevels || std::isnan(group.coverage[nearest])) continue;
    const double values = group.targets * static_cast<double>(group.steps);
    inside += group.coverage[nearest] * values;
    count += values;
  }
  return count > 0 ? inside / count : kNotAvailable;
}

Model FitCombination(const FleetCombination& fleet, std::span<const std::string_view> names, const TargetTraits& traits,
                     const Validation& own, const std::vector<bool>& usable, std::span<const double> last) {
  assert(names.size() == fleet.algorithms && usable.size() == names.size());
  std::vector<double> errors = OwnErrorsOf(own);
  errors.resize(names.size(), kNotAvailable);
  const FleetGroup* group = fleet.Group(traits.seasons, traits.intermittent);
  CombineRule rule = group != nullptr ? group->rule : fleet.first_rule;
  // That one model is the best of targets with other seasons says nothing of these, which it may know nothing of.
  const bool others = group != nullptr && !std::equal(group->seasons.begin(), group->seasons.end(),
                                                      traits.seasons.begin(), traits.seasons.end());
  if (others && rule == CombineRule::kNone && !fleet.first_version) rule = CombineRule::kWeighted;
  const std::vector<double> weights = fleet.first_version ? WeightsOfFirstVersion(fleet, traits, own, usable)
                                                          : TargetWeights(rule, group, {errors, Claims(own)}, usable);
  Model model;
  model.algorithm = "ensemble";
  model.spec = CombineRuleName(rule);
  model.num_observations = traits.num_observations;
  model.parameters = {{"season", static_cast<double>(traits.season)}, {"scale", traits.scale}};
  for (std::size_t a = 0; a < names.size(); ++a) {
    model.parameters.push_back({"weight:" + std::string(names[a]), weights[a]});
  }
  model.states = {{"weights", weights},
                  {"seasons", {traits.seasons.begin(), traits.seasons.end()}},
                  {"tails", {own.traits.tails.at80, own.traits.tails.at95}}};
  if (!own.traits.spread.empty()) {
    std::vector<double> spread = own.traits.spread;
    MoveSpread(spread, static_cast<std::ptrdiff_t>(own.actual.size()));
    model.states.push_back({"spread", std::move(spread)});
  }
  const std::optional<Reach> reach = ReachOf(last);
  if (reach && traits.seasons.empty() && !traits.intermittent && !fleet.first_version) {
    model.states.push_back({"reach", {reach->lowest, reach->highest, reach->step}});
  }
  if (traits.intermittent) {
    model.parameters.push_back({"intermittent", 1});
    const std::size_t counts = QuantileMember(names, weights);
    if (counts < names.size() && usable[counts]) model.parameters.push_back({"quantiles", static_cast<double>(counts)});
  }
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
  const std::vector<double> used = FollowingWeights(model, *weights, means);
  TargetTraits traits;
  traits.seasons = seasons;
  traits.scale = model.Parameter("scale");
  const FleetGroup* group = fleet.Group(seasons, model.Parameter("intermittent") == 1);
  const std::vector<double> in_width = group != nullptr ? WidthWeights(*group, used) : used;
  Combined combined = CombinePaths(rule, used, traits, means, deviations, in_width);
  if (const auto* spread = model.State("spread"); spread != nullptr) ApplySpread(*spread, combined.deviation);
  Forecast forecast;
  forecast.mean = std::move(combined.mean);
  for (std::size_t l = 0; l < levels.size(); ++l) {
    if (fleet.first_version) {
      forecast.intervals.push_back(
          IntervalOfFirstVersion(group, model.Parameter("scale"), l, levels[l], *weights, components, forecast.mean));
      continue;
    }
    if (const auto* quantiles = QuantilesOf(model, components, l, levels[l]); quantiles != nullptr) {
      forecast.intervals.push_back(AroundMean(*quantiles, forecast.mean));
      continue;
    }
    ForecastInterval interval{levels[l], {}, {}};
    const auto* shape = model.State("tails");
    const TailShape tails = shape != nullptr && shape->size() == 2 ? TailShape{(*shape)[0], (*shape)[1]} : TailShape{};
    double reach = NormalIntervalQuantile(levels[l]) * (group != nullptr ? FactorAt(*group, levels[l]) : 1.0);
    if (group != nullptr) reach *= BrevityFactor(*group, static_cast<double>(model.num_observations));
    const bool may_be_inside = NotInsideLower(group, tails, levels[l], 1) > 1;
    double known = 0;  // half width by what members know, before what held-out errors say of the first steps
    for (std::size_t h = 0; h < combined.deviation.size(); ++h) {
      const double least = h > 0 && seasons.empty() ? LeastAfter(known, forecast.mean[h - 1], forecast.mean[h]) : 0;
      const double share = LastErrorsShare(combined.deviation, h);
      known = reach * combined.deviation[h] * ShapeFactor(tails, levels[l], share);
      if (may_be_inside) known *= NotInsideLower(group, tails, levels[l], share);
      known = std::max(known, least);
      const double half = known * (group != nullptr ? EarlyFactor(*group, h) : 1.0);
      interval.lo.push_back(ToFinite(forecast.mean[h] - half));
      interval.hi.push_back(ToFinite(forecast.mean[h] + half));
    }
    forecast.intervals.push_back(std::move(interval));
  }
  return forecast;
}

}  // namespace fitd
