// What the fleet's held-out values teach: weights per group, the best rule, conformal quantiles.
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>

#include "common/models/combination/combination.h"
#include "common/models/combination/weights.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/minimize.h"

namespace fitd {
namespace {

constexpr std::size_t kLevels = std::size(kConformalLevels);
constexpr std::array kRules = {CombineRule::kNone, CombineRule::kMedian, CombineRule::kMean, CombineRule::kWeighted};
constexpr std::size_t kFolds = 4;       // rules are compared by weights learned from the other folds
constexpr int kMostEvaluations = 60;    // of the weights' objective, per fold
constexpr double kRuleMargin = 0.005;   // relative; less is chance
constexpr double kSmoothing = 0.02;     // |e| is sqrt(e^2 + kSmoothing^2), e relative error in [-1, 1]
constexpr double kPenalty = 1e-4;       // on squared logits: equal weights unless the fleet says otherwise
constexpr double kPenaltySmall = 0.02;  // and as much per number of targets

std::size_t Index(CombineRule rule) {
  return static_cast<std::size_t>(rule);
}

// The learners of one group: which targets, and every held-out step as a row of actual, then winsorized forecasts.
// Targets for which not all algorithms that work in this group have a forecast are learners of intervals only.
struct Learners {
  std::vector<std::size_t> targets;     // indices into the frame
  std::vector<std::size_t> algorithms;  // that take part
  std::vector<double> rows;
  std::vector<std::size_t> row_fold;

  std::size_t width() const { return 1 + algorithms.size(); }
};

FleetGroup& GroupOf(std::vector<FleetGroup>& groups, int season) {
  const auto at =
      std::lower_bound(groups.begin(), groups.end(), season, [](const FleetGroup& g, int s) { return g.season < s; });
  if (at != groups.end() && at->season == season) return *at;
  FleetGroup group;
  group.season = season;
  return *groups.insert(at, std::move(group));
}

std::vector<bool> UsableForecasts(const Validation& v) {
  std::vector<bool> usable;
  for (const std::vector<double>& f : v.forecast) usable.push_back(IsUsable(f));
  return usable;
}

// Groups, how many targets each has, and of these the learners.
std::vector<Learners> FindLearners(std::size_t targets, const ValidationSource& validations, FleetCombination& fleet) {
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    assert(v.actual.empty() || v.forecast.size() == fleet.algorithms);
    if (!v.actual.empty()) GroupOf(fleet.groups, v.traits.season).targets += 1;
  }
  std::vector<Learners> learners(fleet.groups.size());
  std::vector<std::size_t> seen(fleet.groups.size(), 0);
  for (std::size_t i = 0; i < targets; ++i) {
    const Validation& v = validations(i);
    if (v.actual.empty()) continue;
    const FleetGroup& group = GroupOf(fleet.groups, v.traits.season);
    const auto g = static_cast<std::size_t>(&group - fleet.groups.data());
    const std::size_t stride = 1 + (static_cast<std::size_t>(group.targets) - 1) / kMostLearners;
    if (seen[g]++ % stride == 0) learners[g].targets.push_back(i);
  }
  return learners;
}

// Mean error per algorithm, and which algorithms take part: those that forecast at least half of the learners.
void LearnErrors(const ValidationSource& validations, std::size_t algorithms, Learners& learners, FleetGroup& group) {
  group.error.assign(algorithms, 0.0);
  std::vector<double> count(algorithms, 0.0);
  for (const std::size_t i : learners.targets) {
    const std::vector<double> errors = HeldOutErrors(validations(i));
    for (std::size_t a = 0; a < algorithms; ++a) {
      if (std::isnan(errors[a])) continue;
      group.error[a] += errors[a];
      count[a] += 1;
    }
  }
  for (std::size_t a = 0; a < algorithms; ++a) {
    if (2 * count[a] >= static_cast<double>(learners.targets.size())) learners.algorithms.push_back(a);
    group.error[a] = count[a] > 0 ? group.error[a] / count[a] : kNotAvailable;
  }
}

void FillRows(const ValidationSource& validations, Learners& learners) {
  std::vector<double> values(learners.algorithms.size());
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    const Validation& v = validations(learners.targets[k]);
    const auto usable = [&](std::size_t a) { return IsUsable(v.forecast[a]); };
    if (!std::all_of(learners.algorithms.begin(), learners.algorithms.end(), usable)) continue;
    for (std::size_t h = 0; h < v.actual.size(); ++h) {
      if (std::isnan(v.actual[h])) continue;
      for (std::size_t j = 0; j < values.size(); ++j) values[j] = v.forecast[learners.algorithms[j]][h];
      Winsorize(values, v.traits.scale);
      double size = std::abs(v.actual[h]);  // rows are relative, so that no square overflows
      for (const double f : values) size = std::max(size, std::abs(f));
      if (!(size > 0)) continue;
      learners.rows.push_back(v.actual[h] / size);
      for (const double f : values) learners.rows.push_back(f / size);
      learners.row_fold.push_back(k % kFolds);
    }
  }
}

void Softmax(std::span<const double> logits, std::span<double> weights) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (std::size_t j = 0; j < logits.size(); ++j) sum += weights[j] = Exp(logits[j] - largest);
  for (double& w : weights) w /= sum;
}

// Smoothed mean of |y - f| / (|y| + |f|) of the weighted means over the rows outside `fold`, as a function of logits.
double WeightedError(const Learners& learners, std::size_t fold, double penalty, std::span<const double> logits,
                     std::span<double> gradient) {
  const std::size_t p = logits.size();
  std::vector<double> w(p);
  std::vector<double> slope(p, 0.0);  // with respect to the weights
  Softmax(logits, w);
  double sum = 0;
  double count = 0;
  const double* row = learners.rows.data();
  for (const std::size_t row_fold : learners.row_fold) {
    const double actual = row[0];
    const double* f = row + 1;
    row += learners.width();
    if (row_fold == fold) continue;
    double combined = 0;
    for (std::size_t j = 0; j < p; ++j) combined += w[j] * f[j];
    const double size = std::abs(actual) + std::abs(combined);
    count += 1;
    if (!(size > 0)) continue;
    const double error = (combined - actual) / size;
    const double smooth = std::sqrt(error * error + kSmoothing * kSmoothing);
    sum += smooth;
    const double d = error / smooth / size * (1 - error * (combined > 0 ? 1 : -1));
    for (std::size_t j = 0; j < p; ++j) slope[j] += d * (f[j] - combined);
  }
  if (!(count > 0)) return 0;
  double value = sum / count;
  for (std::size_t j = 0; j < p; ++j) {
    value += penalty * logits[j] * logits[j];
    if (!gradient.empty()) gradient[j] = w[j] * slope[j] / count + 2 * penalty * logits[j];
  }
  return value;
}

// Weights (per algorithm of the group) from the rows outside `fold`; a fold that no row has: from all.
std::vector<double> LearnWeights(const Learners& learners, std::size_t fold, std::span<const double> start) {
  constexpr double kFarthest = 10;  // a logit beyond it is as good as none
  const std::size_t p = learners.algorithms.size();
  const double penalty = kPenalty + kPenaltySmall / static_cast<double>(learners.targets.size());
  const std::vector<double> lower(p, -kFarthest);
  const std::vector<double> upper(p, kFarthest);
  MinimizeOptions options;
  options.max_evaluations = kMostEvaluations;
  options.function_tolerance = 1e-7;
  options.gradient_tolerance = 1e-6;
  const Objective objective = [&](std::span<const double> x, std::span<double> gradient) {
    return WeightedError(learners, fold, penalty, x, gradient);
  };
  return MinimizeBounded(objective, start, lower, upper, options).x;
}

std::vector<double> SpreadWeights(const Learners& learners, std::span<const double> logits, std::size_t algorithms) {
  std::vector<double> weights(algorithms, 0.0);
  if (logits.empty()) return weights;
  std::vector<double> w(logits.size());
  Softmax(logits, w);
  for (std::size_t j = 0; j < w.size(); ++j) weights[learners.algorithms[j]] = w[j];
  return weights;
}

// A group that has the weights of one fold in place of its own.
struct Folds {
  std::array<FleetGroup, kFolds> group;
};

std::vector<double> CombineHeldOut(CombineRule rule, const FleetGroup& group, const Validation& v) {
  const std::vector<double> unknown(v.forecast.size(), kNotAvailable);
  std::vector<const std::vector<double>*> paths;
  for (const std::vector<double>& f : v.forecast) paths.push_back(&f);
  return CombinePaths(rule, TargetWeights(rule, &group, unknown, UsableForecasts(v)), v.traits.scale, paths);
}

Folds LearnGroupWeights(const ValidationSource& validations, std::size_t algorithms, Learners& learners,
                        FleetGroup& group) {
  LearnErrors(validations, algorithms, learners, group);
  FillRows(validations, learners);
  const std::vector<double> equal(learners.algorithms.size(), 0.0);
  const std::vector<double> logits = learners.algorithms.empty() ? equal : LearnWeights(learners, kFolds, equal);
  group.weights = SpreadWeights(learners, logits, algorithms);
  Folds folds;
  for (std::size_t k = 0; k < kFolds; ++k) {
    folds.group[k] = group;
    if (!logits.empty()) {
      folds.group[k].weights = SpreadWeights(learners, LearnWeights(learners, k, logits), algorithms);
    }
  }
  return folds;
}

void LearnRuleErrors(const ValidationSource& validations, const Learners& learners, const Folds& folds,
                     FleetGroup& group) {
  group.rule_error.assign(kRules.size(), 0.0);
  double count = 0;
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    const Validation& v = validations(learners.targets[k]);
    const std::vector<bool> usable = UsableForecasts(v);
    if (std::find(usable.begin(), usable.end(), true) == usable.end()) continue;
    count += 1;
    for (const CombineRule rule : kRules) {
      group.rule_error[Index(rule)] += Smape(v.actual, CombineHeldOut(rule, folds.group[k % kFolds], v));
    }
  }
  for (double& error : group.rule_error) error = count > 0 ? error / count : kNotAvailable;
}

CombineRule BestRule(const std::vector<FleetGroup>& groups) {
  std::array<double, kRules.size()> total{};
  for (const FleetGroup& group : groups) {
    for (std::size_t r = 0; r < total.size(); ++r) {
      if (!std::isnan(group.rule_error[r])) total[r] += group.targets * group.rule_error[r];
    }
  }
  // Equal weights are among those that could have been learned, so the plainer rules have to be clearly better.
  CombineRule best = CombineRule::kWeighted;
  double least = (1 - kRuleMargin) * total[Index(best)];
  for (const CombineRule rule : {CombineRule::kMedian, CombineRule::kMean}) {
    if (total[Index(rule)] >= least) continue;
    best = rule;
    least = total[Index(rule)];
  }
  return best;
}

// Per step, the scaled errors of one half of the learners: as they are, and as the quantiles are taken from.
struct ScaledErrors {
  std::vector<std::vector<double>> actual;
  std::vector<std::vector<double>> tamed;
};

// The value that `level` percent of the sorted errors do not exceed, with the finite-sample correction. n errors say
// nothing of levels above n / (n + 1): those are as far beyond the highest level they do tell as in a normal
// distribution.
double ConformalQuantile(std::span<const double> sorted, double level) {
  if (sorted.empty()) return kNotAvailable;
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::ceil(level / 100 * (n + 1));
  if (rank <= n) return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  return sorted.back() * (NormalIntervalQuantile(level) / NormalIntervalQuantile(100 * n / (n + 1)));
}

// Above this a break is a part of what the interval promises to hold.
constexpr double kHighestTamed = 97.5;

std::vector<double> ConformalQuantiles(std::span<const double> actual, std::span<const double> tamed) {
  std::vector<double> out;
  out.reserve(kLevels);
  for (const double level : kConformalLevels) {
    out.push_back(ConformalQuantile(level > kHighestTamed ? actual : tamed, level));
  }
  return out;
}

std::vector<double> SortedUnion(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all;
  all.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

// A step that no target was observed at has the quantiles of the step before it, the first ones those of the first that
// was observed.
void BorrowQuantiles(FleetGroup& group) {
  const auto row = [&](std::size_t h) { return group.quantiles.begin() + static_cast<std::ptrdiff_t>(h * kLevels); };
  const auto borrow = [&](std::size_t h, std::size_t from) {
    if (std::isnan(*row(h))) std::copy_n(row(from), kLevels, row(h));
  };
  for (std::size_t h = 1; h < group.steps; ++h) borrow(h, h - 1);
  for (std::size_t h = group.steps; h-- > 1;) borrow(h - 1, h);
}

// Coverage of each half by the quantiles of the other; then the quantiles of both.
void LearnQuantiles(std::array<ScaledErrors, 2>& halves, FleetGroup& group) {
  group.steps = std::max(halves[0].actual.size(), halves[1].actual.size());
  for (ScaledErrors& half : halves) {
    half.actual.resize(group.steps);
    half.tamed.resize(group.steps);
    for (auto& step : half.actual) std::sort(step.begin(), step.end());
    for (auto& step : half.tamed) std::sort(step.begin(), step.end());
  }
  group.coverage.assign(kLevels, 0.0);
  double count = 0;
  for (std::size_t h = 0; h < group.steps; ++h) {
    for (std::size_t side = 0; side < 2; ++side) {
      const std::vector<double>& tested = halves[side].actual[h];
      const ScaledErrors& other = halves[1 - side];
      if (other.actual[h].empty()) continue;
      count += static_cast<double>(tested.size());
      const std::vector<double> q = ConformalQuantiles(other.actual[h], other.tamed[h]);
      for (std::size_t l = 0; l < kLevels; ++l) {
        group.coverage[l] += static_cast<double>(std::upper_bound(tested.begin(), tested.end(), q[l]) - tested.begin());
      }
    }
    const std::vector<double> q = ConformalQuantiles(SortedUnion(halves[0].actual[h], halves[1].actual[h]),
                                                     SortedUnion(halves[0].tamed[h], halves[1].tamed[h]));
    group.quantiles.insert(group.quantiles.end(), q.begin(), q.end());
  }
  BorrowQuantiles(group);
  for (double& v : group.coverage) v = count > 0 ? v / count : kNotAvailable;
}

using Errors = std::vector<std::vector<double>>;  // scaled, per target and step; NaN: not observed

// Per step, the largest error that the quantiles are taken from. A few targets that break while they are held out say
// little of the others: from 5 % of them on, the 95 % quantile of everybody would be the size of a break. Infinite
// when far errors are not the matter of a few targets.
std::vector<double> LargestErrors(const Errors& errors) {
  constexpr double kUsual = 80;
  constexpr double kFarOut = 3;    // times the usual: the coverage of 80 and 95 % intervals on M3 is the same without
  constexpr double kOrdinary = 2;  // scales, that is mean changes of the target: nothing of a break in any fleet
  constexpr double kFew = 0.2;
  std::size_t steps = 0;
  for (const std::vector<double>& e : errors) steps = std::max(steps, e.size());
  std::vector<double> largest(steps);
  std::vector<double> sorted;
  for (std::size_t h = 0; h < steps; ++h) {
    sorted.clear();
    for (const std::vector<double>& e : errors) {
      if (h < e.size() && !std::isnan(e[h])) sorted.push_back(e[h]);
    }
    std::sort(sorted.begin(), sorted.end());
    largest[h] = sorted.empty() ? HUGE_VAL : std::max(kFarOut * ConformalQuantile(sorted, kUsual), kOrdinary);
  }
  const auto far_out = [&](const std::vector<double>& e) {
    return !std::equal(e.begin(), e.end(), largest.begin(), [](double error, double most) { return !(error > most); });
  };
  const auto broken = static_cast<double>(std::count_if(errors.begin(), errors.end(), far_out));
  if (broken > kFew * static_cast<double>(errors.size())) std::fill(largest.begin(), largest.end(), HUGE_VAL);
  return largest;
}

void LearnIntervals(CombineRule rule, const ValidationSource& validations, const Learners& learners, const Folds& folds,
                    FleetGroup& group) {
  Errors errors;
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    const Validation& v = validations(learners.targets[k]);
    if (!(v.traits.scale > 0)) continue;
    const std::vector<double> combined = CombineHeldOut(rule, folds.group[k % kFolds], v);
    std::vector<double>& e = errors.emplace_back();
    for (std::size_t h = 0; h < combined.size(); ++h) {
      e.push_back(std::abs(v.actual[h] / v.traits.scale - combined[h] / v.traits.scale));
    }
  }
  const std::vector<double> largest = LargestErrors(errors);
  std::array<ScaledErrors, 2> halves;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    ScaledErrors& half = halves[i % 2];
    const std::vector<double>& e = errors[i];
    if (half.tamed.size() < e.size()) {
      half.actual.resize(e.size());
      half.tamed.resize(e.size());
    }
    for (std::size_t h = 0; h < e.size(); ++h) {
      if (std::isnan(e[h])) continue;
      half.actual[h].push_back(e[h]);
      half.tamed[h].push_back(std::min(e[h], largest[h]));
    }
  }
  LearnQuantiles(halves, group);
}

}  // namespace

FleetCombination LearnCombination(std::size_t algorithms, std::size_t targets, const ValidationSource& validations,
                                  std::optional<CombineRule> rule) {
  FleetCombination fleet;
  fleet.algorithms = algorithms;
  std::vector<Learners> learners = FindLearners(targets, validations, fleet);
  std::vector<Folds> folds;
  for (std::size_t g = 0; g < learners.size(); ++g) {
    folds.push_back(LearnGroupWeights(validations, algorithms, learners[g], fleet.groups[g]));
    LearnRuleErrors(validations, learners[g], folds[g], fleet.groups[g]);
  }
  fleet.rule = rule.value_or(BestRule(fleet.groups));
  for (std::size_t g = 0; g < learners.size(); ++g) {
    LearnIntervals(fleet.rule, validations, learners[g], folds[g], fleet.groups[g]);
  }
  return fleet;
}

}  // namespace fitd
