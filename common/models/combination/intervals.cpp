// What the fleet's held-out errors say of the width of intervals.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "common/models/combination/learners.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"

namespace fitd {
namespace {

// Targets at which the fleet's factor counts as much as the members' own deviations. Taken from the construction that
// was tried out for this issue; other values have not been compared here.
constexpr double kFadeIn = 100;
// Likewise where values are missing: what was made up between observations follows them too closely, so that the
// members' own deviations say less. Chosen, and not compared with others.
constexpr double kFadeInOfGaps = 20;
constexpr double kManyMissing = 0.1;  // of the held-out values

// The value that `level` percent of the sorted ratios do not exceed, with the finite-sample correction, over that of a
// normal distribution. n ratios say nothing of levels above n / (n + 1): those are taken as the highest they do tell.
double FactorOf(std::span<const double> sorted, double level) {
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::ceil(level / 100 * (n + 1));
  if (rank <= n) return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1] / NormalIntervalQuantile(level);
  return sorted.back() / NormalIntervalQuantile(100 * n / (n + 1));
}

std::vector<double> FactorsOf(std::vector<double> ratios, double targets, bool gaps, const GroupPrior& prior) {
  std::vector<double> factors(std::size(kConformalLevels), 1.0);
  const double share = targets / (targets + (gaps ? kFadeInOfGaps : kFadeIn));
  for (std::size_t l = 0; l < factors.size() && prior.share > 0; ++l) {
    factors[l] = Exp((1 - share) * prior.share * Log(prior.factors[l]));
  }
  if (ratios.empty()) return factors;
  std::sort(ratios.begin(), ratios.end());
  for (std::size_t l = 0; l < factors.size(); ++l) {
    const double factor = FactorOf(ratios, kConformalLevels[l]);
    factors[l] *= factor > 0 ? Exp(share * Log(factor)) : 1.0;
  }
  // No level's interval is narrower than a lower level's.
  for (std::size_t l = 1; l < factors.size(); ++l) {
    const double narrowest = factors[l - 1] * NormalIntervalQuantile(kConformalLevels[l - 1]);
    factors[l] = std::max(factors[l], narrowest / NormalIntervalQuantile(kConformalLevels[l]));
  }
  return factors;
}

// An error in units of the deviation that the members and their spread give.
struct Ratio {
  double value;
  std::size_t step;
};

// How much wider the first steps should be than what members say of them, by the errors of some targets. Members that
// were fitted to filled gaps take neighbours to be alike, which made-up values are and observed ones are not: of white
// noise with half of its values missing they say 60 % of the first step's deviation, and the right one of the last.
class EarlySteps {
 public:
  // The errors of one target.
  void Add(std::span<const Ratio> ratios) {
    targets_.emplace_back(ratios.begin(), ratios.end());
    for (const Ratio& r : ratios) {
      count_ += 1;
      mean_ += (r.value - mean_) / count_;
      place_ += (Place(r) - place_) / count_;
    }
  }

  // The slope of the errors over 1 / step, as a share of their mean; what may be chance is taken off. `independent`:
  // as how many targets all of them count.
  // `gaps`: that there is such a slope is no chance.
  void Learn(double independent, bool gaps, FleetGroup& group) const {
    const double chance = gaps ? 1 : 2;  // standard errors
    constexpr double kLargest = 4;       // an error beyond so many times the mean one counts as that
    constexpr double kSteepest = 1;
    group.early = group.early_mean = 0;
    if (!(mean_ > 0) || targets_.size() < 2) return;
    double slope = 0;
    double spread = 0;
    std::vector<std::pair<double, double>> sums;
    for (const std::vector<Ratio>& target : targets_) {
      double along = 0;
      double across = 0;
      for (const Ratio& r : target) {
        const double from = Place(r) - place_;
        along += from * std::min(r.value / mean_, kLargest);
        across += from * from;
      }
      sums.emplace_back(along, across);
      slope += along;
      spread += across;
    }
    if (!(spread > 0)) return;
    slope /= spread;
    double variance = 0;
    for (const auto& [along, across] : sums) {
      const double off = along - slope * across;
      variance += off * off / spread / spread;
    }
    const auto targets = static_cast<double>(targets_.size());
    variance *= targets / std::min(targets, std::max(independent, 1.0));
    const double kept = 1 - chance * chance * variance / (slope * slope);
    if (!(kept > 0)) return;
    group.early = std::clamp(kept * slope, -kSteepest, kSteepest);
    group.early_mean = place_;
  }

 private:
  static double Place(const Ratio& r) { return 1 / static_cast<double>(r.step + 1); }

  std::vector<std::vector<Ratio>> targets_;
  double count_ = 0;
  double mean_ = 0;   // error
  double place_ = 0;  // mean 1 / step
};

std::vector<double> ShapedRatios(std::span<const Ratio> ratios, const FleetGroup& group) {
  std::vector<double> shaped;
  for (const Ratio& r : ratios) shaped.push_back(r.value / EarlyFactor(group, r.step));
  return shaped;
}

}  // namespace

// The errors' quantiles over those of a normal distribution are the factors, over targets and steps.
void LearnIntervals(const ValidationSource& validations, const Learners& learners, const Folds& folds,
                    const GroupPrior& prior, FleetGroup& group) {
  std::array<std::vector<Ratio>, 2> halves;
  std::array<EarlySteps, 2> early;
  EarlySteps early_of_all;
  std::array<double, 2> targets{};
  double held_out = 0;
  double missing = 0;
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    for (const Trial& trial : TrialsOf(validations(learners.targets[k]), k, learners.by_origin)) {
      const Combined combined = CombineHeldOut(group.rule, folds.group[trial.fold], trial.values, trial.own);
      group.steps = std::max(group.steps, combined.mean.size());
      std::vector<Ratio> own;
      for (std::size_t h = 0; h < combined.deviation.size(); ++h) {
        const double actual = trial.values.actual[h];
        held_out += 1;
        missing += std::isnan(actual) ? 1 : 0;
        if (!std::isfinite(actual) || !(combined.deviation[h] > 0)) continue;
        own.push_back({std::abs(actual / combined.deviation[h] - combined.mean[h] / combined.deviation[h]), h});
      }
      if (own.empty()) continue;
      const std::size_t half = trial.fold % 2;
      halves[half].insert(halves[half].end(), own.begin(), own.end());
      early[half].Add(own);
      early_of_all.Add(own);
      targets[half] += 1;
    }
  }
  const bool gaps = missing > kManyMissing * held_out;
  std::array<double, std::size(kConformalLevels)> inside{};
  double count = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    FleetGroup other;
    early[1 - side].Learn(learners.independent, gaps, other);
    const std::vector<double> factors =
        FactorsOf(ShapedRatios(halves[1 - side], other), targets[1 - side], gaps, prior);
    for (const double ratio : ShapedRatios(halves[side], other)) {
      for (std::size_t l = 0; l < inside.size(); ++l) {
        inside[l] += ratio <= factors[l] * NormalIntervalQuantile(kConformalLevels[l]);
      }
    }
    count += static_cast<double>(halves[side].size());
  }
  early_of_all.Learn(learners.independent, gaps, group);
  std::vector<Ratio> all = halves[0];
  all.insert(all.end(), halves[1].begin(), halves[1].end());
  group.factors = FactorsOf(ShapedRatios(all, group), targets[0] + targets[1], gaps, prior);
  group.coverage.clear();
  for (const double v : inside) group.coverage.push_back(count > 0 && !group.intermittent ? v / count : kNotAvailable);
}

}  // namespace fitd
