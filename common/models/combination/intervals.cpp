// What the fleet's held-out errors say of the width of intervals.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "common/models/combination/learners.h"
#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"

namespace fitd {
namespace {

// Targets at which the fleet's factor counts as much as the members' own deviations. Taken from the construction that
// was tried out for this issue; other values have not been compared here.
constexpr double kFadeIn = 100;

// The value that `level` percent of the sorted ratios do not exceed, with the finite-sample correction, over that of a
// normal distribution. n ratios say nothing of levels above n / (n + 1): those are taken as the highest they do tell.
double FactorOf(std::span<const double> sorted, double level) {
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::ceil(level / 100 * (n + 1));
  if (rank <= n) return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1] / NormalIntervalQuantile(level);
  return sorted.back() / NormalIntervalQuantile(100 * n / (n + 1));
}

std::vector<double> FactorsOf(std::vector<double> ratios, double targets) {
  std::vector<double> factors(std::size(kConformalLevels), 1.0);
  if (ratios.empty()) return factors;
  std::sort(ratios.begin(), ratios.end());
  const double share = targets / (targets + kFadeIn);
  for (std::size_t l = 0; l < factors.size(); ++l) {
    const double factor = FactorOf(ratios, kConformalLevels[l]);
    factors[l] = factor > 0 ? Exp(share * Log(factor)) : 1.0;
  }
  // No level's interval is narrower than a lower level's.
  for (std::size_t l = 1; l < factors.size(); ++l) {
    const double narrowest = factors[l - 1] * NormalIntervalQuantile(kConformalLevels[l - 1]);
    factors[l] = std::max(factors[l], narrowest / NormalIntervalQuantile(kConformalLevels[l]));
  }
  return factors;
}

}  // namespace

// Errors in units of the deviation that the members and their spread give, over targets and steps; their quantiles over
// those of a normal distribution are the factors.
void LearnIntervals(const ValidationSource& validations, const Learners& learners, const Folds& folds,
                    FleetGroup& group) {
  std::array<std::vector<double>, 2> halves;
  std::array<double, 2> targets{};
  for (std::size_t k = 0; k < learners.targets.size(); ++k) {
    const Validation& v = validations(learners.targets[k]);
    const Combined combined = CombineHeldOut(group.rule, folds.group[k % kFolds], v, EarlierOrNone(v));
    group.steps = std::max(group.steps, combined.mean.size());
    bool any = false;
    for (std::size_t h = 0; h < combined.deviation.size(); ++h) {
      if (!std::isfinite(v.actual[h]) || !(combined.deviation[h] > 0)) continue;
      halves[k % 2].push_back(std::abs(v.actual[h] / combined.deviation[h] - combined.mean[h] / combined.deviation[h]));
      any = true;
    }
    targets[k % 2] += any;
  }
  std::array<double, std::size(kConformalLevels)> inside{};
  double count = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    const std::vector<double> factors = FactorsOf(halves[1 - side], targets[1 - side]);
    for (const double ratio : halves[side]) {
      for (std::size_t l = 0; l < inside.size(); ++l) {
        inside[l] += ratio <= factors[l] * NormalIntervalQuantile(kConformalLevels[l]);
      }
    }
    count += static_cast<double>(halves[side].size());
  }
  std::vector<double> all = halves[0];
  all.insert(all.end(), halves[1].begin(), halves[1].end());
  group.factors = FactorsOf(std::move(all), targets[0] + targets[1]);
  group.coverage.clear();
  for (const double v : inside) group.coverage.push_back(count > 0 && !group.intermittent ? v / count : kNotAvailable);
}

}  // namespace fitd
