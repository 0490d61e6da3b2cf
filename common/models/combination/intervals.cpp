// What the fleet's held-out errors say of the width of intervals.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "common/models/combination/learners.h"
#include "common/models/combination/season_spread.h"
#include "common/models/combination/surprise.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/median.h"

namespace fitd {
namespace {

// Targets at which the fleet's factor counts as much as the members' own deviations. Interval scores at 80 and 95 % of
// the last horizon of the training parts of M3, four fleets each of 10, 30 and 60 random targets of every group: 50 in
// its place 0.1 % more at 80 %, and 0.4, -0.2 and 0.7 % at 95 %; 25: 0.6, 0.4, 0.2 and 1.6, 0.2, 1.8 %; 10: 1.7, 1.0,
// 0.4 and 4.5, 1.4, 3.3 %.
constexpr double kFadeIn = 100;
// Likewise where values are missing: what was made up between observations follows them too closely, so that the
// members' own deviations say less. Chosen, and not compared with others.
constexpr double kFadeInOfGaps = 20;
constexpr double kManyMissing = 0.1;  // of the held-out values

// An error that counts as `weight` ones.
struct Weighted {
  double value;
  double weight;
};

// The value that `level` percent of the sorted errors do not exceed, with the finite-sample correction, over that of a
// normal distribution. n errors say nothing of levels above n / (n + 1): those are taken as the highest they do tell.
double FactorOf(std::span<const Weighted> sorted, double level) {
  double n = 0;
  for (const Weighted& one : sorted) n += one.weight;
  const double rank = level / 100 * (n + 1);
  double below = 0;
  for (const Weighted& one : sorted) {
    below += one.weight;
    if (below >= rank) return one.value / NormalIntervalQuantile(level);
  }
  return sorted.back().value / NormalIntervalQuantile(100 * n / (n + 1));
}

// False for a deviation that is rounding: members that are sure of what comes say nothing of how far off they may be.
// Errors in units of it are of any size: after a step of what had stood still the 80 % interval was 2e14 wide.
bool IsDeviation(double deviation, double mean) {
  return deviation > 1e-13 * std::abs(mean);
}

// An error in units of the deviation that the members and their spread give.
struct Ratio {
  double value;
  std::size_t step;
  TailShape tails;
  double share;  // of the last error in the variance
  double n;      // values of the target before
  std::size_t target;
  double weight = 1;
};

// The errors of one target from one origin.
struct Window {
  std::vector<Ratio> ratios;  // one at least
  std::size_t half = 0;       // that they teach
};

void WeighErrors(std::span<Window> windows) {
  std::vector<ErrorWindow> sizes;
  for (const Window& window : windows) {
    const auto n = static_cast<double>(window.ratios.size());
    double squares = 0;
    for (const Ratio& r : window.ratios) squares += r.value * r.value / n;
    sizes.push_back({std::sqrt(squares), window.ratios.size()});
  }
  const std::vector<double> weights = ErrorWeights(sizes);
  for (std::size_t k = 0; k < windows.size(); ++k) {
    for (Ratio& r : windows[k].ratios) r.weight = weights[k];
  }
  // So few do not tell which is a surprise. An error of more deviations than these is a value that has moved, and who
  // knows it has larger ones: of noise of 0.01 and a step of 10 while held out the 80 % interval was 340 wide.
  constexpr double kMostOfFew = 6;
  if (windows.size() >= kFewestToTell) return;
  for (Window& window : windows) {
    for (Ratio& r : window.ratios) r.value = std::min(r.value, kMostOfFew);
  }
}

// The slope of errors over something, by the errors of some targets, relative to their mean.
class ErrorSlope {
 public:
  using Place = double (*)(const Ratio&);
  explicit ErrorSlope(Place place) : place_of_(place) {}

  // The errors of one target.
  void Add(std::span<const Ratio> ratios) {
    targets_.emplace_back(ratios.begin(), ratios.end());
    for (const Ratio& r : ratios) {
      count_ += 1;
      mean_ += (r.value - mean_) / count_;
      place_ += (place_of_(r) - place_) / count_;
    }
  }

  // 0 where there is none or it may be chance, which is taken off: so many standard errors, of targets that count as
  // `independent` ones.
  double Slope(double independent, double chance) const {
    constexpr double kLargest = 4;  // an error beyond so many times the mean one counts as that
    constexpr double kSteepest = 1;
    if (!(mean_ > 0) || targets_.size() < 2) return 0;
    double slope = 0;
    double spread = 0;
    std::vector<std::pair<double, double>> sums;
    for (const std::vector<Ratio>& target : targets_) {
      double along = 0;
      double across = 0;
      for (const Ratio& r : target) {
        const double from = place_of_(r) - place_;
        along += from * std::min(r.value / mean_, kLargest);
        across += from * from;
      }
      sums.emplace_back(along, across);
      slope += along;
      spread += across;
    }
    if (!(spread > 0)) return 0;
    slope /= spread;
    double variance = 0;
    for (const auto& [along, across] : sums) {
      const double off = along - slope * across;
      variance += off * off / spread / spread;
    }
    const auto targets = static_cast<double>(targets_.size());
    variance *= targets / std::min(targets, std::max(independent, 1.0));
    const double kept = 1 - chance * chance * variance / (slope * slope);
    return kept > 0 ? std::clamp(kept * slope, -kSteepest, kSteepest) : 0;
  }

  double mean_place() const { return place_; }

 private:
  Place place_of_;
  std::vector<std::vector<Ratio>> targets_;
  double count_ = 0;
  double mean_ = 0;  // error
  double place_ = 0;
};

// The shape of errors over steps and over targets.
class ErrorShape {
 public:
  void Add(std::span<const Ratio> ratios) {
    early_.Add(ratios);
    brevity_.Add(ratios);
  }

  // How much wider the first steps should be than what members say of them. Members that were fitted to filled gaps
  // take neighbours to be alike, which made-up values are and observed ones are not: of white noise with half of its
  // values missing they say 60 % of the first step's deviation, and the right one of the last. `gaps`: that there is
  // such a slope is no chance.
  // And how much wider targets of few values should be, which held-out ones are more than the whole series will be.
  void Learn(double independent, bool gaps, FleetGroup& group) const {
    group.early = early_.Slope(independent, gaps ? 1 : 2);
    group.early_mean = group.early == 0 ? 0 : early_.mean_place();
    group.brevity = brevity_.Slope(independent, 2);
    group.brevity_mean = group.brevity == 0 ? 0 : brevity_.mean_place();
  }

 private:
  ErrorSlope early_{[](const Ratio& r) { return 1 / static_cast<double>(r.step + 1); }};
  ErrorSlope brevity_{[](const Ratio& r) { return kBrevityUnit / std::max(r.n, 1.0); }};
};

// Whether this conformal level's ratios are others than those of the level before: below 80 % and above 95 % all levels
// have one shape.
bool HasOwnShape(std::size_t l) {
  return l == 0 || (kConformalLevels[l] > 80 && kConformalLevels[l] <= 95);
}

std::vector<Weighted> ShapedRatios(std::span<const Ratio> ratios, const FleetGroup& group, double level) {
  std::vector<Weighted> shaped;
  shaped.reserve(ratios.size());
  for (const Ratio& r : ratios) {
    shaped.push_back(
        {r.value / EarlyFactor(group, r.step) / BrevityFactor(group, r.n) / ShapeFactor(r.tails, level, r.share),
         r.weight});
  }
  return shaped;
}

// Of the logarithm of `factor`, which `level` percent of the shaped ratios led to: by how many of each target's are
// above it, for a target's errors go together. The quantile of one target alone has `level` percent of its errors below
// it however much these go together, so that few targets look surer than they are: one more is taken to have had all of
// its errors on one side. `independent`: what all targets count as.
double StandardError(std::span<const Ratio> ratios, std::span<const Weighted> shaped, double factor, double level,
                     double independent) {
  constexpr double kHalfNormal = 0.7978845608028654;  // its density at 0
  const double z = NormalIntervalQuantile(level);
  const double p = level / 100;
  double variance = 0;
  double own = 0;
  double n = 0;
  double targets = 0;
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    own += shaped[i].weight * ((shaped[i].value <= factor * z ? 1 : 0) - p);
    n += shaped[i].weight;
    if (i + 1 < ratios.size() && ratios[i + 1].target == ratios[i].target) continue;
    variance += own * own;
    own = 0;
    targets += 1;
  }
  const double errors = n / targets;
  variance = std::max(variance, n * p * (1 - p)) + errors * errors * p * (1 - p);
  variance *= std::max(1.0, targets / std::max(independent, 1.0));
  return std::sqrt(variance) / n / (z * kHalfNormal * Exp(-z * z / 2));
}

// What a fleet of this share of its own makes of a factor, by the fleet's errors and by what others have had.
class FadedFactor {
 public:
  FadedFactor(double share, double independent) : share_(share), independent_(independent) {}

  // Levels in ascending order; `found` is 0 where the fleet has no errors.
  double At(double level, double expected, double found, std::span<const Ratio> ratios,
            std::span<const Weighted> shaped) {
    const double faded = (1 - share_) * expected;
    if (!(found > 0)) return Exp(faded);
    const double own = Log(found);
    const double log = faded + share_ * own;
    if (level > kLastOfItself) return Exp(log + std::clamp(own - log, 0.0, wider_));
    wider_ = own > log ? own - kFarOff * StandardError(ratios, shaped, found, level, independent_) - log : 0;
    wider_ = std::max(wider_, 0.0);
    return Exp(log + wider_);
  }

 private:
  // A factor is no further below that of the fleet's own errors than so many standard errors (Efron & Morris 1972,
  // "limited translation"): where all of a small fleet's deviations are too small, as of noise that grows, the fleet
  // says so at once. Never above it: a whole fleet may have been calm for a while. Six fleets each of 10, 30 and 60
  // targets of six ends of M3's training parts, interval scores at 80 and 95 %: 0, 0.36, 0.02 and 0.01, 0.51, 0.07 %
  // less; with 3, of 30 targets, 0.2 % less. One target more in the standard error: of 250 targets alone, of each group
  // and held out likewise, 2.1, 4.0, 0.5, 7.0 and 2.0, 3.2, -0.4, 7.2 % less, of 50 fleets of four 2.1, 1.4, 2.0, 1.1
  // and 0.2, 1.8, 1.5, 2.0 %, of 20 of twelve within 0.1 and 0.6 %.
  static constexpr double kFarOff = 2;
  // Beyond, a single outlier is a quantile: those are as much wider as this one is (with standard errors of their own,
  // scores at 95 % of 10 targets are 8 % more).
  static constexpr double kLastOfItself = 80;

  double share_;
  double independent_;
  double wider_ = 0;  // logarithm
};

std::vector<double> FactorsOf(std::span<const Ratio> ratios, const FleetGroup& shape, double targets,
                              double independent, bool gaps, double is_new, const GroupPrior& prior) {
  std::vector<double> factors(std::size(kConformalLevels), 1.0);
  const double share = targets / (targets + (gaps ? kFadeInOfGaps : kFadeIn));
  FadedFactor faded(ratios.empty() ? 0 : share, std::min(targets, independent));
  std::vector<Weighted> shaped;
  std::vector<Weighted> sorted;
  for (std::size_t l = 0; l < factors.size(); ++l) {
    const double level = kConformalLevels[l];
    if (HasOwnShape(l)) {
      shaped = ShapedRatios(ratios, shape, level);
      sorted = shaped;
      std::sort(sorted.begin(), sorted.end(), [](const Weighted& a, const Weighted& b) {
        return a.value < b.value || (a.value == b.value && a.weight < b.weight);
      });
    }
    const double expected = prior.share > 0 ? prior.share * Log(prior.factors[l]) : 0;
    factors[l] = faded.At(level, expected, ratios.empty() ? 0 : FactorOf(sorted, level), ratios, shaped);
    // Errors far inside intervals of members that hardly know the season say nothing of those that will.
    if (factors[l] < 1) factors[l] = Exp((1 - is_new) * Log(factors[l]));
  }
  // No level's interval is narrower than a lower level's.
  for (std::size_t l = 1; l < factors.size(); ++l) {
    const double narrowest = factors[l - 1] * NormalIntervalQuantile(kConformalLevels[l - 1]);
    factors[l] = std::max(factors[l], narrowest / NormalIntervalQuantile(kConformalLevels[l]));
  }
  return factors;
}

}  // namespace

// The errors' quantiles over those of a normal distribution are the factors, over targets and steps.
void LearnIntervals(const ValidationSource& validations, const Learners& learners, const Folds& folds,
                    const GroupPrior& prior, FleetGroup& group) {
  std::vector<Window> windows;
  double held_out = 0;
  double missing = 0;
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    for (const Trial& trial : TrialsOf(validations(learners.targets[k]), k, learners.by_origin)) {
      Combined combined = CombineHeldOut(group.rule, folds.group[trial.fold], trial.values, trial.own);
      ApplySpread(trial.values.traits.spread, combined.deviation);
      group.steps = std::max(group.steps, combined.mean.size());
      const auto n = static_cast<double>(trial.values.traits.num_observations);
      std::vector<Ratio> own;
      for (std::size_t h = 0; h < combined.deviation.size(); ++h) {
        const double actual = trial.values.actual[h];
        held_out += 1;
        missing += std::isnan(actual) ? 1 : 0;
        if (!std::isfinite(actual) || !IsDeviation(combined.deviation[h], combined.mean[h])) continue;
        if (IsQuiet(trial.values.traits.spread, h)) continue;
        own.push_back({std::abs(actual / combined.deviation[h] - combined.mean[h] / combined.deviation[h]), h,
                       trial.values.traits.tails, LastErrorsShare(combined.deviation, h), n, k});
      }
      if (own.empty()) continue;
      windows.push_back({std::move(own), trial.fold % 2});
    }
  }
  WeighErrors(windows);
  std::array<std::vector<Ratio>, 2> halves;
  std::array<ErrorShape, 2> shapes;
  ErrorShape shape_of_all;
  std::array<double, 2> targets{};
  for (const Window& window : windows) {
    halves[window.half].insert(halves[window.half].end(), window.ratios.begin(), window.ratios.end());
    targets[window.half] += 1;
    if (window.ratios[0].weight < 1) continue;
    shapes[window.half].Add(window.ratios);
    shape_of_all.Add(window.ratios);
  }
  const bool gaps = missing > kManyMissing * held_out;
  std::array<double, std::size(kConformalLevels)> inside{};
  double count = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    FleetGroup other;
    shapes[1 - side].Learn(learners.independent, gaps, other);
    const std::vector<double> factors =
        FactorsOf(halves[1 - side], other, targets[1 - side], learners.independent, gaps, learners.is_new, prior);
    std::vector<Weighted> ratios;
    for (std::size_t l = 0; l < inside.size(); ++l) {
      if (HasOwnShape(l)) ratios = ShapedRatios(halves[side], other, kConformalLevels[l]);
      const double widest = factors[l] * NormalIntervalQuantile(kConformalLevels[l]);
      for (const Weighted& ratio : ratios) inside[l] += ratio.value <= widest;
    }
    count += static_cast<double>(halves[side].size());
  }
  shape_of_all.Learn(learners.independent, gaps, group);
  std::vector<Ratio> all = halves[0];
  all.insert(all.end(), halves[1].begin(), halves[1].end());
  group.factors = FactorsOf(all, group, targets[0] + targets[1], learners.independent, gaps, learners.is_new, prior);
  group.coverage.clear();
  for (const double v : inside) group.coverage.push_back(count > 0 && !group.intermittent ? v / count : kNotAvailable);
}

}  // namespace fitd
